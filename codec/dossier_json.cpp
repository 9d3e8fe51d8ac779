#include "codec/dossier_json.hpp"

#include <limits>
#include <utility>

#include "codec/json_object.hpp"
#include "codec/json_reader.hpp"
#include "engine/catalog/price_observation.hpp"

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kName = "breakeven-dossier";
constexpr const char* kAbout = " of a dossier of breakeven plan export";
constexpr int kIndent = 1;

std::string document(const Json& json) {
  return json.dump(kIndent, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// The ends of time are left out.
Json instant(std::int64_t seconds, std::int64_t open) {
  return seconds == open ? Json(nullptr) : Json(seconds);
}

constexpr std::int64_t kAlways = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();

Json row_json(const catalog::PriceRow& row) {
  const catalog::PriceField field{row.unit, row.mode, row.above_input_tokens, row.inclusive,
                                  row.when};
  return Json{{"field", catalog::to_string(field)},
              {"usd", row.price.decimal()},
              {"per", row.price.unit_size},
              {"from_s", instant(row.from_s, kAlways)},
              {"to_s", instant(row.to_s, kForever)},
              {"kind", catalog::to_string(row.kind)},
              {"rule", row.rule},
              {"source", row.source},
              {"source_date", row.source_date},
              {"place", row.place}};
}

catalog::PriceKind kind_of(const JsonReader& at) {
  using catalog::PriceKind;
  const std::string text = at.text();
  for (const PriceKind kind :
       {PriceKind::published, PriceKind::inferred, PriceKind::contested, PriceKind::unknown}) {
    if (text == catalog::to_string(kind)) return kind;
  }
  at.fail("published, inferred, contested or unknown");
  return PriceKind::published;
}

catalog::PriceRow row_of(const JsonReader& at) {
  catalog::PriceRow row;
  if (const auto field = catalog::parse_price_field(at["field"].text()); field.ok()) {
    row.unit = field->unit;
    row.mode = field->mode;
    row.above_input_tokens = field->above_input_tokens;
    row.inclusive = field->inclusive;
    row.when = field->when;
  } else {
    at["field"].fail("the field of a price");
  }
  const std::int64_t per = at["per"].whole();
  const auto price = per > 0 ? Price::parse(at["usd"].text(), per, Price::kFinestDecimals)
                             : Result<Price>(Error{});
  if (price.ok()) {
    row.price = *price;
  } else {
    at["usd"].fail("a price per so many units");
  }
  if (const auto from = at.find("from_s")) row.from_s = from->whole();
  if (const auto to = at.find("to_s")) row.to_s = to->whole();
  row.kind = kind_of(at["kind"]);
  row.rule = at["rule"].text();
  row.source = at["source"].text();
  row.source_date = at["source_date"].text();
  row.place = at["place"].text();
  return row;
}

}  // namespace

std::string dossier_manifest_to_json(const DossierManifest& m) {
  Json files = Json::array();
  for (const DossierFile& file : m.files) {
    files.push_back({{"name", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}});
  }
  return document(
      {{"format", kName},
       {"format_version", kDossierFormat},
       {"program", m.program},
       {"verdict", m.verdict},
       {"seed", m.seed},
       {"paths", m.paths},
       {"as_of", m.as_of},
       {"trace",
        {{"name", m.trace_name}, {"requests", m.trace_requests}, {"span_ns", m.trace_span_ns}}},
       {"files", std::move(files)}});
}

Result<DossierManifest> dossier_manifest_from_json(std::string_view text) {
  BREAKEVEN_TRY(const Json body, json_object(text, "/"));
  std::optional<Error> error;
  const JsonReader at(body, kAbout, error);
  if (at["format"].text() != kName) at["format"].fail("the manifest");
  const std::int64_t format = at["format_version"].whole();
  if (error) return *error;
  if (format != kDossierFormat) {
    return Error{ErrorCode::unsupported,
                 "expected a dossier of format " + std::to_string(kDossierFormat) +
                     ", found format " + std::to_string(format) +
                     ": it was made by another version of breakeven",
                 "/format_version"};
  }
  DossierManifest m;
  m.program = at["program"].text();
  m.verdict = at["verdict"].text();
  m.seed = at["seed"].text();
  m.paths = at["paths"].whole();
  m.as_of = at["as_of"].text();
  m.trace_name = at["trace"]["name"].text();
  m.trace_requests = at["trace"]["requests"].whole();
  m.trace_span_ns = at["trace"]["span_ns"].whole();
  for (const JsonReader& file : at["files"].list()) {
    m.files.push_back({file["name"].text(), file["bytes"].whole(), file["sha256"].text()});
  }
  if (error) return *error;
  return m;
}

std::string known_prices_to_json(const catalog::PriceBook& book, Instant known_at) {
  Json rules = Json::array();
  for (const catalog::NamedText& file : book.rule_files()) {
    rules.push_back({{"name", file.name}, {"content", file.content}});
  }
  Json models = Json::array();
  for (const catalog::PricedModel& model : book.models()) {
    if (model.rows.empty()) continue;
    Json rows = Json::array();
    for (const catalog::PriceRow& row : model.rows) rows.push_back(row_json(row));
    models.push_back({{"vendor", model.vendor}, {"model", model.name}, {"prices", rows}});
  }
  return document({{"known_at_s", known_at.seconds},
                   {"rule_files", std::move(rules)},
                   {"models", std::move(models)}});
}

Result<KnownPrices> known_prices_from_json(std::string_view text) {
  BREAKEVEN_TRY(const Json body, json_object(text, "/"));
  std::optional<Error> error;
  const JsonReader at(body, kAbout, error);
  KnownPrices known;
  known.known_at.seconds = at["known_at_s"].whole();
  for (const JsonReader& file : at["rule_files"].list()) {
    known.rule_files.push_back({file["name"].text(), file["content"].text()});
  }
  for (const JsonReader& model : at["models"].list()) {
    catalog::PricedModel one;
    one.vendor = model["vendor"].text();
    one.name = model["model"].text();
    for (const JsonReader& row : model["prices"].list()) one.rows.push_back(row_of(row));
    known.models.push_back(std::move(one));
  }
  if (error) return *error;
  return known;
}

}  // namespace breakeven::codec
