// plain_json.hpp — blocks of JSON lines whose objects are flat and written by one program.
//
// Shape    A program writes its objects alike: what stands between the values of one line stands
//          between those of the next. A skeleton is that text in between, learned from a line; a
//          line that has it needs no parser, only the ends of its values. Numbers, strings without
//          escapes, true, false and null are read; a line with anything else is odd.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/usage/formats.hpp"
#include "engine/usage/plain_rows.hpp"
#include "engine/usage/row.hpp"
#include "io/usage/plain_block.hpp"

namespace breakeven::io {

class PlainJson final : public BlockReader {
 public:
  /// `any_names`: a mapping decides what is read, so that names do not tell formats apart. `blocks`
  /// may be read at one time.
  PlainJson(const usage::PlainRows& rules, const usage::Binder& binder, usage::Format format,
            bool any_names, std::size_t blocks)
      : rules_(rules),
        binder_(binder),
        format_(format),
        any_names_(any_names),
        skeletons_(blocks) {}

  void read(std::string_view text, std::size_t which, PlainBlock& block) override;

 private:
  struct Member {
    std::string before;  ///< from the value before to this one, padded
    std::size_t before_size = 0;
    int role = -1;
    usage::PlainUse use = usage::PlainUse::empty;
  };
  struct Skeleton {
    std::vector<Member> members;
    std::string after;  ///< behind the last value
    std::vector<usage::Role> labels;
    bool readable = false;  ///< else lines of this kind are odd
  };

  [[nodiscard]] std::optional<Skeleton> learn(std::string_view line) const;
  [[nodiscard]] bool names_fit(const std::vector<std::string_view>& names) const;
  enum class Fit : unsigned char { read, odd, other };
  [[nodiscard]] Fit read_line(const Skeleton& skeleton, std::string_view line,
                              PlainBlock& block) const;
  [[nodiscard]] bool read_any(std::vector<Skeleton>& known, std::string_view line,
                              PlainBlock& block) const;

  const usage::PlainRows& rules_;
  const usage::Binder& binder_;
  usage::Format format_;
  bool any_names_;
  std::vector<std::vector<Skeleton>> skeletons_;  ///< by block
};

}  // namespace breakeven::io
