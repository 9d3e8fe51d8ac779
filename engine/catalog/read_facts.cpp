#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/read_tables.hpp"
#include "engine/catalog/row_reader.hpp"

namespace breakeven::catalog {
namespace {

constexpr std::array<std::string_view, 14> kDefaultColumns{
    "id", "title", "unit", "value", "low",  "high",   "family",
    "p1", "p2",    "p3",   "p4",    "note", "source", "source_date"};
constexpr std::array<std::string_view, 8> kQualityColumns{
    "model", "benchmark", "score", "weights", "kind", "note", "source", "source_date"};
constexpr std::array<std::string_view, 9> kComplianceColumns{"regime",   "vendor",  "offering",
                                                             "covers",   "covered", "conditions",
                                                             "evidence", "source",  "source_date"};
constexpr std::array<std::string_view, 7> kPlatformColumns{
    "id", "title", "serves", "pricing", "note", "source", "source_date"};
constexpr std::array<std::string_view, 6> kSelfHosted{"hyperscaler", "neocloud", "gov",
                                                      "eu",          "owned",    "any"};
constexpr std::array<std::string_view, 7> kHostedColumns{
    "model", "vendor", "api_model", "precision", "note", "source", "source_date"};
constexpr std::array<std::string_view, 6> kNameColumns{
    "benchmark_model", "kind", "id", "note", "source", "source_date"};

constexpr std::array<std::string_view, 7> kGroups{"owned",     "people", "tooling", "operations",
                                                  "migration", "prior",  "finance"};
constexpr std::array kFamilies{Family::fixed,  Family::uniform,   Family::triangular, Family::pert,
                               Family::normal, Family::lognormal, Family::beta};
constexpr std::array<std::string_view, 4> kParameterColumns{"p1", "p2", "p3", "p4"};

/// What is wrong with the parameters of a distribution, or nothing. `value` is the central figure
/// beside them: the mode, mean or median that the family names.
std::string distribution_mistake(const Default& d) {
  const auto& p = d.parameters;
  const auto equal = [&](double central) {
    return std::fabs(d.value - central) <= 1e-9 * std::fabs(central);
  };
  switch (d.family) {
    case Family::fixed:
      return p.empty() ? "" : "expected no parameters for fixed";
    case Family::uniform:
      return p.size() == 2 && p[0] < p[1] ? "" : "expected low < high in p1 and p2 for uniform";
    case Family::triangular:
    case Family::pert:
      if (p.size() != 3 || p[0] > p[1] || p[1] > p[2] || p[0] == p[2]) {
        return "expected low, mode, high rising in p1, p2, p3";
      }
      return equal(p[1]) ? "" : "expected the value to be the mode p2";
    case Family::normal:
      if ((p.size() != 2 && p.size() != 4) || p[1] <= 0 || (p.size() == 4 && p[2] >= p[3])) {
        return "expected mean and a positive standard deviation in p1 and p2, and bounds low < "
               "high "
               "in p3 and p4 or neither";
      }
      return equal(p[0]) ? "" : "expected the value to be the mean p1";
    case Family::lognormal:
      if (p.size() != 2 || p[0] <= 0 || p[1] <= 0) {
        return "expected a positive median and sigma in p1 and p2";
      }
      return equal(p[0]) ? "" : "expected the value to be the median p1";
    case Family::beta:
      return p.size() == 3 && p[0] > 0 && p[1] > 0 && p[2] > 0 && d.value <= p[2]
                 ? ""
                 : "expected alpha, beta and scale above zero in p1, p2, p3 and the value within "
                   "the "
                   "scale";
  }
  return "expected a family";
}

std::vector<std::string> ids_of(const std::vector<OpenModel>& models) {
  std::vector<std::string> ids;
  ids.reserve(models.size());
  for (const OpenModel& model : models) ids.push_back(model.id);
  return ids;
}

}  // namespace

std::vector<Default> read_defaults(const CsvTable& table, Issues& issues) {
  std::vector<Default> defaults;
  std::set<std::string> seen;
  RowReader row(table, kDefaultColumns, issues);
  constexpr double kHuge = 1e15;
  while (row.next()) {
    Default d;
    const std::size_t mistakes = issues.errors().size();
    d.id = row.text("id");
    if (!seen.insert(d.id).second) {
      row.refuse("id", "expected an id of its own, found \"" + d.id + "\" again");
    }
    d.group = d.id.substr(0, d.id.find('.'));
    bool known_group = false;
    for (const std::string_view group : kGroups) known_group = known_group || group == d.group;
    if (!known_group || d.group.size() + 1 >= d.id.size()) {
      row.refuse("id",
                 "expected owned., people., tooling., operations., migration., prior. or finance. "
                 "and a name, found \"" +
                     d.id + "\"");
    }
    d.title = row.text("title");
    d.unit = row.text("unit");
    d.value = row.number("value", -kHuge, kHuge);
    d.value_text = std::string(row.raw("value"));
    d.low = row.number("low", -kHuge, kHuge);
    d.high = row.number("high", -kHuge, kHuge);
    d.family = row.choice("family", kFamilies);
    for (const std::string_view column : kParameterColumns) {
      if (!row.raw(column).empty()) d.parameters.push_back(row.number(column, -kHuge, kHuge));
    }
    d.note = row.optional_text("note");
    d.source = row.source();
    if (issues.errors().size() == mistakes) {
      if (d.low > d.value || d.value > d.high) {
        row.refuse("value",
                   "expected a value within low and high (" + shortest(d.low) + " to " +
                       shortest(d.high) + "), found " + d.value_text,
                   ErrorCode::out_of_range);
      }
      if (const std::string mistake = distribution_mistake(d); !mistake.empty()) {
        row.refuse("family", mistake + ", found " + std::to_string(d.parameters.size()) +
                                 " parameters and the value " + d.value_text);
      }
      if (d.unit.starts_with("USD") && !d.usd().ok()) {
        row.refuse("value",
                   "expected a plain decimal amount of USD, found \"" + d.value_text + "\"");
      }
    }
    defaults.push_back(std::move(d));
  }
  return defaults;
}

std::vector<QualityScore> read_quality(const CsvTable& table, Issues& issues) {
  std::vector<QualityScore> scores;
  std::set<std::string> seen;
  static constexpr std::array<std::string_view, 2> kWeights{"open", "api"};
  static constexpr std::array<std::string_view, 3> kKinds{"independent", "vendor-reported",
                                                          "quoted"};
  constexpr double kHighestElo = 4000;
  RowReader row(table, kQualityColumns, issues);
  while (row.next()) {
    QualityScore q;
    q.model = row.text("model");
    q.benchmark = row.text("benchmark");
    q.score = row.number("score", 0, kHighestElo);
    q.open_weights = row.one_of("weights", kWeights) == "open";
    q.kind = row.one_of("kind", kKinds);
    q.note = row.optional_text("note");
    q.source = row.source();
    if (!seen.insert(q.model + '\n' + q.benchmark + '\n' + shortest(q.score) + '\n' + q.kind +
                     '\n' + q.note + '\n' + q.source.text + '\n' + q.source.date)
             .second) {
      row.refuse("model", "expected a score once, found the same row again");
    }
    scores.push_back(std::move(q));
  }
  return scores;
}

namespace {

/// "a;b" as its parts; empty parts stay, to be refused.
std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = text.find(';');
    parts.emplace_back(trim(text.substr(0, end)));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// What a compliance fact may speak of.
bool known_subject(std::string_view subject, const std::vector<Platform>& platforms) {
  if (subject == "other") return true;
  if (subject.starts_with("api:")) return subject.size() > 4;
  if (subject.starts_with("self:")) {
    return std::ranges::find(kSelfHosted, subject.substr(5)) != kSelfHosted.end();
  }
  return subject.starts_with("platform:") && std::ranges::any_of(platforms, [&](const Platform& p) {
           return p.id == subject.substr(9);
         });
}

}  // namespace

std::vector<Platform> read_platforms(const CsvTable& table, Issues& issues) {
  std::vector<Platform> platforms;
  std::set<std::string> seen;
  RowReader row(table, kPlatformColumns, issues);
  while (row.next()) {
    Platform p;
    p.id = row.text("id");
    if (!seen.insert(p.id).second) {
      row.refuse("id", "expected an id of its own, found \"" + p.id + "\" again");
    }
    p.title = row.text("title");
    p.serves = split(row.text("serves"));
    const std::string pricing = row.text("pricing");
    if (pricing == "list") {
      p.pricing = PlatformPricing::list;
    } else if (pricing.starts_with("place:") && pricing.size() > 6) {
      p.pricing = PlatformPricing::place;
      p.place = pricing.substr(6);
    } else if (pricing != "quotation") {
      row.refuse("pricing", "expected list, quotation or place:<where>, found \"" + pricing + "\"");
    }
    p.note = row.optional_text("note");
    p.source = row.source();
    platforms.push_back(std::move(p));
  }
  return platforms;
}

std::vector<ComplianceFact> read_compliance(const CsvTable& table,
                                            const std::vector<Platform>& platforms,
                                            Issues& issues) {
  std::vector<ComplianceFact> facts;
  std::set<std::string> seen;
  static constexpr std::array<std::string_view, 4> kCovered{"yes", "partial", "no", "unknown"};
  static constexpr std::array<std::string_view, 4> kEvidence{"official", "registry", "secondary",
                                                             "inference"};
  RowReader row(table, kComplianceColumns, issues);
  while (row.next()) {
    ComplianceFact f;
    f.regime = row.text("regime");
    f.vendor = row.text("vendor");
    f.offering = row.text("offering");
    f.covers = split(row.text("covers"));
    for (const std::string& subject : f.covers) {
      if (known_subject(subject, platforms)) continue;
      row.refuse("covers",
                 "expected api:<vendor>, platform:<id of platforms.csv>, self:<hyperscaler, "
                 "neocloud, gov, eu, owned or any> or other, found \"" +
                     subject + "\"");
    }
    f.covered = row.one_of("covered", kCovered);
    f.conditions = row.optional_text("conditions");
    f.evidence = row.one_of("evidence", kEvidence);
    f.source = row.source();
    if (!seen.insert(f.regime + '\n' + f.vendor + '\n' + f.offering).second) {
      row.refuse("offering", "expected regime, vendor and offering once, found them again");
    }
    facts.push_back(std::move(f));
  }
  return facts;
}

std::vector<HostedModel> read_hosted_models(const CsvTable& table,
                                            const std::vector<OpenModel>& models, Issues& issues) {
  std::vector<HostedModel> hosted;
  std::set<std::string> seen;
  const std::vector<std::string> ids = ids_of(models);
  const std::set<std::string> known(ids.begin(), ids.end());
  static constexpr std::array<std::string_view, 8> kPrecisions{"unknown", "fp16",  "bf16",  "fp8",
                                                               "int8",    "nvfp4", "mxfp4", "int4"};
  RowReader row(table, kHostedColumns, issues);
  while (row.next()) {
    HostedModel h;
    h.model = row.text("model");
    if (!known.contains(h.model)) {
      row.refuse("model", not_found("open model", h.model, ids).message, ErrorCode::not_found);
    }
    h.vendor = row.text("vendor");
    h.api_model = row.text("api_model");
    if (!seen.insert(h.model + '\n' + h.price_id()).second) {
      row.refuse("api_model", "expected a host once, found \"" + h.price_id() + "\" again");
    }
    h.precision = row.one_of("precision", kPrecisions);
    h.note = row.optional_text("note");
    h.source = row.source();
    hosted.push_back(std::move(h));
  }
  return hosted;
}

std::vector<QualityName> read_quality_names(const CsvTable& table,
                                            const std::vector<OpenModel>& models,
                                            const std::vector<QualityScore>& quality,
                                            Issues& issues) {
  std::vector<QualityName> names;
  std::set<std::string> seen;
  const std::vector<std::string> ids = ids_of(models);
  const std::set<std::string> known_models(ids.begin(), ids.end());
  std::set<std::string> scored;
  for (const QualityScore& score : quality) scored.insert(score.model);
  static constexpr std::array<std::string_view, 2> kKinds{"open", "api"};
  RowReader row(table, kNameColumns, issues);
  while (row.next()) {
    QualityName n;
    n.benchmark_model = row.text("benchmark_model");
    if (!scored.contains(n.benchmark_model)) {
      row.refuse(
          "benchmark_model",
          not_found("model in quality.csv", n.benchmark_model, {scored.begin(), scored.end()})
              .message,
          ErrorCode::not_found);
    }
    if (!seen.insert(n.benchmark_model).second) {
      row.refuse("benchmark_model",
                 "expected a name once, found \"" + n.benchmark_model + "\" again");
    }
    n.kind = row.one_of("kind", kKinds);
    n.id = row.text("id");
    if (n.kind == "open" && !known_models.contains(n.id)) {
      row.refuse("id", not_found("open model", n.id, ids).message, ErrorCode::not_found);
    }
    n.note = row.optional_text("note");
    n.source = row.source();
    names.push_back(std::move(n));
  }
  return names;
}

}  // namespace breakeven::catalog
