// plain_lane.hpp — reads the plain lines of a large file in blocks, side by side.
//
// Shape    A wave of blocks is read from the stream while the wave before it is split into items and
//          the one before that is handed on, in the order of the file. Repeats, sums and odd lines
//          depend on that order only, so the result is that of reading line by line, for any number
//          of threads and any size of blocks.
// Threads  Those of the pool. Sinks, odd lines and progress are called by one thread at a time,
//          which need not be the caller's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "engine/base/pool.hpp"
#include "engine/usage/intake.hpp"
#include "engine/usage/plain_rows.hpp"
#include "io/usage/byte_scan.hpp"
#include "io/usage/import.hpp"
#include "io/usage/plain_block.hpp"
#include "io/usage/text_buffer.hpp"

namespace breakeven::io {

class PlainLane {
 public:
  /// Reads a line that is not plain. False: more than that line is needed.
  using ReadOdd = std::function<bool(std::string_view line, std::int64_t number)>;

  PlainLane(TextBuffer& text, usage::Intake& intake, const usage::PlainRows& rules,
            BlockReader& reader, ReadOdd read_odd, Pool& pool, const LaneOptions& options)
      : text_(text),
        intake_(intake),
        rules_(rules),
        reader_(reader),
        read_odd_(std::move(read_odd)),
        pool_(pool),
        options_(options) {}

  /// Whether run() may get on from where the window stands.
  [[nodiscard]] bool due() const { return again_ || text_.bytes() > seen_bytes_; }
  /// Reads from the start of the window on, as far as it goes; what is left is in the text.
  void run();

 private:
  struct Wave {
    PaddedText text;
    std::size_t size = 0;  ///< of its whole lines
    std::size_t rest = 0;  ///< bytes behind them, which belong to the next wave
    std::vector<std::string_view> pieces;
    std::vector<PlainBlock> blocks;
  };

  [[nodiscard]] std::size_t wave_bytes() const { return options_.block_bytes * options_.blocks; }
  void load(Wave& wave, const Wave* before);
  void cut(Wave& wave) const;
  void hand_on(Wave& wave);
  [[nodiscard]] bool hand_on(std::string_view text, PlainBlock& block);
  void put_back(std::string_view first, const Wave* second, const Wave& last);

  TextBuffer& text_;
  usage::Intake& intake_;
  const usage::PlainRows& rules_;
  BlockReader& reader_;
  ReadOdd read_odd_;
  Pool& pool_;
  LaneOptions options_;
  std::vector<Wave> waves_ = std::vector<Wave>(3);
  std::int64_t line_ = 1;      ///< of the text that is handed on next
  std::string_view unread_;    ///< of the wave that is handed on, from a line that needs more
  std::size_t handed_on_ = 0;  ///< bytes, since run() began
  std::int64_t plain_ = 0;
  std::int64_t odd_ = 0;
  bool again_ = true;
  std::int64_t seen_bytes_ = 0;  ///< of the stream, when run() ended
};

}  // namespace breakeven::io
