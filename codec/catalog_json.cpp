#include "codec/catalog_json.hpp"

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/describe.hpp"

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

std::string printed(const Json& json) {
  // Facts come from files that people edit: invalid UTF-8 is replaced, not thrown.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json value_of(const catalog::Field& field) {
  if (field.value.empty()) return nullptr;
  switch (field.type) {
    case catalog::FieldType::flag:
      return field.value == "yes";
    case catalog::FieldType::number:
      if (const auto whole = parse_int(field.value); whole.ok()) return *whole;
      if (const auto number = parse_double(field.value); number.ok()) return *number;
      return field.value;
    case catalog::FieldType::money:
    case catalog::FieldType::text:
      break;
  }
  return field.value;
}

}  // namespace

std::string kinds_to_json(std::span<const KindSummary> kinds) {
  Json list = Json::array();
  for (const KindSummary& kind : kinds) {
    list.push_back({{"kind", kind.kind}, {"count", kind.count}, {"newest", kind.newest}});
  }
  return printed({{"kinds", std::move(list)}});
}

std::string records_to_json(std::span<const catalog::Description> records) {
  Json list = Json::array();
  for (const catalog::Description& record : records) {
    Json fields = Json::object();
    for (const catalog::Field& field : record.fields) {
      Json entry{{"value", value_of(field)}};
      if (!field.unit.empty()) entry["unit"] = field.unit;
      fields[field.name] = std::move(entry);
    }
    list.push_back({{"kind", record.kind},
                    {"id", record.id},
                    {"fields", std::move(fields)},
                    {"source",
                     {{"text", record.source.text},
                      {"date", record.source.date},
                      {"place", record.source.place}}}});
  }
  return printed({{"records", std::move(list)}});
}

std::string mistakes_to_json(std::span<const Error> mistakes) {
  Json list = Json::array();
  for (const Error& mistake : mistakes) {
    list.push_back({{"where", mistake.where}, {"message", mistake.message}});
  }
  return printed({{"ok", mistakes.empty()}, {"mistakes", std::move(list)}});
}

}  // namespace breakeven::codec
