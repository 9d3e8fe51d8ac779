// The volume and what an API bills for it.
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/siblings/claim_figures.hpp"
#include "engine/siblings/exact.hpp"
#include "engine/siblings/inputs.hpp"
#include "engine/siblings/sheet.hpp"

namespace breakeven::siblings {
namespace {

class Builder {
 public:
  Builder(const Inputs& inputs, Sheet& sheet, ClaimBasis& basis)
      : in_(inputs), s_(sheet), basis_(basis) {}

  void build() {
    usage();
    api("api");
    if (in_.has_any("other_api")) api("other_api");
  }

 private:
  Span& span(const std::string& claim) { return basis_.spans["claims." + claim]; }

  void usage() {
    std::string requests = "usage.requests_per_month";
    if (!s_.has(requests) && s_.has("usage.requests_per_day")) {
      requests = "right.requests_per_month";
      s_.look_up("month.days", "Days of a month", Rational::make(365, 12).value(), "days/month",
                 {"a twelfth of 365 days", "", ""});
      s_.product(requests, "Requests a month", "requests/month",
                 {"usage.requests_per_day", "month.days"});
    }
    const auto monthly = [&](const std::string& kind, const std::string& title) -> std::string {
      std::string given = "usage." + kind + "_tokens_per_month";
      if (s_.has(given)) return given;
      const std::string each = "usage." + kind + "_tokens";
      if (!s_.has(requests) || !s_.has(each)) return {};
      const std::string name = "right." + kind + "_tokens_per_month";
      s_.product(name, title, std::string(kTokensMonth), {requests, each});
      return name;
    };
    basis_.input_tokens = monthly("input", "Input tokens a month");
    basis_.output_tokens = monthly("output", "Output tokens a month");
    if (!basis_.input_tokens.empty() && !basis_.output_tokens.empty()) {
      basis_.tokens = "right.tokens_per_month";
      s_.sum(basis_.tokens, "Tokens a month", std::string(kTokensMonth),
             {basis_.input_tokens, basis_.output_tokens});
    } else if (s_.has("usage.tokens_per_month")) {
      basis_.tokens = "usage.tokens_per_month";
    }
  }

  /// The bill of one API: its own statement, or tokens at prices.
  void api(const std::string& p) {
    const std::string month = p + "_usd_per_month";
    Span bill;
    if (s_.has(p + ".usd_per_month")) {
      bill = {p + ".usd_per_month", p + ".usd_per_month", {}};
    } else if (s_.has_all({p + ".input_usd_per_mtok", p + ".output_usd_per_mtok"}) &&
               !basis_.input_tokens.empty() && !basis_.output_tokens.empty()) {
      bill = metered(p);
    } else if (s_.has(p + ".blended_usd_per_mtok") && !basis_.tokens.empty()) {
      s_.add("right." + month, "Bill at the blended price", std::string(kMonth),
             basis_.tokens + " x " + p + ".blended_usd_per_mtok / 1000000",
             {basis_.tokens, p + ".blended_usd_per_mtok"},
             [](const std::vector<Exact>& x) { return x[0] * x[1] / 1'000'000; });
      bill = {"right." + month, "right." + month, {}};
    } else if (s_.has_all({p + ".input_usd_per_mtok", p + ".output_usd_per_mtok"}) &&
               !basis_.tokens.empty()) {
      const auto [cheap, dear] = price_bounds(p);
      const auto at = [&](const std::string& end, const std::string& price) {
        s_.add("right." + month + end, "Bill if all tokens had this price", std::string(kMonth),
               basis_.tokens + " x " + price + " / 1000000", {basis_.tokens, price},
               [](const std::vector<Exact>& x) { return x[0] * x[1] / 1'000'000; });
        return "right." + month + end;
      };
      bill.low = at(".low", cheap);
      bill.high = at(".high", dear);
      missing_tokens(s_, bill.missing);
    } else {
      for (const char* const price : {".input_usd_per_mtok", ".output_usd_per_mtok"}) {
        if (!s_.has(p + price)) bill.missing.push_back(p + price);
      }
      std::vector<std::string> tokens;
      missing_tokens(s_, tokens);
      bill.missing.insert(bill.missing.end(), tokens.begin(), tokens.end());
    }
    span(month) = bill;
    if (p == "api") per_million(bill);
  }

  /// Names of the cheapest and the dearest price of a token, whatever the mix.
  [[nodiscard]] std::pair<std::string, std::string> price_bounds(const std::string& p) const {
    const std::string input = p + ".input_usd_per_mtok";
    const std::string output = p + ".output_usd_per_mtok";
    const std::string cached = p + ".cached_input_usd_per_mtok";
    const bool rising = compare(s_[input], s_[output]) <= 0;
    std::string low = rising ? input : output;
    if (s_.has(cached) && compare(s_[cached], s_[low]) < 0) low = cached;
    return {low, rising ? output : input};
  }

