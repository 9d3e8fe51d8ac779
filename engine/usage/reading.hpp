// reading.hpp — reads the cells of one record and remembers the first thing that was wrong.
//
// Shape    Internal to the mappers. Every getter gives a value to go on with; the mapper asks once,
//          at the end, whether something failed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/pricing/usage.hpp"
#include "engine/usage/intake.hpp"
#include "engine/usage/record.hpp"
#include "engine/usage/row.hpp"
#include "engine/usage/values.hpp"

namespace breakeven::usage {

class Reading {
 public:
  Reading(const Row& row, std::int64_t most_tokens) : row_(row), most_(most_tokens) {}

  /// A whole number of tokens or requests that is not negative; nothing when absent.
  [[nodiscard]] std::optional<std::int64_t> count(Role role);
  /// The same; its absence is a mistake.
  [[nodiscard]] std::int64_t required(Role role);
  [[nodiscard]] std::optional<Usd> money(Role role, int shift);
  [[nodiscard]] std::optional<std::int64_t> duration(Role role, int shift);
  /// An instant; nothing when absent. Naive times are UTC and noted.
  [[nodiscard]] std::optional<std::int64_t> time(Role role, int zone_minutes = 0);
  [[nodiscard]] bool truth(Role role) const;

  void fail(Reason reason, Role role);
  [[nodiscard]] bool failed() const { return reason_ != Reason::none; }
  [[nodiscard]] bool naive() const { return naive_; }
  [[nodiscard]] bool date_only() const { return date_only_; }
  /// Rejects the record when something failed.
  [[nodiscard]] bool rejected(Intake& intake, const Binder& binder) const;
  [[nodiscard]] const Row& row() const { return row_; }

 private:
  const Row& row_;
  std::int64_t most_;
  Reason reason_ = Reason::none;
  Role role_ = Role::id;
  bool naive_ = false;
  bool date_only_ = false;
};

/// Which tokens of an input a source counts in it.
enum class Cached : std::uint8_t { inside, outside, ambiguous };

struct TokenRules {
  Cached cached = Cached::inside;
  bool reasoning_outside = false;  ///< output is net of reasoning
};

/// The counts of a record by their roles, before they are placed.
struct GivenTokens {
  static constexpr auto kFirst = static_cast<std::size_t>(Role::input);
  static constexpr std::size_t kCount = static_cast<std::size_t>(Role::image_output) - kFirst + 1;
  /// One of the roles from Role::input to Role::image_output.
  [[nodiscard]] static constexpr bool holds(Role role) {
    return static_cast<std::size_t>(role) - kFirst < kCount;
  }

  void set(Role role, std::int64_t value) {
    values[index(role)] = value;
    there |= 1U << index(role);
  }
  [[nodiscard]] bool has(Role role) const { return (there >> index(role) & 1U) != 0; }
  /// 0 when it is not there.
  [[nodiscard]] std::int64_t operator[](Role role) const { return values[index(role)]; }

  std::array<std::int64_t, kCount> values{};
  std::uint32_t there = 0;

 private:
  [[nodiscard]] static constexpr std::size_t index(Role role) {
    return static_cast<std::size_t>(role) - kFirst;
  }
};

struct Placement {
  Reason reason = Reason::none;
  Role role = Role::id;  ///< what the reason is about
  bool assumed = false;  ///< nothing proved where the cached tokens are counted
};

/// What is noted of a placement that was assumed.
[[nodiscard]] std::string_view assumption_note(bool inside_by_default);

/// Places counts that none of is negative; see place_tokens().
[[nodiscard]] Placement place_counts(const GivenTokens& given, const TokenRules& rules,
                                     bool inside_by_default, Tokens& tokens);

/// Fills the buckets from input or uncached, cache_*, output, reasoning, total and the modalities.
/// An ambiguous source is read by A.1 of the formats' page: parts above the input, or a total that
/// adds them, prove that they lie outside; else `inside_by_default` decides and is noted.
void place_tokens(Reading& reading, const TokenRules& rules, bool inside_by_default, Intake& intake,
                  Tokens& tokens);

/// The buckets of a vendor's usage object as the pricing room read it.
[[nodiscard]] Tokens tokens_of(const pricing::Counts& counts);

/// Sets mode or kind by a service tier's name: "batch", "flex", "priority", "fast".
void read_tier(std::string_view tier, UsageRecord& record);
/// Sets the kind by what was called: "aembedding", "/v1/embeddings", "image_generation".
void read_call(std::string_view call, UsageRecord& record);
/// Sets the kind by the model's name where nothing else says it.
void read_model_kind(UsageRecord& record);
/// True for a status that is no success: 400 and above, "failure", "error", "cancelled".
[[nodiscard]] bool failed_status(std::string_view status);
[[nodiscard]] bool true_text(std::string_view text);

}  // namespace breakeven::usage
