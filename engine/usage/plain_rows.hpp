// plain_rows.hpp — rows that need no more than numbers read and labels looked up.
//
// Shape    Most rows of a file are plain: one request, every value written as expected. For those
//          the rules are asked in two parts. What labels mean (kind, mode, names) is found out once
//          per combination of labels, by the same read_labels() that reads every other row; numbers
//          and times are read row by row, by the same functions. A row that is not plain in any
//          respect is refused here and has to be read by the mapper, so both ways give the same.
// Threads  Const, for many threads at once.
// Errors   None: false is "not plain".
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/usage/formats.hpp"
#include "engine/usage/intake.hpp"
#include "engine/usage/reading.hpp"
#include "engine/usage/record.hpp"
#include "engine/usage/record_batch.hpp"
#include "engine/usage/row.hpp"
#include "engine/usage/tables.hpp"

namespace breakeven::usage {

/// What a role's cell is in a plain row.
enum class PlainUse : std::uint8_t {
  id,
  session,
  user,
  time,
  count,  ///< one of GivenTokens
  cost,
  latency,
  ttft,
  label,  ///< part of the combination that is looked up
  empty   ///< has to be empty: it asks for more than is done here
};
[[nodiscard]] PlainUse plain_use(Role role);

/// What a combination of labels means.
struct PlainLabels {
  UsageRecord like;          ///< its texts are those of the row that was described
  bool says_error = false;   ///< failed unless it was answered
  bool costs_in_usd = true;  ///< else a cost is a mistake
};

/// The numbers of a row, as text where they are read as text.
struct PlainCells {
  std::string_view id;
  std::string_view session;
  std::string_view user;
  std::string_view time;
  std::string_view cost;
  std::string_view latency;
  std::string_view ttft;
  GivenTokens tokens;
};

class PlainRows {
 public:
  PlainRows(PlainTable plain, Format format, const IntakeOptions& options)
      : plain_(std::move(plain)), format_(format), options_(options) {
    family_.add(info(format).family);
  }

  /// Finds out what labels mean. `row` holds nothing but labels.
  [[nodiscard]] PlainLabels describe(const Row& row) const;
  /// Reads a count as Reading::count() does. False: not plain.
  [[nodiscard]] static bool read_count(std::string_view text, Role role, GivenTokens& tokens);
  /// Fills everything but `item.like` and its identity. False: not plain.
  [[nodiscard]] bool complete(const PlainLabels& labels, const PlainCells& cells,
                              BatchItem& item) const;
  /// Tells the item apart; asked when it has an id.
  void identify(const UsageRecord& like, BatchItem& item) const;
  /// The note of items that are `assumed`.
  [[nodiscard]] std::string_view assumption() const {
    return assumption_note(plain_.table.inside_by_default);
  }

 private:
  [[nodiscard]] bool place(const PlainLabels& labels, const GivenTokens& given,
                           BatchItem& item) const;
  [[nodiscard]] bool read_cost(const PlainLabels& labels, std::string_view text,
                               BatchItem& item) const;

  PlainTable plain_;
  Format format_;
  IntakeOptions options_;
  Fingerprint family_;
};

}  // namespace breakeven::usage
