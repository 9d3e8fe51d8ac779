#include "codec/plan_summary.hpp"

#include <nlohmann/json.hpp>

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxBytes = 64U << 20U;

/// Walks an answer; the first thing that is not as expected is remembered with its pointer.
class Reader {
 public:
  Reader(const Json& node, std::string pointer, std::optional<Error>& error)
      : node_(&node), pointer_(std::move(pointer)), error_(&error) {}

  [[nodiscard]] Reader operator[](const char* key) const {
    static const Json kNothing;
    const std::string at = pointer_ + "/" + key;
    if (!node_->is_object() || !node_->contains(key)) {
      fail(at, "a field of a plan's answer");
      return {kNothing, at, *error_};
    }
    return {(*node_)[key], at, *error_};
  }
  /// Empty when it is not there or null.
  [[nodiscard]] std::optional<Reader> find(const char* key) const {
    if (!node_->is_object() || !node_->contains(key) || (*node_)[key].is_null()) return {};
    return Reader((*node_)[key], pointer_ + "/" + key, *error_);
  }

  [[nodiscard]] std::string text() const {
    if (node_->is_string()) return node_->get<std::string>();
    fail(pointer_, "a text");
    return {};
  }
  /// Texts as they are, anything else as JSON; nothing for null.
  [[nodiscard]] std::string shown() const {
    if (node_->is_string()) return node_->get<std::string>();
    if (node_->is_null()) return {};
    return node_->dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  [[nodiscard]] double number() const {
    if (node_->is_number()) return node_->get<double>();
    fail(pointer_, "a number");
    return 0;
  }
  [[nodiscard]] std::int64_t whole() const {
    if (node_->is_number_integer()) return node_->get<std::int64_t>();
    fail(pointer_, "a whole number");
    return 0;
  }
  [[nodiscard]] bool yes() const {
    if (node_->is_boolean()) return node_->get<bool>();
    fail(pointer_, "true or false");
    return false;
  }
  [[nodiscard]] Usd usd() const {
    const auto amount = Usd::parse(text());
    if (!amount.ok()) fail(pointer_, "an amount as a decimal string");
    return amount.ok() ? *amount : Usd();
  }
  [[nodiscard]] std::vector<Reader> list() const {
    std::vector<Reader> out;
    if (!node_->is_array()) {
      fail(pointer_, "a list");
      return out;
    }
    for (std::size_t i = 0; i < node_->size(); ++i) {
      out.emplace_back((*node_)[i], pointer_ + "/" + std::to_string(i), *error_);
    }
    return out;
  }
  [[nodiscard]] std::vector<std::pair<std::string, Reader>> members() const {
    std::vector<std::pair<std::string, Reader>> out;
    if (!node_->is_object()) {
      fail(pointer_, "an object");
      return out;
    }
    for (const auto& [key, value] : node_->items()) {
      out.emplace_back(key, Reader(value, pointer_ + "/" + key, *error_));
    }
    return out;
  }
  [[nodiscard]] std::vector<double> numbers() const {
    std::vector<double> out;
    for (const Reader& one : list()) out.push_back(one.number());
    return out;
  }

 private:
  void fail(const std::string& place, const std::string& expected) const {
    if (*error_) return;
    *error_ = Error{ErrorCode::parse_error,
                    "expected " + expected +
                        " (a report is made of the output of breakeven plan "
                        "--json)",
                    place};
  }

  const Json* node_;
  std::string pointer_;
  std::optional<Error>* error_;
};

explain::Source source_of(const Reader& at) {
  return {at["text"].text(), at["date"].text(), at["place"].text()};
}

std::optional<Usd> maybe_usd(const Reader& at, const char* key) {
  const auto found = at.find(key);
  return found ? std::optional(found->usd()) : std::nullopt;
}

std::optional<double> maybe_number(const Reader& at, const char* key) {
  const auto found = at.find(key);
  return found ? std::optional(found->number()) : std::nullopt;
}

SummaryLine line_of(const Reader& at) {
  SummaryLine line;
  line.id = at["id"].text();
  line.title = at["title"].text();
  line.group = at["group"].text();
  line.once = at.find("usd_once").has_value();
  line.usd = at[line.once ? "usd_once" : "usd_month"].usd();
  line.low = maybe_usd(at, "low_usd");
  line.high = maybe_usd(at, "high_usd");
  line.kind = at["kind"].text();
  line.source = source_of(at["source"]);
  return line;
}

SummaryOption option_of(const Reader& at) {
  SummaryOption option;
  option.id = at["id"].text();
  option.title = at["title"].text();
  option.kind = at["kind"].text();
  option.available = at["available"].yes();
  if (!option.available) {
    option.reason = at["reason"].text();
    return option;
  }
  if (const auto fleet = at.find("fleet")) option.fleet = static_cast<std::size_t>(fleet->whole());
  option.recurring = at["recurring_usd_month"].usd();
  option.one_offs = at["one_offs_usd"].usd();
  option.fully_loaded = at["fully_loaded_usd_month"].usd();
  option.per_million_tokens = at["usd_per_million_tokens"].usd();
  if (const auto investment = at.find("against_api")) {
    option.npv_usd = maybe_number(*investment, "npv_usd");
    option.irr_per_month = maybe_number(*investment, "irr_per_month");
    if (const auto month = investment->find("payback_month")) option.payback_month = month->whole();
    option.cumulative_usd = (*investment)["cumulative_usd"].numbers();
  }
  for (const Reader& line : at["lines"].list()) option.lines.push_back(line_of(line));
  for (const Reader& gate : at["gates"].list()) {
    option.gates.push_back({gate["title"].text(), gate["state"].text(), gate["condition"].text(),
                            source_of(gate["evidence"])});
  }
  return option;
}

std::vector<decision::BriefSentence> brief_of(const Reader& at) {
  std::vector<decision::BriefSentence> out;
  for (const Reader& sentence : at.list()) {
    decision::BriefSentence one{sentence["id"].text(), sentence["text"].text(), {}};
    for (const Reader& figure : sentence["figures"].list()) one.figures.push_back(figure.text());
    out.push_back(std::move(one));
  }
  return out;
}

SummaryFleet fleet_of(const Reader& at) {
  return {at["configuration"].text(),
          at["provider"].text(),
          at["offer"].text(),
          at["replicas"].whole(),
          at["replicas_needed"].whole(),
          at["gpus"].whole(),
          at["delivered_utilisation"].number(),
          at["ttft_s"].number(),
          at["tpot_s"].number(),
          at["calibration"].text(),
          at["busy_by_hour"].numbers()};
}

SummaryFigure figure_of(const std::string& name, const Reader& at) {
  SummaryFigure figure{name,
                       at["title"].text(),
                       at["value"].text(),
                       at["unit"].text(),
                       at["kind"].text(),
                       at["formula"].text(),
                       {}};
  if (const auto sources = at.find("sources")) {
    for (const Reader& source : sources->list()) figure.sources.push_back(source_of(source));
  }
  return figure;
}

void money_of(const Reader& at, PlanSummary& s) {
  for (const Reader& rung : at["rungs"].list()) {
    SummaryRung one{rung["title"].text(), rung["evaluated"].yes(), {}, {}, {}, {}};
    if (one.evaluated) {
      one.api = rung["api_usd_month"].usd();
      one.self_host = rung["self_host_usd_month"].usd();
      one.difference = rung["difference_usd_month"].usd();
    }
    one.note = rung["note"].text();
    s.rungs.push_back(std::move(one));
  }
  for (const Reader& part : at["api"]["parts"].list()) {
    s.api_parts.push_back({part["unit"].text(), part["tokens_in_trace"].whole(),
                           part["rate_usd"].text(), part["usd_month"].usd(), part["kind"].text(),
                           source_of(part["source"])});
  }
  for (const Reader& option : at["options"].list()) s.options.push_back(option_of(option));
  if (const auto best = at.find("best_self_host")) {
    const auto index = static_cast<std::size_t>(best->whole());
    if (index < s.options.size()) s.best_self_host = index;
  }
}

void risk_of(const Reader& at, PlanSummary& s) {
  for (const Reader& bar : at["tornado"].list()) {
    s.tornado.push_back({bar["title"].text(), bar["unit"].text(), bar["low_value"].number(),
                         bar["high_value"].number(), bar["at_low_usd_month"].number(),
                         bar["at_high_usd_month"].number()});
  }
  for (const Reader& flip : at["flip_points"].list()) {
    s.flips.push_back(
        {flip["title"].text(), flip["unit"].text(), flip["now"].number(), flip["value"].number()});
  }
  if (const auto risk = at.find("uncertainty")) {
    s.npv_p10_p90 = {(*risk)["npv_usd"]["p10"].number(), (*risk)["npv_usd"]["p90"].number()};
  }
}

}  // namespace

