// plan_test_support.hpp — small questions on the real catalogue for the tests of plans.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string_view>

#include "engine/advisor/plan.hpp"
#include "engine/traffic/profile.hpp"
#include "service/plan.hpp"

namespace breakeven::service {

inline const Facts& test_facts() {
  static const std::shared_ptr<const Facts> loaded =
      load_facts(BREAKEVEN_SOURCE_DIR "/catalog").value();
  return *loaded;
}

inline traffic::Trace small_trace(double requests_per_day = 3'000, std::uint64_t seed = 1) {
  traffic::Profile profile;
  profile.requests_per_day = requests_per_day;
  profile.days = 0.05;
  profile.seed = seed;
  return traffic::generate(profile).value().trace;
}

/// One accelerator and one precision: a plan of a few milliseconds.
inline advisor::PlanQuestion small_question(const traffic::Trace& trace) {
  advisor::PlanQuestion q;
  q.trace = &trace;
  q.api_model = "openai/gpt-5.4";
  q.open_model = "qwen3-32b";
  q.as_of = Instant::from_date(test_facts().catalog.prices().newest());
  q.accelerators = {"H100-SXM"};
  q.precisions = {"fp8"};
  q.paths = 0;
  return q;
}

inline advisor::PlanAnswer answered(const advisor::PlanQuestion& q,
                                    const catalog::Catalog& catalog = test_facts().catalog) {
  InlinePool pool;
  auto answer = advisor::plan(q, catalog, test_facts().coefficients, pool);
  EXPECT_TRUE(answer.ok()) << (answer.ok() ? "" : answer.error().text());
  return answer.ok() ? std::move(answer).value() : advisor::PlanAnswer{};
}

/// Null when there is no such option.
inline const advisor::PlanOption* option_named(const advisor::PlanAnswer& a, std::string_view id) {
  for (const advisor::PlanOption& option : a.options) {
    if (option.option.ledger.option_id == id) return &option;
  }
  return nullptr;
}

}  // namespace breakeven::service
