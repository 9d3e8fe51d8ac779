#include <array>
#include <string>

#include "engine/base/text.hpp"
#include "io/usage/import.hpp"
#include "io/usage/json_values.hpp"

namespace breakeven::io {
namespace {

using pricing::Field;
using pricing::Fields;

Error wrong(const std::string& name, const std::string& pointer, const std::string& expected) {
  return Error{ErrorCode::invalid_argument, expected, name + pointer};
}

/// "+02:00" as minutes.
bool parse_zone(std::string_view text, int& minutes) {
  usage::TimeText with;
  usage::TimeText without;
  if (usage::parse_time("2026-01-01T00:00:00" + std::string(text), with) != usage::Reason::none ||
      usage::parse_time("2026-01-01T00:00:00Z", without) != usage::Reason::none || !with.zoned) {
    return false;
  }
  minutes = static_cast<int>((without.ns - with.ns) / 60'000'000'000);
  return true;
}

}  // namespace

Result<usage::CustomMapping> parse_usage_mapping(std::string_view json, const std::string& name) {
  JsonValues values;
  const auto parsed = values.parse(json);
  if (!parsed) {
    Error error = parsed.error();
    error.where = name;
    return error;
  }
  usage::CustomMapping mapping;
  if (!(*parsed)["columns"].is(Field::Type::object)) {
    return wrong(name, "",
                 "expected {\"columns\": {\"time\": \"NAME\", \"input\": \"NAME\", "
                 "\"output\": \"NAME\", ...}}");
  }
  for (Fields::Ref child = parsed->first(); child.there(); child = child.next()) {
    const std::string_view key = child.node().key;
    const std::string_view text = child.text();
    const std::string at = "/" + std::string(key);
    if (key == "columns") {
      for (Fields::Ref column = child.first(); column.there(); column = column.next()) {
        const auto role = usage::role_named(column.node().key);
        if (!role) {
          Error error = not_found("role", column.node().key, usage::role_names(), name + at);
          return error;
        }
        if (column.text().empty() || column.text().find('|') != std::string_view::npos) {
          return wrong(name, at + "/" + std::string(column.node().key),
                       "expected the name of a column");
        }
        mapping.columns.emplace_back(*role, std::string(column.text()));
      }
    } else if (key == "cached") {
      if (text != "inside" && text != "outside") {
        return wrong(name, at, "expected inside (input contains cached tokens) or outside");
      }
      mapping.convention =
          text == "inside" ? usage::Convention::inclusive : usage::Convention::exclusive;
    } else if (key == "reasoning") {
      if (text != "inside" && text != "outside") {
        return wrong(name, at, "expected inside (output contains reasoning) or outside");
      }
      mapping.reasoning_outside_output = text == "outside";
    } else if (key == "cost_unit") {
      if (text != "usd" && text != "cents" && text != "nano-usd") {
        return wrong(name, at, "expected usd, cents or nano-usd");
      }
      mapping.cost_shift = text == "usd" ? 0 : text == "cents" ? 2 : 9;
    } else if (key == "latency_unit") {
      if (text != "s" && text != "ms") return wrong(name, at, "expected s or ms");
      mapping.latency_shift = text == "s" ? 0 : 3;
    } else if (key == "time_zone") {
      if (!parse_zone(text, mapping.zone_minutes)) {
        return wrong(name, at, "expected an offset such as +02:00, or Z");
      }
    } else if (key == "vendor") {
      mapping.vendor = text;
    } else if (key == "model") {
      mapping.model = text;
    } else {
      return not_found("member", key,
                       {"columns", "cached", "reasoning", "cost_unit", "latency_unit", "time_zone",
                        "vendor", "model"},
                       name);
    }
  }
  const auto has = [&](usage::Role role) {
    for (const auto& [mapped, column] : mapping.columns) {
      if (mapped == role) return true;
    }
    return false;
  };
  if (!has(usage::Role::time) || !(has(usage::Role::input) || has(usage::Role::uncached)) ||
      !has(usage::Role::output)) {
    return wrong(name, "/columns", "expected columns for time, input (or uncached) and output");
  }
  return mapping;
}

}  // namespace breakeven::io
