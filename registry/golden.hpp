// golden.hpp — figures and mistakes that are known, against which book and audit are held.
//
// Shape    Read from catalog/audit/: golden_prices.csv holds what the popular account of API prices
//          infers and what is really published; registry_errors.csv and registry_error_rows.csv hold
//          41 real mistakes of registries with the rows around them. Each mistake is replayed twice:
//          as it was, when the rule it names must fire on its model, and put right, when that rule
//          must keep silent.
// Errors   The readers name file, line and column.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/catalog/named_text.hpp"
#include "engine/catalog/price_book.hpp"
#include "registry/audit.hpp"

namespace breakeven::registry {

/// A known mistake of a registry.
struct ErrorCase {
  std::string number;
  std::string registry;
  std::string vendor;
  std::string model;
  std::string field;
  std::string wrong;               ///< as the registry had it; empty: it lacked the field
  std::string right;               ///< empty: nothing is published
  Date today;                      ///< the day on which it is replayed
  std::vector<std::string> rules;  ///< any of them must fire
  std::string source;
  AuditInput as_it_was;  ///< without reference, rules and windows: replay() adds them
  AuditInput put_right;
};

struct GoldenPrice {
  std::string vendor;
  std::string model;
  catalog::PriceField field;
  Instant at;
  std::string usd;  ///< empty: unknown
  catalog::PriceKind kind = catalog::PriceKind::published;
  std::string popular_usd;  ///< what the convention says
  std::string note;
  std::string source;
};

struct GoldenSet {
  std::vector<ErrorCase> errors;
  std::vector<GoldenPrice> prices;
};

/// From the files named "audit/..."; others are ignored.
[[nodiscard]] Result<GoldenSet> read_golden_set(std::span<const catalog::NamedText> files);

struct Replay {
  std::string number;
  bool caught = false;             ///< a rule that the case names fired on its model
  bool silent = false;             ///< put right, none of those rules fires on that model
  std::vector<std::string> fired;  ///< ids of every rule that fired on the model as it was
  std::vector<std::string> fired_put_right;
};
[[nodiscard]] std::vector<Replay> replay(std::span<const ErrorCase> cases,
                                         const catalog::PriceBook& book);

/// What audit_prices() needs to know about our book: reference, rules and context windows.
void add_reference(const catalog::PriceBook& book, AuditInput& input);

/// Golden prices that the book does not give, each in one sentence.
[[nodiscard]] std::vector<std::string> golden_differences(std::span<const GoldenPrice> prices,
                                                          const catalog::PriceBook& book);

}  // namespace breakeven::registry