Result<PlanSummary> plan_summary_from_json(std::string_view text) {
  if (text.size() > kMaxBytes) {
    return Error{ErrorCode::resource_limit, "expected at most 64 MiB", "/"};
  }
  // Without exceptions: a broken file is an ordinary answer here.
  const Json body = Json::parse(text, nullptr, false);
  if (body.is_discarded()) {
    return Error{ErrorCode::parse_error, "expected the JSON answer of breakeven plan --json", "/"};
  }
  std::optional<Error> error;
  const Reader at(body, "", error);
  PlanSummary s;
  s.version = at["version"].text();
  const Reader question = at["question"];
  s.api_model = question["api_model"].text();
  s.open_model = question["open_model"].text();
  s.as_of = question["as_of"].text();
  s.horizon_months = question["horizon_months"].whole();
  s.discount_rate = question["discount_rate_per_year"].number();
  for (const auto& [name, value] : question.members()) s.question.emplace_back(name, value.shown());
  s.trace = at["traffic"]["trace"].text();
  s.requests_per_month = at["traffic"]["requests_per_month"].whole();
  s.verdict_title = at["verdict"]["title"].text();
  s.verdict_sentence = at["verdict"]["sentence"].text();
  s.probability = maybe_number(at["verdict"], "probability");
  s.cfo = brief_of(at["briefs"]["cfo"]);
  s.cto = brief_of(at["briefs"]["cto"]);
  money_of(at, s);
  for (const Reader& fleet : at["fleets"].list()) s.fleets.push_back(fleet_of(fleet));
  for (const Reader& gap : at["quality"].list()) {
    s.quality.push_back({gap["benchmark"].text(), gap["api"]["score"].number(),
                         gap["open"]["score"].number(), gap["gap"].number(),
                         gap["open"]["source"]["date"].text()});
  }
  risk_of(at, s);
  for (const auto& [name, figure] : at["figures"].members()) {
    s.figures.push_back(figure_of(name, figure));
  }
  for (const Reader& warning : at["warnings"].list()) s.warnings.push_back(warning.text());
  if (error) return *error;
  if (s.horizon_months < 1) {
    return Error{ErrorCode::out_of_range, "expected at least 1 month", "/question/horizon_months"};
  }
  return s;
}

}  // namespace breakeven::codec
