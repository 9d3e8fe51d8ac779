// plain_csv.hpp — blocks of CSV without quotes: separators are found 64 bytes at a time.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "engine/usage/plain_rows.hpp"
#include "io/usage/plain_block.hpp"

namespace breakeven::io {

class PlainCsv final : public BlockReader {
 public:
  /// `roles` are those of the columns, -1 for one that is not read.
  PlainCsv(const usage::PlainRows& rules, std::span<const int> roles, char delimiter);

  void read(std::string_view text, std::size_t which, PlainBlock& block) override;

 private:
  struct Column {
    std::size_t at = 0;
    usage::Role role = usage::Role::id;
    usage::PlainUse use = usage::PlainUse::empty;
  };
  [[nodiscard]] bool read_row(const char* text, std::size_t begin, const std::uint32_t* ends,
                              PlainBlock& block) const;

  const usage::PlainRows& rules_;
  std::size_t width_;
  char delimiter_;
  std::vector<Column> columns_;  ///< that are read
  std::vector<usage::Role> labels_;
};

}  // namespace breakeven::io
