#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "codec/plan_json.hpp"
#include "engine/base/text.hpp"

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

Error expected(const std::string& pointer, std::string_view what, const Json& found) {
  std::string shown = found.dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 60);
  return Error{ErrorCode::invalid_argument, "expected " + std::string(what) + ", found " + shown,
               pointer};
}

/// A number, or a decimal in a string.
Result<double> number(const Json& value, const std::string& pointer) {
  if (value.is_number()) return value.get<double>();
  if (value.is_string()) {
    auto parsed = parse_double(value.get_ref<const std::string&>());
    if (parsed) return *parsed;
  }
  return expected(pointer, "a number", value);
}

Result<std::string> text(const Json& value, const std::string& pointer) {
  if (!value.is_string()) return expected(pointer, "a string", value);
  return value.get<std::string>();
}

Result<std::vector<std::string>> texts(const Json& value, const std::string& pointer) {
  if (!value.is_array()) return expected(pointer, "a list of strings", value);
  std::vector<std::string> list;
  for (std::size_t i = 0; i < value.size(); ++i) {
    BREAKEVEN_TRY(std::string item, text(value[i], pointer + "/" + std::to_string(i)));
    list.push_back(std::move(item));
  }
  return list;
}

using Setter = std::function<Status(advisor::PlanQuestion&, const Json&, const std::string&)>;

Setter real(double advisor::PlanQuestion::* field) {
  return [field](advisor::PlanQuestion& q, const Json& v, const std::string& at) -> Status {
    BREAKEVEN_TRY(q.*field, number(v, at));
    return {};
  };
}

Setter maybe_real(std::optional<double> advisor::PlanQuestion::* field) {
  return [field](advisor::PlanQuestion& q, const Json& v, const std::string& at) -> Status {
    if (v.is_null()) return {};
    BREAKEVEN_TRY(q.*field, number(v, at));
    return {};
  };
}

Result<int> whole_number(const Json& value, const std::string& pointer) {
  BREAKEVEN_TRY(const double x, number(value, pointer));
  if (!(x >= -1e9 && x <= 1e9) || x != static_cast<double>(static_cast<int>(x))) {
    return expected(pointer, "a whole number", value);
  }
  return static_cast<int>(x);
}

Setter whole(int advisor::PlanQuestion::* field) {
  return [field](advisor::PlanQuestion& q, const Json& v, const std::string& at) -> Status {
    BREAKEVEN_TRY(q.*field, whole_number(v, at));
    return {};
  };
}

Setter string_list(std::vector<std::string> advisor::PlanQuestion::* field) {
  return [field](advisor::PlanQuestion& q, const Json& v, const std::string& at) -> Status {
    BREAKEVEN_TRY(q.*field, texts(v, at));
    return {};
  };
}

Setter objective(double serving::Objective::* field) {
  return [field](advisor::PlanQuestion& q, const Json& v, const std::string& at) -> Status {
    BREAKEVEN_TRY(q.objective.*field, number(v, at));
    return {};
  };
}

Setter text_field(std::string advisor::PlanQuestion::* field) {
  return [field](advisor::PlanQuestion& q, const Json& v, const std::string& at) -> Status {
    BREAKEVEN_TRY(q.*field, text(v, at));
    return {};
  };
}

Result<Usd> usd(const Json& value, const std::string& pointer) {
  BREAKEVEN_TRY(const std::string t, text(value, pointer));
  auto amount = Usd::parse(t);
  if (!amount) return Error{amount.error().code, amount.error().message, pointer};
  if (*amount < Usd()) return expected(pointer, "an amount of zero or more", value);
  return *amount;
}

Setter numbers_by_name(std::map<std::string, double> advisor::PlanQuestion::* field) {
  return [field](advisor::PlanQuestion& q, const Json& v, const std::string& at) -> Status {
    if (!v.is_object()) return expected(at, "an object of names and numbers", v);
    for (const auto& [name, value] : v.items()) {
      BREAKEVEN_TRY((q.*field)[name], number(value, at + "/" + name));
    }
    return {};
  };
}

Setter amount(Usd advisor::PlanQuestion::* field) {
  return [field](advisor::PlanQuestion& q, const Json& v, const std::string& at) -> Status {
    BREAKEVEN_TRY(q.*field, usd(v, at));
    return {};
  };
}

