#include "registry/golden.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "engine/base/text.hpp"
#include "engine/catalog/row_reader.hpp"
#include "registry/matching.hpp"

namespace breakeven::registry {
namespace {

using catalog::Issues;
using catalog::NamedText;
using catalog::PriceField;
using catalog::PriceKind;
using catalog::RowReader;

constexpr std::array<PriceKind, 4> kKinds{PriceKind::published, PriceKind::inferred,
                                          PriceKind::contested, PriceKind::unknown};

Date day(RowReader& row, std::string_view column) {
  const auto date = Date::parse(row.raw(column));
  if (!date.ok()) row.refuse(column, date.error().message);
  return date.ok() ? *date : Date{};
}

PriceField field_of(RowReader& row) {
  const auto field = catalog::parse_price_field(row.raw("field"));
  if (!field.ok()) row.refuse("field", field.error().message);
  return field.ok() ? *field : PriceField{};
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    out.emplace_back(trim(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

void read_cases(const CsvTable& table, std::vector<ErrorCase>& out, Issues& issues) {
  static constexpr std::array<std::string_view, 13> kColumns{
      "case",      "registry", "vendor", "model", "field",  "wrong",      "right",
      "seen_from", "seen_to",  "today",  "rules", "source", "source_date"};
  RowReader row(table, kColumns, issues);
  while (row.next()) {
    ErrorCase one;
    one.number = row.text("case");
    one.registry = row.text("registry");
    one.vendor = row.text("vendor");
    one.model = row.text("model");
    one.field = to_string(field_of(row));
    one.wrong = row.optional_text("wrong");
    one.right = row.optional_text("right");
    (void)row.optional_text("seen_from");
    (void)row.optional_text("seen_to");
    one.today = day(row, "today");
    one.rules = split(row.text("rules"));
    for (const std::string& rule : one.rules) {
      if (std::ranges::find(audit_rules(), rule, &AuditRule::id) == audit_rules().end()) {
        row.refuse("rules", "expected ids of audit rules, found \"" + rule + "\"");
      }
    }
    one.source = row.source().text;
    for (AuditInput* input : {&one.as_it_was, &one.put_right}) {
      input->today = one.today;
      input->source = one.registry;
    }
    out.push_back(std::move(one));
  }
}

void read_case_rows(const CsvTable& table, std::vector<ErrorCase>& cases, Issues& issues) {
  static constexpr std::array<std::string_view, 12> kColumns{
      "case",  "turn", "role", "source",         "vendor",       "model",
      "field", "usd",  "kind", "effective_from", "effective_to", "date"};
  static constexpr std::array<std::string_view, 3> kTurns{"both", "wrong", "right"};
  static constexpr std::array<std::string_view, 4> kRoles{"own", "before", "peer", "other_table"};
  RowReader row(table, kColumns, issues);
  while (row.next()) {
    const auto one = std::ranges::find(cases, row.text("case"), &ErrorCase::number);
    if (one == cases.end()) {
      row.refuse("case", "expected a case of registry_errors.csv");
      continue;
    }
    DatedPrice price;
    price.source = row.text("source");
    price.vendor = row.text("vendor");
    price.model = row.text("model");
    price.field = field_of(row);
    price.kind = row.choice("kind", kKinds);
    const auto usd =
        Price::parse(row.raw("usd"), info(price.field.unit).per, Price::kFinestDecimals);
    if (usd.ok()) {
      price.price = *usd;
    } else {
      row.refuse("usd", usd.error().message);
    }
    if (!row.raw("effective_from").empty()) {
      price.from_s = Instant::from_date(day(row, "effective_from")).seconds;
    }
    if (!row.raw("effective_to").empty()) {
      price.to_s = Instant::from_date(day(row, "effective_to")).seconds;
    }
    price.date = day(row, "date");
    const std::string turn = row.one_of("turn", kTurns);
    const std::string role = row.one_of("role", kRoles);
    const auto add = [&](AuditInput& input) {
      if (role == "own") input.rows.push_back(price);
      if (role == "before") input.before.push_back(price);
      if (role == "peer") input.peers.push_back(price);
      if (role == "other_table") input.other_tables.push_back({price.source, price});
    };
    if (turn != "right") add(one->as_it_was);
    if (turn != "wrong") add(one->put_right);
  }
}

void read_prices(const CsvTable& table, std::vector<GoldenPrice>& out, Issues& issues) {
  static constexpr std::array<std::string_view, 10> kColumns{
      "vendor", "model",       "field", "at",     "usd",
      "kind",   "popular_usd", "note",  "source", "source_date"};
  RowReader row(table, kColumns, issues);
  while (row.next()) {
    GoldenPrice one;
    one.vendor = row.text("vendor");
    one.model = row.text("model");
    one.field = field_of(row);
    one.at = Instant::from_date(day(row, "at"));
    one.usd = row.optional_text("usd");
    one.kind = row.choice("kind", kKinds);
    one.popular_usd = row.optional_text("popular_usd");
    one.note = row.optional_text("note");
    one.source = row.source().text;
    out.push_back(std::move(one));
  }
}

std::vector<std::string> fired_on(const ErrorCase& one, const AuditInput& input) {
  std::set<std::string> rules;
  for (const Finding& finding : audit_prices(input)) {
    if (finding.vendor == one.vendor && finding.model == one.model) rules.insert(finding.rule);
  }
  return {rules.begin(), rules.end()};
}

bool any_of_both(const std::vector<std::string>& wanted, const std::vector<std::string>& fired) {
  return std::ranges::any_of(wanted, [&](const std::string& rule) {
    return std::ranges::find(fired, rule) != fired.end();
  });
}

}  // namespace

Result<GoldenSet> read_golden_set(std::span<const NamedText> files) {
  GoldenSet set;
  Issues issues;
  const auto with = [&](std::string_view name, auto read) -> Status {
    const auto file = std::ranges::find(files, name, &NamedText::name);
    if (file == files.end()) {
      return Error{ErrorCode::not_found, "expected this file in the catalogue", std::string(name)};
    }
    BREAKEVEN_TRY(const auto table, CsvTable::parse(file->content, file->name));
    read(table);
    return {};
  };
  BREAKEVEN_CHECK_OK(with("audit/registry_errors.csv",
                          [&](const CsvTable& t) { read_cases(t, set.errors, issues); }));
  BREAKEVEN_CHECK_OK(with("audit/registry_error_rows.csv",
                          [&](const CsvTable& t) { read_case_rows(t, set.errors, issues); }));
  BREAKEVEN_CHECK_OK(with("audit/golden_prices.csv",
                          [&](const CsvTable& t) { read_prices(t, set.prices, issues); }));
  if (!issues.none()) return issues.errors().front();
  return set;
}

void add_reference(const catalog::PriceBook& book, AuditInput& input) {
  input.reference = rows_of(book);
  input.rules.assign(book.rules().begin(), book.rules().end());
  for (const catalog::PricedModel& model : book.models()) {
    if (model.context_window > 0) input.context_window[model.id()] = model.context_window;
  }
  const auto name = [&](const std::vector<DatedPrice>& rows) {
    for (const DatedPrice& row : rows) {
      if (input.known_as.contains(row.id())) continue;
      const catalog::PricedModel* ours = listed_as(book, row.vendor, row.model);
      if (ours != nullptr) input.known_as[row.id()] = ours->id();
    }
  };
  name(input.rows);
}

std::vector<Replay> replay(std::span<const ErrorCase> cases, const catalog::PriceBook& book) {
  std::vector<Replay> out;
  AuditInput known;
  add_reference(book, known);
  for (const ErrorCase& one : cases) {
    const auto run = [&](AuditInput input) {
      input.reference = known.reference;
      input.rules = known.rules;
      input.context_window = known.context_window;
      for (const DatedPrice& row : input.rows) {
        const catalog::PricedModel* ours = listed_as(book, row.vendor, row.model);
        if (ours != nullptr) input.known_as[row.id()] = ours->id();
      }
      return fired_on(one, input);
    };
    Replay result;
    result.number = one.number;
    result.fired = run(one.as_it_was);
    result.fired_put_right = run(one.put_right);
    result.caught = any_of_both(one.rules, result.fired);
    result.silent = !any_of_both(one.rules, result.fired_put_right);
    out.push_back(std::move(result));
  }
  return out;
}

std::vector<std::string> golden_differences(std::span<const GoldenPrice> prices,
                                            const catalog::PriceBook& book) {
  std::vector<std::string> out;
  for (const GoldenPrice& one : prices) {
    const std::string what = one.vendor + "/" + one.model + " " + to_string(one.field);
    const auto model = book.find(one.vendor, one.model);
    if (!model.ok()) {
      out.push_back(what + ": " + model.error().message);
      continue;
    }
    const auto card = book.resolve(**model, {one.field.mode, {}, one.at});
    const auto& rate =
        card.ok() ? card->rates[index(one.field.unit)] : std::optional<catalog::UnitRate>();
    if (!rate) {
      out.push_back(what + ": expected " + std::string(to_string(one.kind)) + " " + one.usd +
                    ", found no price");
      continue;
    }
    const catalog::Quote& quote = rate->at(one.field.above_input_tokens + 1);
    const std::string found =
        quote.kind == PriceKind::unknown ? std::string() : quote.high.decimal();
    if (quote.kind != one.kind || found != one.usd) {
      out.push_back(what + ": expected " + std::string(to_string(one.kind)) + " " + one.usd +
                    ", found " + std::string(to_string(quote.kind)) + " " + found);
    }
  }
  return out;
}

}  // namespace breakeven::registry