  Span metered(const std::string& p) {
    const std::string share = p + ".cached_share";
    const std::string cached = p + ".cached_input_usd_per_mtok";
    const std::string input = p + ".input_usd_per_mtok";
    const std::string start = "right." + p;
    Span bill;
    std::string low_input;
    std::string high_input;
    const auto all_at = [&](const std::string& name, const std::string& price) {
      s_.add(name, "Input at " + price, std::string(kMonth),
             basis_.input_tokens + " x " + price + " / 1000000", {basis_.input_tokens, price},
             [](const std::vector<Exact>& x) { return x[0] * x[1] / 1'000'000; });
      return name;
    };
    const auto with_cache = [&](const std::string& name, const std::string& price) {
      s_.add(name, "Input, its cached share at " + price, std::string(kMonth),
             basis_.input_tokens + " x ((1 - " + share + ") x " + input + " + " + share + " x " +
                 price + ") / 1000000",
             {basis_.input_tokens, share, input, price}, [](const std::vector<Exact>& x) {
               return x[0] * ((Exact(1) - x[1]) * x[2] + x[1] * x[3]) / 1'000'000;
             });
      return name;
    };
    if (s_.has(share) && s_[share].sign() > 0) {
      if (s_.has(cached)) {
        low_input = high_input = with_cache(start + ".input_usd", cached);
      } else {
        s_.assume("bound." + p + ".free", "Cached input for nothing, the least it can cost", Usd(),
                  std::string(kPerMillion), {"a bound", "", ""});
        low_input = with_cache(start + ".input_usd.low", "bound." + p + ".free");
        high_input = all_at(start + ".input_usd.high", input);
        bill.missing.push_back(cached);
      }
    } else if (in_.has(cached) && !s_.has(share)) {
      low_input = all_at(start + ".input_usd.low", cached);
      high_input = all_at(start + ".input_usd.high", input);
      bill.missing.push_back(share);
    } else {
      low_input = high_input = all_at(start + ".input_usd", input);
    }
    const std::string output = start + ".output_usd";
    s_.add(output, "Output", std::string(kMonth),
           basis_.output_tokens + " x " + p + ".output_usd_per_mtok / 1000000",
           {basis_.output_tokens, p + ".output_usd_per_mtok"},
           [](const std::vector<Exact>& x) { return x[0] * x[1] / 1'000'000; });
    const std::string batch = p + ".batch_share";
    const std::string discount = p + ".batch_discount";
    const bool batched = s_.has(batch) && s_[batch].sign() > 0;
    if (batched && !s_.has(discount)) bill.missing.push_back(discount);
    const bool settled = bill.missing.empty();
    const auto total = [&](const std::string& end, const std::string& in, bool lower) {
      const std::string name = "right." + p + "_usd_per_month" + end;
      if (!batched || (!lower && !s_.has(discount))) {
        s_.sum(name, "API bill", std::string(kMonth), {in, output});
      } else if (s_.has(discount)) {
        s_.add(name, "API bill, its batch share discounted", std::string(kMonth),
               "(" + in + " + " + output + ") x (1 - " + batch + " x " + discount + ")",
               {in, output, batch, discount}, [](const std::vector<Exact>& x) {
                 return (x[0] + x[1]) * (Exact(1) - x[2] * x[3]);
               });
      } else {
        s_.add(name, "API bill, its batch share for nothing", std::string(kMonth),
               "(" + in + " + " + output + ") x (1 - " + batch + ")", {in, output, batch},
               [](const std::vector<Exact>& x) { return (x[0] + x[1]) * (Exact(1) - x[2]); });
      }
      return name;
    };
    bill.low = total(settled ? "" : ".low", low_input, true);
    bill.high = settled ? bill.low : total(".high", high_input, false);
    return bill;
  }

  /// The bill over its tokens, else what the prices allow for any mix.
  void per_million(const Span& bill) {
    Span& out = span("api_usd_per_mtok");
    const auto of = [&](const std::string& usd, const std::string& end) {
      const std::string name = "right.api_usd_per_mtok" + end;
      s_.add(name, "API cost per million tokens", std::string(kPerMillion),
             usd + " / " + basis_.tokens + " x 1000000", {usd, basis_.tokens},
             [](const std::vector<Exact>& x) { return x[0] / x[1] * 1'000'000; });
      return name;
    };
    if (bill.bounded() && !basis_.tokens.empty() && s_[basis_.tokens].sign() > 0) {
      out.low = of(bill.low, bill.settled() ? "" : ".low");
      out.high = bill.settled() ? out.low : of(bill.high, ".high");
      out.missing = bill.missing;
      return;
    }
    const std::string input = "api.input_usd_per_mtok";
    const std::string output = "api.output_usd_per_mtok";
    if (s_.has_all({input, output})) {
      std::tie(out.low, out.high) = price_bounds("api");
      missing_tokens(s_, out.missing);
    } else if (s_.has("api.blended_usd_per_mtok")) {
      out = {"api.blended_usd_per_mtok", "api.blended_usd_per_mtok", {}};
    } else {
      out.missing = bill.missing;
    }
  }

  const Inputs& in_;
  Sheet& s_;
  ClaimBasis& basis_;
};

}  // namespace

void missing_tokens(const Sheet& sheet, std::vector<std::string>& missing) {
  for (const char* const kind : {"input", "output"}) {
    const std::string start = "usage." + std::string(kind) + "_tokens";
    if (sheet.has(start + "_per_month")) continue;
    if (!sheet.has(start)) missing.push_back(start);
    if (!sheet.has("usage.requests_per_month") && !sheet.has("usage.requests_per_day") &&
        (missing.empty() || missing.front() != "usage.requests_per_month")) {
      missing.insert(missing.begin(), "usage.requests_per_month");
    }
  }
}

void bill_figures(const Inputs& inputs, Sheet& sheet, ClaimBasis& basis) {
  Builder(inputs, sheet, basis).build();
}

}  // namespace breakeven::siblings