Status read_on_call(advisor::PlanQuestion& q, const Json& v, const std::string& at) {
  using advisor::OnCall;
  for (const OnCall kind : {OnCall::automatic, OnCall::none, OnCall::shared, OnCall::own_team}) {
    if (v.is_string() && v.get_ref<const std::string&>() == advisor::to_string(kind)) {
      q.on_call = kind;
      return {};
    }
  }
  return expected(at, "one of auto, none, shared, own-team", v);
}

Result<advisor::Constraint> read_constraint(const Json& v, const std::string& at) {
  using decision::Strength;
  if (!v.is_object()) return expected(at, "an object", v);
  advisor::Constraint c;
  for (const auto& [name, value] : v.items()) {
    const std::string here = at + "/" + name;
    if (name == "name") {
      BREAKEVEN_TRY(c.name, text(value, here));
    } else if (name == "value") {
      if (value.is_null()) continue;
      BREAKEVEN_TRY(c.value, number(value, here));
    } else if (name == "usd_month") {
      if (value.is_null()) continue;
      BREAKEVEN_TRY(c.usd_per_month, usd(value, here));
    } else if (name == "strength") {
      bool found = false;
      for (const Strength s : {Strength::hard, Strength::soft, Strength::priced}) {
        if (!value.is_string() || value.get_ref<const std::string&>() != decision::to_string(s)) {
          continue;
        }
        c.strength = s;
        found = true;
      }
      if (!found) return expected(here, "one of hard, soft, priced", value);
    } else {
      return not_found("field of a constraint", name, {"name", "value", "strength", "usd_month"},
                       here);
    }
  }
  return c;
}

Status read_constraints(advisor::PlanQuestion& q, const Json& v, const std::string& at) {
  if (!v.is_array()) return expected(at, "a list of constraints", v);
  for (std::size_t i = 0; i < v.size(); ++i) {
    BREAKEVEN_TRY(advisor::Constraint c, read_constraint(v[i], at + "/" + std::to_string(i)));
    q.constraints.push_back(std::move(c));
  }
  return {};
}

Status read_provisioned(advisor::PlanQuestion& q, const Json& v, const std::string& at) {
  if (v.is_null()) return {};
  if (!v.is_object()) return expected(at, "an object or null", v);
  advisor::ProvisionedUnit unit;
  for (const auto& [name, value] : v.items()) {
    const std::string here = at + "/" + name;
    if (name == "usd_per_hour") {
      BREAKEVEN_TRY(unit.usd_per_hour, usd(value, here));
    } else if (name == "tokens_per_minute") {
      BREAKEVEN_TRY(unit.tokens_per_minute, number(value, here));
    } else if (name == "output_weight") {
      BREAKEVEN_TRY(unit.output_weight, number(value, here));
    } else if (name == "min_units") {
      BREAKEVEN_TRY(unit.min_units, whole_number(value, here));
    } else if (name == "step_units") {
      BREAKEVEN_TRY(unit.step_units, whole_number(value, here));
    } else if (name == "commitment_months") {
      BREAKEVEN_TRY(unit.commitment_months, whole_number(value, here));
    } else {
      return not_found("field of provisioned", name,
                       {"usd_per_hour", "tokens_per_minute", "output_weight", "min_units",
                        "step_units", "commitment_months"},
                       here);
    }
  }
  q.provisioned = unit;
  return {};
}

Status read_launches(advisor::PlanQuestion& q, const Json& v, const std::string& at) {
  if (!v.is_array()) return expected(at, "a list of launches", v);
  for (std::size_t i = 0; i < v.size(); ++i) {
    const std::string here = at + "/" + std::to_string(i);
    if (!v[i].is_object()) return expected(here, "an object", v[i]);
    economics::Launch launch;
    for (const auto& [name, value] : v[i].items()) {
      const std::string field = here + "/" + name;
      if (name == "month") {
        BREAKEVEN_TRY(launch.month, whole_number(value, field));
      } else if (name == "months") {
        BREAKEVEN_TRY(launch.months, whole_number(value, field));
      } else if (name == "factor") {
        BREAKEVEN_TRY(launch.factor, number(value, field));
      } else if (name == "after") {
        BREAKEVEN_TRY(launch.after, number(value, field));
      } else {
        return not_found("field of a launch", name, {"month", "factor", "months", "after"}, field);
      }
    }
    q.launches.push_back(launch);
  }
  return {};
}

Json launches_json(const std::vector<economics::Launch>& launches) {
  Json out = Json::array();
  for (const economics::Launch& l : launches) {
    out.push_back(
        {{"month", l.month}, {"factor", l.factor}, {"months", l.months}, {"after", l.after}});
  }
  return out;
}

