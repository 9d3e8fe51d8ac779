#include "codec/report_json.hpp"

#include <cmath>
#include <cstddef>
#include <nlohmann/json.hpp>

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Value& value) {
  struct Visit {
    Json operator()(std::monostate) const { return nullptr; }
    Json operator()(bool one) const { return one; }
    Json operator()(std::int64_t one) const { return one; }
    Json operator()(double one) const { return std::isfinite(one) ? Json(one) : Json(nullptr); }
    Json operator()(const std::string& one) const { return one; }
  };
  return std::visit(Visit{}, value);
}

}  // namespace

std::string report_to_json(const Report& report) {
  Json out = Json::object();
  for (const auto& [name, value] : report.head) out[name] = json_of(value);
  for (const Table& table : report.tables) {
    if (table.name.empty()) continue;
    Json rows = Json::array();
    for (const auto& row : table.rows) {
      Json one = Json::object();
      for (std::size_t i = 0; i < table.columns.size() && i < row.size(); ++i) {
        one[table.columns[i]] = json_of(row[i]);
      }
      rows.push_back(std::move(one));
    }
    out[table.name] = std::move(rows);
  }
  // Sources are words of others: invalid UTF-8 is replaced, not thrown.
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace breakeven::codec
