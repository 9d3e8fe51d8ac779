#include "engine/catalog/defaults.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/named_text.hpp"
#include "engine/catalog/read_tables.hpp"
#include "engine/catalog/row_reader.hpp"

namespace breakeven::catalog {

Result<std::vector<Default>> load_defaults(const NamedText& file) {
  BREAKEVEN_TRY(const CsvTable table, CsvTable::parse(file.content, file.name));
  Issues issues;
  std::vector<Default> defaults = read_defaults(table, issues);
  if (!issues.errors().empty()) return issues.errors().front();
  return defaults;
}

Result<const Default*> find_default(std::span<const Default> defaults, std::string_view id) {
  const auto found = std::ranges::find(defaults, id, &Default::id);
  if (found != defaults.end()) return &*found;
  std::vector<std::string> ids;
  ids.reserve(defaults.size());
  for (const Default& known : defaults) ids.push_back(known.id);
  return not_found("default", id, ids);
}

}  // namespace breakeven::catalog
