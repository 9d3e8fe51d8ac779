#include "service/price.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <set>
#include <utility>

#include "codec/price_json.hpp"
#include "io/byte_stream.hpp"
#include "service/answer_lines.hpp"

namespace breakeven::service {
namespace {

using catalog::BillingUnit;

std::string amount(Usd low, Usd high) {
  return low == high ? high.decimal() : low.decimal() + " .. " + high.decimal();
}

std::string rounded(Usd low, Usd high) {
  return low == high ? high.display(2) : low.display(2) + " .. " + high.display(2);
}

/// Of two counts; what no count can be where that is too much, so that pricing refuses it by name.
std::int64_t together(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<std::int64_t>::max() : sum;
}

Status price_all(const catalog::PriceBook& book, io::ByteStream stream, const TextSink& sink) {
  pricing::Pricer pricer(book);
  return answer_lines(
      stream, sink,
      [&pricer](pricing::Fields::Ref call, std::string_view line, std::string& out) {
        codec::price_object(call, pricer, out, line);
      },
      [](const Error& error, std::string& out) { codec::price_refusal(error, out); });
}

}  // namespace

Status price_stream(const catalog::PriceBook& book, const std::string& path, const TextSink& sink) {
  BREAKEVEN_TRY(auto stream, io::ByteStream::open(path));
  return price_all(book, std::move(stream), sink);
}

Result<std::string> price_lines(const catalog::PriceBook& book, std::string_view lines,
                                const std::string& name) {
  BREAKEVEN_TRY(auto stream, io::ByteStream::from_memory(lines, name));
  std::string out;
  BREAKEVEN_CHECK_OK(price_all(book, std::move(stream), [&out](std::string_view text) -> Status {
    out += text;
    return {};
  }));
  return out;
}

Result<QuoteAnswer> quote(const catalog::PriceBook& book, const QuoteRequest& request) {
  QuoteAnswer answer;
  answer.request = request;
  answer.priced_at = request.at ? request.at->iso() : book.newest().iso();
  pricing::Pricer pricer(book);
  for (const std::string& model : request.models) {
    pricing::Usage usage;
    const auto set = [&](BillingUnit unit, std::int64_t count) {
      if (count != 0) usage.counts.set(unit, count);
    };
    usage.counts.set(BillingUnit::input, request.input_tokens);
    usage.counts.set(BillingUnit::output,
                     together(request.output_tokens, request.reasoning_tokens));
    set(BillingUnit::output_reasoning, request.reasoning_tokens);
    set(BillingUnit::cache_read, request.cached_tokens);
    set(BillingUnit::cache_write,
        together(request.cache_write_tokens, request.cache_write_1h_tokens));
    set(BillingUnit::cache_write_1h, request.cache_write_1h_tokens);
    set(BillingUnit::web_searches, request.web_searches);
    usage.residency = request.residency;
    pricing::CallRequest call;
    call.model = model;
    call.at = request.at;
    call.mode = request.mode;
    BREAKEVEN_TRY(const catalog::PricedModel* found, book.find(model));
    Quote one;
    one.model = found->id();
    BREAKEVEN_TRY(one.bill, pricer.price(call, usage));
    BREAKEVEN_TRY(one.low, pricing::project(one.bill.low, request.calls_per_day));
    BREAKEVEN_TRY(one.high, pricing::project(one.bill.high, request.calls_per_day));
    answer.quotes.push_back(std::move(one));
  }
  return answer;
}

std::string quote_text(const QuoteAnswer& answer) {
  std::string text;
  auto out = std::back_inserter(text);
  const Quote& asked = answer.quotes.front();
  fmt::format_to(out, "{}  priced at {}  ({})\n\n", asked.model, answer.priced_at,
                 to_string(asked.bill.kind));
  fmt::format_to(out, "  {:<22}{:>14}{:>18}{:>24}  {}\n", "bucket", "quantity", "USD per unit",
                 "USD", "source");
  for (const pricing::BillPart& part : asked.bill.parts) {
    const std::string rate =
        (part.low == part.high ? part.high.decimal()
                               : part.low.decimal() + ".." + part.high.decimal()) +
        (catalog::info(part.unit).per == 1'000 ? "/k" : "/M");
    fmt::format_to(out, "  {:<22}{:>14}{:>18}{:>24}  {}{}\n", catalog::info(part.unit).label,
                   part.quantity, rate, amount(part.usd_low, part.usd_high),
                   part.row != nullptr ? part.row->place : "declared",
                   part.rule.empty() ? "" : " " + part.rule);
  }
  fmt::format_to(out, "  {:<22}{:>14}{:>18}{:>24}\n\n", "one call", "", "",
                 amount(asked.bill.low, asked.bill.high));
  const Rational calls = answer.request.calls_per_day;
  fmt::format_to(out, "  at {} calls a day\n",
                 calls.denominator() == 1 ? std::to_string(calls.numerator())
                                          : fmt::format("{:g}", calls.estimate()));
  fmt::format_to(out, "  {:<34}{:>22}{:>22}{:>22}\n", "", "day", "month (730 h)", "year");
  for (const Quote& q : answer.quotes) {
    fmt::format_to(out, "  {:<34}{:>22}{:>22}{:>22}\n", q.model, rounded(q.low.day, q.high.day),
                   rounded(q.low.month, q.high.month), rounded(q.low.year, q.high.year));
  }
  std::set<std::string> said;
  for (const Quote& q : answer.quotes) {
    for (const std::string& warning : q.bill.warnings) {
      if (said.insert(warning).second) fmt::format_to(out, "\n  note: {}", warning);
    }
  }
  if (!said.empty()) text += '\n';
  return text;
}

std::string quote_json(const QuoteAnswer& answer) {
  std::string out = R"({"priced_at":)";
  codec::append_json_string(answer.priced_at, out);
  out += R"(,"quotes":[)";
  bool first = true;
  for (const Quote& q : answer.quotes) {
    out += first ? R"({"model":)" : R"(,{"model":)";
    first = false;
    codec::append_json_string(q.model, out);
    out += ',';
    codec::append_bill(q.bill, out, codec::Evidence::named);
    const auto projection = [&](std::string_view name, const pricing::Projection& p) {
      out += fmt::format(R"(,"{}":{{"call":"{}","day":"{}","month":"{}","year":"{}"}})", name,
                         p.call.decimal(), p.day.decimal(), p.month.decimal(), p.year.decimal());
    };
    projection("projection", q.high);
    if (q.bill.is_interval()) projection("projection_low", q.low);
    out += '}';
  }
  out += "]}\n";
  return out;
}

}  // namespace breakeven::service
