// describe.hpp — any record of the catalogue as named fields with units: what list, search and
// explain show, in every shell.
//
// Shape    Values are text in their shortest exact form; `type` says how a machine should read
//          them. Money stays a decimal text, never a double.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/catalog/catalog.hpp"
#include "engine/catalog/facts.hpp"

namespace breakeven::catalog {

enum class FieldType : std::uint8_t { text, number, money, flag };

struct Field {
  std::string name;   ///< snake_case, as in JSON
  std::string value;  ///< empty = not known
  std::string unit;   ///< empty for plain texts and counts
  FieldType type = FieldType::text;
};

struct Description {
  std::string kind;  ///< one of kinds()
  std::string id;
  std::vector<std::string> keys;  ///< other names it answers to
  std::vector<Field> fields;
  Source source;
  /// Value of a field, or empty.
  [[nodiscard]] std::string_view value(std::string_view field) const;
};

/// prices, models, accelerators, offers, defaults, quality, compliance, hosted.
[[nodiscard]] const std::vector<std::string>& kinds();

/// Every record of a kind, in file order; not_found for a kind that does not exist.
[[nodiscard]] Result<std::vector<Description>> describe(const Catalog& catalog,
                                                        std::string_view kind);
/// Every record of every kind.
[[nodiscard]] std::vector<Description> describe_all(const Catalog& catalog);

}  // namespace breakeven::catalog
