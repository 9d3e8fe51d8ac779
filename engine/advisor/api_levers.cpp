#include "engine/advisor/api_levers.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/advisor/bill.hpp"
#include "engine/advisor/migration_lines.hpp"
#include "engine/advisor/plan_question.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/given_defaults.hpp"
#include "engine/catalog/price_book.hpp"

namespace breakeven::advisor {
namespace {

enum Position : std::uint8_t { kCache, kRouting, kFlex, kBatch, kDiscount, kLevers };

/// How far each lever is pulled; the cache absent: as billed.
struct Mix {
  std::optional<double> cacheable;
  std::array<double, kLevers> share{};
};

class Pricer {
 public:
  Pricer(const PlanQuestion& question, const catalog::Catalog& catalog, double reads_per_write)
      : question_(&question), catalog_(&catalog), reads_per_write_(reads_per_write) {}

  [[nodiscard]] Result<MonthlyBill> price(const Mix& mix) const {
    BillOptions options;
    options.as_of = question_->as_of;
    options.cache_share = question_->api_cache_share;
    if (mix.cacheable) {
      options.cache_share = mix.cacheable;
      options.cache_write_share = std::min(1 - *mix.cacheable, *mix.cacheable / reads_per_write_);
    }
    const BillOptions plain = options;
    options.flex_share = mix.share[kFlex];
    options.batch_share = mix.share[kBatch];
    BREAKEVEN_TRY(MonthlyBill bill,
                  monthly_bill(*catalog_, question_->api_model, *question_->trace, options));
    if (mix.share[kRouting] > 0) {
      BREAKEVEN_TRY(const MonthlyBill easy,
                    monthly_bill(*catalog_, question_->api_easy_model, *question_->trace, plain));
      BREAKEVEN_TRY(bill, add(bill, 1 - mix.share[kRouting], easy, mix.share[kRouting]));
    }
    if (mix.share[kDiscount] > 0) return scaled(bill, 1 - mix.share[kDiscount]);
    return bill;
  }

 private:
  static Result<MonthlyBill> add(const MonthlyBill& main, double main_share,
                                 const MonthlyBill& easy, double easy_share) {
    BREAKEVEN_TRY(MonthlyBill out, scaled(main, main_share));
    BREAKEVEN_TRY(const MonthlyBill other, scaled(easy, easy_share));
    for (BillPart part : other.parts) {
      part.unit = other.model + ": " + part.unit;
      out.parts.push_back(std::move(part));
    }
    out.value += other.value;
    out.low += other.low;
    out.high = out.value;
    for (const std::string& warning : other.warnings) out.warnings.push_back(warning);
    return out;
  }

  const PlanQuestion* question_;
  const catalog::Catalog* catalog_;
  double reads_per_write_;
};

struct Wording {
  const char* id;
  const char* title;
  const char* input;
};
constexpr std::array<Wording, kLevers> kWordings{
    {{"cache", "Read repeated prompts from the cache", "cacheable_share"},
     {"routing", "Route the easy share to a cheaper model", "easy_share"},
     {"flex", "Take slower answers (flex)", "flex_share"},
     {"batch", "Let what can wait go in batch", "batch_share"},
     {"discount", "Negotiate a volume discount", "volume_discount"}}};

std::vector<std::string> preconditions(std::size_t lever, const PlanQuestion& q,
                                       const catalog::PricedModel& model) {
  switch (lever) {
    case kCache: {
      std::string prefix = "prompts begin with the same text";
      if (model.min_cacheable_tokens > 0) {
        prefix += ", of at least " + std::to_string(model.min_cacheable_tokens) + " tokens";
      }
      return {prefix, "the next request comes before the cache forgets (5 minutes)"};
    }
    case kRouting:
      return {(q.api_easy_model.empty() ? std::string("the cheaper model") : q.api_easy_model) +
                  " answers the easy share as well: measure it on your tasks",
              "easy requests can be told from hard ones before they are answered"};
    case kFlex:
      return {"answers may be slow and may be refused when the vendor is busy"};
    case kBatch:
      return {"answers may take up to a day"};
    default:
      return {"a contract that names the discount: no vendor publishes one",
              "usually a commitment to spend"};
  }
}

void describe(std::size_t lever, const PlanQuestion& q, const catalog::PricedModel& model,
              ApiLever& out) {
  out.id = kWordings[lever].id;
  out.title = kWordings[lever].title;
  out.input = kWordings[lever].input;
  out.preconditions = preconditions(lever, q, model);
}

Mix with(Mix mix, std::size_t lever, double share) {
  if (lever == kCache) {
    mix.cacheable = share;
  } else {
    mix.share[lever] = share;
  }
  return mix;
}

/// Alone: what it saves as declared and at most, or why it cannot be had.
Status price_alone(const Pricer& pricer, const MonthlyBill& billed, std::size_t lever,
                   ApiLever& out) {
  const bool sold = lever == kFlex || lever == kBatch;
  if (sold) {
    const auto whole = pricer.price(with({}, lever, 1));
    if (!whole) {
      out.unavailable = whole.error().message;
      return {};
    }
    out.saving_at_most = billed.value - whole->value;
  }
  if (out.share <= 0) return {};
  BREAKEVEN_TRY(const MonthlyBill alone, pricer.price(with({}, lever, out.share)));
  out.saving = billed.value - alone.value;
  out.applied = true;
  return {};
}

}  // namespace

Result<ApiLevers> api_levers(const PlanQuestion& q, const catalog::Catalog& catalog,
                             const catalog::GivenDefaults& defaults, const MonthlyBill& billed) {
  BREAKEVEN_TRY(const catalog::PricedModel* model, catalog.prices().find(q.api_model));
  if (!q.api_easy_model.empty()) {
    BREAKEVEN_TRY(const catalog::PricedModel* easy, catalog.prices().find(q.api_easy_model));
    static_cast<void>(easy);
  }
  BREAKEVEN_TRY(const catalog::Default* reads,
                defaults.default_value("operations.cache_reads_per_write"));
  const Pricer pricer(q, catalog, std::max(1.0, reads->value));
  const std::array<double, kLevers> declared{q.api_cacheable_share.value_or(0), q.api_easy_share,
                                             q.api_flex_share, q.api_batch_share,
                                             q.api_volume_discount};
  ApiLevers out;
  Mix all;
  Usd before = billed.value;
  for (std::size_t lever = 0; lever < kLevers; ++lever) {
    ApiLever one;
    describe(lever, q, *model, one);
    one.share = declared[lever];
    BREAKEVEN_TRY(one.effort, work_line(defaults, q, "lever_" + one.id));
    BREAKEVEN_CHECK_OK(price_alone(pricer, billed, lever, one));
    if (one.applied) {
      all = with(all, lever, one.share);
      BREAKEVEN_TRY(out.bill, pricer.price(all));
      one.saving_in_turn = before - out.bill->value;
      before = out.bill->value;
    }
    out.levers.push_back(std::move(one));
  }
  return out;
}

}  // namespace breakeven::advisor
