// catalog_query.hpp — list, search and explain the catalogue, for every shell.
//
// Shape    Answers are catalog::Description records; catalog_text.hpp prints them for people and
//          codec/catalog_json.hpp for machines.
// Errors   not_found with near matches for a kind or a name that does not exist.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "codec/catalog_json.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/describe.hpp"

namespace breakeven::service {

/// How many facts of each kind there are and how new they are.
[[nodiscard]] std::vector<codec::KindSummary> catalog_kinds(const catalog::Catalog& catalog);

/// Records in which every word of `text` occurs, best first: in the name before elsewhere, whole
/// names before parts, catalogue order among equals. When no record has all words: those with a
/// similar name.
[[nodiscard]] std::vector<catalog::Description> catalog_search(const catalog::Catalog& catalog,
                                                               std::string_view text,
                                                               std::size_t limit);

/// Every record that is called `name` or answers to it (a model's last part, a regime, a vendor).
[[nodiscard]] Result<std::vector<catalog::Description>> catalog_explain(
    const catalog::Catalog& catalog, std::string_view name);

}  // namespace breakeven::service
