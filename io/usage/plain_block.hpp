// plain_block.hpp — what a piece of a file holds when most of its lines are plain.
//
// Shape    Plain lines become items; every other line is odd and is left as text, to be read as if
//          there were no blocks. Blank lines are gone. Labels are looked up in a table that stays
//          from block to block.
// Threads  One thread per block at a time; what it is read with is const.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/usage/plain_rows.hpp"
#include "io/usage/byte_scan.hpp"

namespace breakeven::io {

/// The labels of a row by the place of their column.
using LabelTexts = std::span<const std::string_view>;

/// Combinations of labels and what they mean.
class LabelTable {
 public:
  static constexpr std::size_t kMostLabels = 16;
  static constexpr std::uint32_t kNone = 0xFFFFFFFFU;

  /// The number of a combination of padded texts; a new one is kept. kNone: there are too many.
  /// `csv`: the texts are fields as they stand in the file.
  [[nodiscard]] std::uint32_t number_of(LabelTexts texts, std::span<const usage::Role> roles,
                                        const usage::PlainRows& rules, bool csv) {
    const std::uint32_t known = find(texts, roles);
    return known != kNone ? known : add(texts, roles, rules, csv);
  }

  [[nodiscard]] const usage::PlainLabels& operator[](std::uint32_t number) const {
    return known_[number];
  }
  [[nodiscard]] std::span<const usage::UsageRecord> likes() const { return likes_; }

 private:
  static constexpr std::size_t kMost = 1'024;
  static constexpr std::size_t kSlots = 4 * kMost;
  /// One combination: padded texts in kept_, and whose they are.
  struct Texts {
    std::size_t count = 0;
    std::array<std::string_view, kMostLabels> texts;
    std::array<usage::Role, kMostLabels> roles{};
  };
  [[nodiscard]] static std::uint64_t hash(LabelTexts texts);
  [[nodiscard]] std::uint32_t find(LabelTexts texts, std::span<const usage::Role> roles) const;
  std::uint32_t add(LabelTexts texts, std::span<const usage::Role> roles,
                    const usage::PlainRows& rules, bool csv);

  std::vector<std::uint32_t> slots_ = std::vector<std::uint32_t>(kSlots, kNone);
  std::vector<usage::PlainLabels> known_;
  std::vector<usage::UsageRecord> likes_;
  std::vector<Texts> texts_;
  /// Held apart, so that views of them stay valid when the table is moved; it cannot be copied.
  std::vector<std::unique_ptr<std::string>> kept_;
};

struct PlainBlock {
  struct Odd {
    std::size_t items_before = 0;
    std::size_t begin = 0;  ///< in the block's text
    std::size_t size = 0;   ///< without the line break
    std::int64_t line = 0;  ///< lines of the block before it
  };

  std::vector<usage::BatchItem> items;
  std::vector<Odd> odd;
  std::int64_t lines = 0;

  LabelTable labels;
  std::vector<std::uint32_t> marks;

  void clear() {
    items.clear();
    odd.clear();
    lines = 0;
  }
  /// Ends the block: tells the items apart.
  void identify(const usage::PlainRows& rules) {
    for (usage::BatchItem& item : items) {
      if (item.id_size > 0) rules.identify(labels.likes()[item.like], item);
    }
  }
};

/// Reads blocks of one file.
class BlockReader {
 public:
  BlockReader() = default;
  BlockReader(const BlockReader&) = delete;
  BlockReader& operator=(const BlockReader&) = delete;
  virtual ~BlockReader() = default;
  /// `text` is padded and consists of whole lines; `which` tells the blocks that are read at one
  /// time apart.
  virtual void read(std::string_view text, std::size_t which, PlainBlock& block) = 0;
};

/// Reads the count, time or text of one cell into a row that is being read.
/// False: the row is not plain.
[[nodiscard]] bool read_padded_count(std::string_view text, usage::Role role,
                                     usage::GivenTokens& tokens);

}  // namespace breakeven::io
