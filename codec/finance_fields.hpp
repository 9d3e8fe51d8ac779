// finance_fields.hpp — the fields of a finance request: what may be given, and what was.
//
// Shape    Every function declares its fields once; reading, refusing, the command line's flags and
//          the documentation's test use that declaration. A number may be a JSON number or a decimal
//          in a string; a rate also "12%"; a list also a text with commas.
// Errors   not_found for a field that is not declared (with near matches), invalid_argument for one
//          that is malformed, missing or given under two names; `where` is a JSON pointer.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/finance/time_value.hpp"

namespace breakeven::codec {

struct FinanceField {
  std::string_view name;
  std::string_view aliases;  ///< other names, separated by spaces
  std::string_view unit;
  std::string_view fallback;  ///< what holds when it is absent; empty = see the help
  std::string_view help;
};

class FinanceFields {
 public:
  using Json = nlohmann::ordered_json;

  /// `request` must outlive this.
  [[nodiscard]] static Result<FinanceFields> read(const Json& request,
                                                  std::span<const FinanceField> declared);

  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
  /// Fails when the field is absent.
  [[nodiscard]] Result<double> number(std::string_view name) const;
  [[nodiscard]] Result<double> number(std::string_view name, double fallback) const;
  [[nodiscard]] Result<std::optional<double>> maybe_number(std::string_view name) const;
  [[nodiscard]] Result<std::int64_t> whole(std::string_view name) const;
  [[nodiscard]] Result<std::int64_t> whole(std::string_view name, std::int64_t fallback) const;
  [[nodiscard]] Result<Usd> money(std::string_view name) const;
  [[nodiscard]] Result<Usd> money(std::string_view name, Usd fallback) const;
  [[nodiscard]] Result<bool> flag(std::string_view name, bool fallback) const;
  [[nodiscard]] Result<std::string> text(std::string_view name) const;
  [[nodiscard]] Result<std::vector<double>> numbers(std::string_view name) const;
  [[nodiscard]] Result<const Json*> list(std::string_view name) const;
  /// `flows` as [{"date", "amount"}, ...], or as numbers beside `dates`.
  [[nodiscard]] Result<std::vector<finance::DatedFlow>> dated_flows() const;
  [[nodiscard]] bool dated() const;
  /// Exactly one of rate, annual_rate and nominal_rate, as a rate per period.
  [[nodiscard]] Result<double> rate_per_period() const;
  [[nodiscard]] bool has_rate() const;
  [[nodiscard]] Result<finance::Due> due() const;

  /// "/name", by the name that was given.
  [[nodiscard]] std::string place(std::string_view name) const;
  /// The error with its place as a pointer, when the place is one of the fields.
  [[nodiscard]] Error at_field(Error error) const;

 private:
  struct Given {
    std::string_view name;  ///< as declared
    std::string as;         ///< as given
    const Json* value;
  };
  [[nodiscard]] const Given* find(std::string_view name) const;
  [[nodiscard]] Result<const Given*> need(std::string_view name) const;

  std::vector<Given> given_;
};

/// Parses one JSON value. Fails with parse_error (byte), also on a name given twice in an object and
/// beyond 64 levels.
[[nodiscard]] Result<nlohmann::ordered_json> parse_strict_json(std::string_view text);

}  // namespace breakeven::codec
