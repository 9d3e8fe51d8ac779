#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/named_text.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/catalog/price_data.hpp"
#include "engine/catalog/price_rule.hpp"
#include "engine/catalog/row_reader.hpp"

namespace breakeven::catalog {
namespace {

constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kEver = std::numeric_limits<std::int64_t>::min();

using Columns = std::span<const std::string_view>;

/// An instant, or `when_empty` for an empty field.
std::int64_t instant(RowReader& row, std::string_view column, std::int64_t when_empty) {
  const std::string_view found = row.raw(column);
  if (found.empty()) return when_empty;
  const auto parsed = Instant::parse(found);
  if (!parsed.ok()) {
    row.refuse(column, parsed.error().message);
    return when_empty;
  }
  return parsed->seconds;
}

void period(RowReader& row, std::int64_t& from, std::int64_t& to) {
  from = instant(row, "effective_from", kEver);
  to = instant(row, "effective_to", kForever);
  if (from >= to) row.refuse("effective_to", "expected an instant after effective_from");
}

std::vector<std::string> list_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    if (const auto part = trim(text.substr(0, end)); !part.empty() && part != "*") {
      out.emplace_back(part);
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

PriceKind kind_of(RowReader& row) {
  static constexpr std::array<PriceKind, 4> kKinds{PriceKind::published, PriceKind::inferred,
                                                   PriceKind::contested, PriceKind::unknown};
  return row.choice("kind", kKinds);
}

std::int32_t second_of_day(RowReader& row, std::string_view column) {
  const std::string_view t = row.raw(column);
  const auto hour = parse_int(t.substr(0, std::min<std::size_t>(2, t.size())));
  const auto minute =
      t.size() == 5 && t[2] == ':' ? parse_int(t.substr(3)) : Result<std::int64_t>(Error{});
  if (!hour.ok() || !minute.ok() || *hour < 0 || *hour > 24 || *minute < 0 || *minute > 59 ||
      (*hour == 24 && *minute > 0)) {
    row.refuse(column, "expected a time of day as HH:MM, found \"" + std::string(t) + "\"");
    return 0;
  }
  return static_cast<std::int32_t>(*hour * 3'600 + *minute * 60);
}

class Files {
 public:
  Files(PriceBook::Data& data, Issues& issues, bool check_names)
      : data_(data), issues_(issues), check_names_(check_names) {}

  void models(const CsvTable& table) {
    static constexpr std::array<std::string_view, 7> kColumns{
        "vendor", "model",      "context_window", "max_output", "min_cacheable_tokens",
        "source", "source_date"};
    RowReader row(table, kColumns, issues_);
    while (row.next()) {
      PricedModel m;
      m.vendor = row.text("vendor");
      m.name = row.text("model");
      m.context_window = row.integer("context_window", 0, 100'000'000, 0);
      m.max_output = row.integer("max_output", 0, 100'000'000, 0);
      m.min_cacheable_tokens = row.integer("min_cacheable_tokens", 0, 1'000'000, 0);
      see(row.source().date);
      if (!number_.emplace(m.id(), data_.models.size()).second) {
        row.refuse("model", "expected each model once, found \"" + m.id() + "\" again");
        continue;
      }
      data_.models.push_back(std::move(m));
    }
  }

  void prices(const CsvTable& table) {
    static constexpr std::array<std::string_view, 14> kColumns{
        "vendor",         "model",        "meter",  "mode",       "above_input_tokens",
        "threshold",      "when",         "usd",    "kind",       "rule",
        "effective_from", "effective_to", "source", "source_date"};
    RowReader row(table, kColumns, issues_);
    while (row.next()) price(row);
  }

  void rules(const CsvTable& table) {
    static constexpr std::array<std::string_view, 9> kColumns{
        "id",           "scope",  "reason",     "formula", "applies_to", "effective_from",
        "effective_to", "source", "source_date"};
    RowReader row(table, kColumns, issues_);
    while (row.next()) {
      PriceRule rule;
      rule.id = row.text("id");
      rule.scope = row.text("scope");
      rule.reason = row.text("reason");
      rule.formula = row.optional_text("formula");
      rule.applies_to = row.optional_text("applies_to");
      period(row, rule.from_s, rule.to_s);
      if (const auto formulas = parse_rule_formulas(rule.formula); !formulas.ok()) {
        row.refuse("formula", formulas.error().message);
      }
      const Source source = row.source();
      rule.source = source.text;
      rule.source_date = source.date;
      data_.rules.push_back(std::move(rule));
    }
  }

  void factors(const CsvTable& table) {
    static constexpr std::array<std::string_view, 12> kColumns{
        "vendor", "models", "what",           "places",       "cache_reads", "factor",
        "kind",   "rule",   "effective_from", "effective_to", "source",      "source_date"};
    static constexpr std::array<std::string_view, 5> kWhat{"residency", "batch", "flex", "priority",
                                                           "fast"};
    RowReader row(table, kColumns, issues_);
    while (row.next()) {
      PriceFactor f;
      f.vendor = row.text("vendor");
      f.models = list_of(row.text("models"));
      f.what = row.one_of("what", kWhat);
      f.places = list_of(row.optional_text("places"));
      f.cache_reads = row.yes_no("cache_reads");
      const auto factor = Rational::parse(row.raw("factor"));
      if (!factor.ok() || factor->numerator() <= 0) {
        row.refuse("factor",
                   "expected a decimal above 0, found \"" + std::string(row.raw("factor")) + "\"");
      } else {
        f.factor = *factor;
      }
      f.kind = kind_of(row);
      f.rule = rule(row);
      period(row, f.from_s, f.to_s);
      f.source_date = row.source().date;
      see(f.source_date);
      for (const std::string& model : f.models) {
        if (check_names_ && !number_.contains(f.vendor + "/" + model)) {
          row.refuse("models", "expected models of models.csv, found \"" + model + "\"");
        }
      }
      data_.factors.push_back(std::move(f));
    }
  }

  void calendar(const CsvTable& table) {
    static constexpr std::array<std::string_view, 9> kColumns{
        "vendor",         "entry",        "weekdays", "start_utc",  "end_utc",
        "effective_from", "effective_to", "source",   "source_date"};
    static constexpr std::array<std::string_view, 2> kEntries{"peak", "holiday"};
    RowReader row(table, kColumns, issues_);
    while (row.next()) {
      CalendarEntry e;
      e.holiday = row.one_of("entry", kEntries) == "holiday";
      period(row, e.from_s, e.to_s);
      if (!e.holiday) {
        e.start_s = second_of_day(row, "start_utc");
        e.end_s = second_of_day(row, "end_utc");
        for (const char digit : row.raw("weekdays")) {
          if (digit < '1' || digit > '7') {
            row.refuse("weekdays", "expected digits from 1 (Monday) to 7");
            break;
          }
          e.weekdays = static_cast<std::uint8_t>(e.weekdays | (1U << (digit - '1')));
        }
        if (e.weekdays == 0) row.refuse("weekdays", "expected at least one weekday");
      }
      e.source_date = row.source().date;
      see(e.source_date);
      data_.calendars[row.text("vendor")].push_back(std::move(e));
    }
  }

  void vendors(const CsvTable& table) {
    static constexpr std::array<std::string_view, 5> kColumns{"name", "vendor", "reseller",
                                                              "source", "source_date"};
    RowReader row(table, kColumns, issues_);
    while (row.next()) {
      const std::string name = to_lower(row.text("name"));
      data_.vendor_names[name] = row.text("vendor");
      static constexpr std::array<std::string_view, 3> kSells{"no", "yes", "host"};
      const std::string sells = row.one_of("reseller", kSells);
      if (sells == "yes") data_.resellers[row.text("vendor")] = true;
      if (sells == "host") data_.hosts.insert(row.text("vendor"));
      (void)row.source();
    }
  }

  void aliases(const CsvTable& table) {
    static constexpr std::array<std::string_view, 5> kColumns{"alias", "vendor", "model", "source",
                                                              "source_date"};
    RowReader row(table, kColumns, issues_);
    while (row.next()) {
      const std::string vendor = row.text("vendor");
      const std::string alias = canonical_model(row.text("alias"));
      (void)row.source();
      const auto found = number_.find(vendor + "/" + row.text("model"));
      if (found == number_.end()) {
        row.refuse("model", "expected a model of models.csv");
        continue;
      }
      data_.spellings[vendor + "/" + alias].push_back(found->second);
      data_.spellings["/" + alias].push_back(found->second);
    }
  }

  /// Two prices for the same thing at the same time contradict each other.
  void check_overlaps() {
    for (const PricedModel& m : data_.models) {
      for (std::size_t i = 0; i < m.rows.size(); ++i) {
        for (std::size_t k = i + 1; k < m.rows.size(); ++k) {
          const PriceRow& a = m.rows[i];
          const PriceRow& b = m.rows[k];
          const bool same_thing = a.unit == b.unit && a.mode == b.mode &&
                                  a.above_input_tokens == b.above_input_tokens &&
                                  (a.when == b.when || a.when == PriceRow::When::always ||
                                   b.when == PriceRow::When::always);
          if (same_thing && a.from_s < b.to_s && b.from_s < a.to_s) {
            issues_.add(Error{ErrorCode::invalid_argument,
                              "expected one price for " + m.id() + " " +
                                  std::string(info(a.unit).price_key) +
                                  " at a time, found another at " + a.place,
                              b.place});
          }
        }
      }
    }
  }

 private:
  void price(RowReader& row) {
    static constexpr std::array<Mode, 5> kModes{Mode::standard, Mode::batch, Mode::flex,
                                                Mode::priority, Mode::fast};
    static constexpr std::array<std::string_view, 3> kWhen{"always", "peak", "offpeak"};
    static constexpr std::array<std::string_view, 3> kThresholds{"", "above", "at_least"};
    PriceRow p;
    const std::string id = row.text("vendor") + "/" + row.text("model");
    const auto model = number_.find(id);
    if (model == number_.end()) {
      row.refuse("model", "expected a model of models.csv, found \"" + id + "\"");
      return;
    }
    const auto unit = unit_of_price_key(row.raw("meter"));
    if (!unit) {
      row.refuse("meter", "expected a meter such as input_mtok, found \"" +
                              std::string(row.raw("meter")) + "\"");
      return;
    }
    p.unit = *unit;
    p.mode = row.choice("mode", kModes);
    p.above_input_tokens = row.integer("above_input_tokens", 0, 100'000'000, 0);
    const std::string threshold = row.one_of("threshold", kThresholds);
    if (threshold.empty() != (p.above_input_tokens == 0)) {
      row.refuse("threshold", "expected above or at_least with a threshold, and only then");
    }
    p.inclusive = threshold == "at_least";
    const std::string when = row.one_of("when", kWhen);
    p.when = when == "peak"      ? PriceRow::When::peak
             : when == "offpeak" ? PriceRow::When::offpeak
                                 : PriceRow::When::always;
    period(row, p.from_s, p.to_s);
    p.kind = kind_of(row);
    p.rule = rule(row);
    if (p.kind == PriceKind::inferred && p.rule.empty()) {
      row.refuse("rule", "expected the rule by which this price was inferred");
    }
    p.price.unit_size = info(p.unit).per;
    if (p.kind == PriceKind::unknown) {
      if (!row.raw("usd").empty()) row.refuse("usd", "expected nothing for an unknown price");
    } else {
      const auto parsed = Price::parse(row.raw("usd"), p.price.unit_size);
      if (parsed.ok()) {
        p.price = *parsed;
      } else {
        row.refuse("usd", parsed.error().message, parsed.error().code);
      }
    }
    const Source source = row.source();
    p.source = source.text;
    p.source_date = source.date;
    p.place = source.place;
    see(p.source_date);
    data_.models[model->second].rows.push_back(std::move(p));
    ++data_.rows;
  }

  std::string rule(RowReader& row) {
    std::string id = row.optional_text("rule");
    if (check_names_ && !id.empty() &&
        std::ranges::find(data_.rules, id, &PriceRule::id) == data_.rules.end()) {
      row.refuse("rule", "expected the id of a rule of rules.csv, found \"" + id + "\"");
    }
    return id;
  }

  void see(const std::string& date) {
    if (const auto parsed = parse_partial_date(date); parsed.ok()) {
      data_.newest = std::max(data_.newest, *parsed);
    }
  }

  PriceBook::Data& data_;
  Issues& issues_;
  bool check_names_;
  std::unordered_map<std::string, std::size_t> number_;
};

using Read = void (Files::*)(const CsvTable&);
struct SpecialFile {
  std::string_view name;
  Read read;
  bool rules;  ///< how prices are made that nobody publishes
};
// Names that others refer to come first.
constexpr std::array<SpecialFile, 6> kSpecial{{
    {"prices/rules.csv", &Files::rules, true},
    {"prices/models.csv", &Files::models, false},
    {"prices/vendors.csv", &Files::vendors, false},
    {"prices/aliases.csv", &Files::aliases, false},
    {"prices/factors.csv", &Files::factors, true},
    {"prices/calendar.csv", &Files::calendar, true},
}};

void read_file(Files& reader, const NamedText& file, Read how, Issues& issues) {
  const auto table = CsvTable::parse(file.content, file.name);
  if (!table.ok()) {
    issues.add(table.error());
    return;
  }
  (reader.*how)(*table);
}

}  // namespace

void read_price_files(std::span<const NamedText> files, PriceBook::Data& data, Issues& issues) {
  Files reader(data, issues, true);
  for (const SpecialFile& special : kSpecial) {
    for (const NamedText& file : files) {
      if (file.name != special.name) continue;
      read_file(reader, file, special.read, issues);
      if (special.rules) data.rule_files.push_back(file);
    }
  }
  for (const NamedText& file : files) {
    const bool special =
        std::ranges::find(kSpecial, file.name, &SpecialFile::name) != kSpecial.end();
    if (!special && file.name.starts_with("prices/") && file.name.ends_with(".csv")) {
      read_file(reader, file, &Files::prices, issues);
    }
  }
  reader.check_overlaps();
}

void read_rule_files(std::span<const NamedText> files, PriceBook::Data& data, Issues& issues) {
  Files reader(data, issues, false);
  for (const SpecialFile& special : kSpecial) {
    for (const NamedText& file : files) {
      if (!special.rules || file.name != special.name) continue;
      read_file(reader, file, special.read, issues);
      data.rule_files.push_back(file);
    }
  }
}

}  // namespace breakeven::catalog