const std::map<std::string, Setter>& setters() {
  using Q = advisor::PlanQuestion;
  static const std::map<std::string, Setter> table{
      {"api_model", text_field(&Q::api_model)},
      {"open_model", text_field(&Q::open_model)},
      {"as_of",
       [](Q& q, const Json& v, const std::string& at) -> Status {
         BREAKEVEN_TRY(const std::string t, text(v, at));
         auto instant = Instant::parse(t);
         if (!instant) return Error{instant.error().code, instant.error().message, at};
         q.as_of = *instant;
         return {};
       }},
      {"tooling_usd_month",
       [](Q& q, const Json& v, const std::string& at) -> Status {
         if (v.is_null()) return {};
         BREAKEVEN_TRY(q.tooling_per_month, usd(v, at));
         return {};
       }},
      {"must_self_host",
       [](Q& q, const Json& v, const std::string& at) -> Status {
         if (!v.is_boolean()) return expected(at, "true or false", v);
         q.must_self_host = v.get<bool>();
         return {};
       }},
      {"seed",
       [](Q& q, const Json& v, const std::string& at) -> Status {
         if (!v.is_number_unsigned()) return expected(at, "a whole number from 0", v);
         q.seed = v.get<std::uint64_t>();
         return {};
       }},
      {"span_s", maybe_real(&Q::span_s)},
      {"cache_share", maybe_real(&Q::api_cache_share)},
      {"batch_share", real(&Q::api_batch_share)},
      {"flex_share", real(&Q::api_flex_share)},
      {"cacheable_share", maybe_real(&Q::api_cacheable_share)},
      {"easy_share", real(&Q::api_easy_share)},
      {"easy_model", text_field(&Q::api_easy_model)},
      {"volume_discount", real(&Q::api_volume_discount)},
      {"provisioned", read_provisioned},
      {"regions", whole(&Q::regions)},
      {"options", string_list(&Q::options)},
      {"exclude", string_list(&Q::exclude)},
      {"constraints", read_constraints},
      {"confirmed", string_list(&Q::confirmed)},
      {"set", numbers_by_name(&Q::set)},
      {"max_attempts", whole(&Q::max_attempts)},
      {"review_usd", amount(&Q::review_usd)},
      {"error_usd", amount(&Q::error_usd)},
      {"open_tokens", real(&Q::open_tokens)},
      {"open_answers", real(&Q::open_answers)},
      {"benchmarks", numbers_by_name(&Q::benchmarks)},
      {"people_region", text_field(&Q::people_region)},
      {"on_call", read_on_call},
      {"ttft_s", objective(&serving::Objective::ttft_s)},
      {"tpot_s", objective(&serving::Objective::tpot_s)},
      {"percentile", objective(&serving::Objective::percentile)},
      {"redundancy", whole(&Q::redundancy)},
      {"accelerators", string_list(&Q::accelerators)},
      {"providers", string_list(&Q::providers)},
      {"precisions", string_list(&Q::precisions)},
      {"horizon_months", whole(&Q::horizon_months)},
      {"discount_rate_per_year", real(&Q::discount_rate_per_year)},
      {"growth_per_month", maybe_real(&Q::growth_per_month)},
      {"growth_ceiling", maybe_real(&Q::growth_ceiling)},
      {"launches", read_launches},
      {"ramp_months", whole(&Q::ramp_months)},
      {"api_price_trend_per_year", real(&Q::api_price_trend_per_year)},
      {"gpu_price_trend_per_year", real(&Q::gpu_price_trend_per_year)},
      {"ml_engineer_fte", maybe_real(&Q::ml_engineer_fte)},
      {"sre_fte", maybe_real(&Q::sre_fte)},
      {"underestimate_factor", maybe_real(&Q::underestimate_factor)},
      {"migration_engineer_months", maybe_real(&Q::migration_engineer_months)},
      {"parallel_run_months", maybe_real(&Q::parallel_run_months)},
      {"api_success_rate", maybe_real(&Q::api_success_rate)},
      {"open_success_rate", maybe_real(&Q::open_success_rate)},
      {"paths", whole(&Q::paths)},
  };
  return table;
}

Json constraints_json(const std::vector<advisor::Constraint>& constraints) {
  Json list = Json::array();
  for (const advisor::Constraint& c : constraints) {
    list.push_back(Json{
        {"name", c.name},
        {"value", c.value ? Json(*c.value) : Json(nullptr)},
        {"strength", decision::to_string(c.strength)},
        {"usd_month", c.usd_per_month > Usd() ? Json(c.usd_per_month.decimal()) : Json(nullptr)}});
  }
  return list;
}

Json provisioned_json(const advisor::ProvisionedUnit& unit) {
  return Json{{"usd_per_hour", unit.usd_per_hour.decimal()},
              {"tokens_per_minute", unit.tokens_per_minute},
              {"output_weight", unit.output_weight},
              {"min_units", unit.min_units},
              {"step_units", unit.step_units},
              {"commitment_months", unit.commitment_months}};
}

}  // namespace

Result<advisor::PlanQuestion> plan_question_from_json(std::string_view json) {
  const Json body = Json::parse(json, nullptr, false);
  if (body.is_discarded()) {
    return Error{ErrorCode::parse_error, "expected a JSON object, found text that is not JSON",
                 "/"};
  }
  if (!body.is_object()) return expected("/", "a JSON object", body);
  advisor::PlanQuestion question;
  std::vector<std::string> names;
  for (const auto& [name, setter] : setters()) names.push_back(name);
  for (const auto& [name, value] : body.items()) {
    const std::string pointer = "/" + name;
    const auto setter = setters().find(name);
    if (setter == setters().end()) return not_found("field of a plan", name, names, pointer);
    BREAKEVEN_CHECK_OK(setter->second(question, value, pointer));
  }
  for (const auto& [name, given] : {std::pair{"api_model", !question.api_model.empty()},
                                    std::pair{"open_model", !question.open_model.empty()}}) {
    if (!given) {
      return Error{ErrorCode::invalid_argument, "expected the name of a model, found nothing",
                   std::string("/") + name};
    }
  }
  return question;
}

std::string plan_question_to_json(const advisor::PlanQuestion& q) {
  const auto maybe = [](const std::optional<double>& v) { return v ? Json(*v) : Json(nullptr); };
  const Json j{{"api_model", q.api_model},
               {"open_model", q.open_model},
               {"as_of", q.as_of.iso()},
               {"span_s", maybe(q.span_s)},
               {"cache_share", maybe(q.api_cache_share)},
               {"batch_share", q.api_batch_share},
               {"flex_share", q.api_flex_share},
               {"cacheable_share", maybe(q.api_cacheable_share)},
               {"easy_share", q.api_easy_share},
               {"easy_model", q.api_easy_model},
               {"volume_discount", q.api_volume_discount},
               {"provisioned", q.provisioned ? provisioned_json(*q.provisioned) : Json(nullptr)},
               {"ttft_s", q.objective.ttft_s},
               {"tpot_s", q.objective.tpot_s},
               {"percentile", q.objective.percentile},
               {"redundancy", q.redundancy},
               {"regions", q.regions},
               {"options", q.options},
               {"exclude", q.exclude},
               {"accelerators", q.accelerators},
               {"providers", q.providers},
               {"precisions", q.precisions},
               {"horizon_months", q.horizon_months},
               {"discount_rate_per_year", q.discount_rate_per_year},
               {"growth_per_month", maybe(q.growth_per_month)},
               {"growth_ceiling", maybe(q.growth_ceiling)},
               {"launches", launches_json(q.launches)},
               {"ramp_months", q.ramp_months},
               {"api_price_trend_per_year", q.api_price_trend_per_year},
               {"gpu_price_trend_per_year", q.gpu_price_trend_per_year},
               {"set", q.set},
               {"people_region", q.people_region},
               {"on_call", advisor::to_string(q.on_call)},
               {"ml_engineer_fte", maybe(q.ml_engineer_fte)},
               {"sre_fte", maybe(q.sre_fte)},
               {"underestimate_factor", maybe(q.underestimate_factor)},
               {"tooling_usd_month",
                q.tooling_per_month ? Json(q.tooling_per_month->decimal()) : Json(nullptr)},
               {"migration_engineer_months", maybe(q.migration_engineer_months)},
               {"parallel_run_months", maybe(q.parallel_run_months)},
               {"api_success_rate", maybe(q.api_success_rate)},
               {"open_success_rate", maybe(q.open_success_rate)},
               {"max_attempts", q.max_attempts},
               {"review_usd", q.review_usd.decimal()},
               {"error_usd", q.error_usd.decimal()},
               {"open_tokens", q.open_tokens},
               {"open_answers", q.open_answers},
               {"benchmarks", q.benchmarks},
               {"must_self_host", q.must_self_host},
               {"constraints", constraints_json(q.constraints)},
               {"confirmed", q.confirmed},
               {"paths", q.paths},
               {"seed", q.seed}};
  return j.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace breakeven::codec
