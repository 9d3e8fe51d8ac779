#include "engine/catalog/price_book.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/named_text.hpp"
#include "engine/catalog/price_data.hpp"
#include "engine/catalog/row_reader.hpp"

namespace breakeven::catalog {
namespace {

// Vendors that sell their own models, in the order in which a bare model name is looked up.
constexpr std::array<std::string_view, 10> kMakers{"openai",     "anthropic", "google", "deepseek",
                                                   "mistral",    "xai",       "cohere", "amazon",
                                                   "perplexity", "alibaba"};

std::size_t maker_rank(const std::string& vendor) {
  return static_cast<std::size_t>(std::ranges::find(kMakers, std::string_view(vendor)) -
                                  kMakers.begin());
}

/// Moves the models from `first_added` on to the end of their vendor's; spellings follow.
void join_vendors(PriceBook::Data& data, std::size_t first_added) {
  std::unordered_map<std::string_view, std::size_t> last;  // model of a vendor
  for (std::size_t i = 0; i < first_added; ++i) last[data.models[i].vendor] = i;
  std::vector<std::size_t> order(data.models.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) {
    const auto with = last.find(data.models[i].vendor);
    return i < first_added || with == last.end() ? i : with->second;
  });
  std::vector<std::size_t> place(order.size());
  std::vector<PricedModel> models;
  models.reserve(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    place[order[i]] = i;
    models.push_back(std::move(data.models[order[i]]));
  }
  data.models = std::move(models);
  for (auto* names : {&data.spellings, &data.hosted}) {
    for (auto& [spelling, numbers] : *names) {
      for (std::size_t& one : numbers) one = place[one];
    }
  }
}

std::string last_part(const std::string& name) { return name.substr(name.rfind('/') + 1); }

/// A host's offer is found only when the host is named: the name of open weights says nothing about
/// whose price is meant.
void add_spellings(PriceBook::Data& data, std::size_t i) {
  const PricedModel& m = data.models[i];
  const std::string name = canonical_model(m.name);
  data.spellings[m.vendor + "/" + name].push_back(i);
  if (data.hosts.contains(m.vendor)) {
    data.hosted[last_part(name)].push_back(i);
  } else {
    data.spellings["/" + name].push_back(i);
  }
}

}  // namespace

std::string_view to_string(PriceKind kind) {
  switch (kind) {
    case PriceKind::published:
      return "published";
    case PriceKind::inferred:
      return "inferred";
    case PriceKind::contested:
      return "contested";
    case PriceKind::unknown:
      break;
  }
  return "unknown";
}

std::string_view to_string(Mode mode) {
  switch (mode) {
    case Mode::standard:
      return "standard";
    case Mode::batch:
      return "batch";
    case Mode::flex:
      return "flex";
    case Mode::priority:
      return "priority";
    case Mode::fast:
      break;
  }
  return "fast";
}

Result<Mode> parse_mode(std::string_view text) {
  for (const Mode mode : {Mode::standard, Mode::batch, Mode::flex, Mode::priority, Mode::fast}) {
    if (to_string(mode) == text) return mode;
  }
  return Error{
      ErrorCode::invalid_argument,
      "expected standard, batch, flex, priority or fast, found \"" + std::string(text) + "\"",
      {}};
}

PriceBook::PriceBook() : data_(std::make_unique<const Data>()) {}
PriceBook::~PriceBook() = default;
PriceBook::PriceBook(PriceBook&&) noexcept = default;
PriceBook& PriceBook::operator=(PriceBook&&) noexcept = default;

Result<PriceBook> PriceBook::load(std::span<const NamedText> files) {
  auto data = std::make_unique<Data>();
  Issues issues;
  read_price_files(files, *data, issues);
  if (!issues.none()) return issues.errors().front();
  for (std::size_t i = 0; i < data->models.size(); ++i) add_spellings(*data, i);
  PriceBook book;
  book.data_ = std::move(data);
  return book;
}

namespace {

bool known_by(const std::string& source_date, Instant known_at) {
  const auto date = parse_partial_date(source_date);
  return !date.ok() || Instant::from_date(*date) <= known_at;
}

/// What `rules` say, as far as a source had said it by then.
void replace_rules(PriceBook::Data& data, std::span<const NamedText> rules, Instant known_at) {
  const Date newest = data.newest;
  data.rules.clear();
  data.factors.clear();
  data.calendars.clear();
  data.rule_files.clear();
  Issues none;  // whoever keeps such texts has checked them
  read_rule_files(rules, data, none);
  data.newest = newest;
  std::erase_if(data.factors,
                [&](const PriceFactor& f) { return !known_by(f.source_date, known_at); });
  for (auto& [vendor, entries] : data.calendars) {
    std::erase_if(entries,
                  [&](const CalendarEntry& e) { return !known_by(e.source_date, known_at); });
  }
  std::erase_if(data.calendars, [](const auto& calendar) { return calendar.second.empty(); });
}

}  // namespace

PriceBook PriceBook::with_prices(std::vector<PricedModel> priced, Instant known_at,
                                 std::span<const NamedText> rules) const {
  auto data = std::make_unique<Data>(*data_);
  if (!rules.empty()) replace_rules(*data, rules, known_at);
  std::unordered_map<std::string, std::size_t> number;
  for (std::size_t i = 0; i < data->models.size(); ++i) {
    data->models[i].rows.clear();
    number.emplace(data->models[i].id(), i);
  }
  data->rows = 0;
  for (PricedModel& model : priced) {
    data->rows += model.rows.size();
    for (const PriceRow& row : model.rows) {
      if (const auto date = parse_partial_date(row.source_date); date.ok()) {
        data->newest = std::max(data->newest, *date);
      }
    }
    const auto known = number.find(model.id());
    if (known != number.end()) {
      data->models[known->second].rows = std::move(model.rows);
      continue;
    }
    const std::size_t added = data->models.size();
    number.emplace(model.id(), added);
    data->models.push_back(std::move(model));
    add_spellings(*data, added);
  }
  if (known_at < Instant::from_date(data->newest)) {
    data->newest = std::max(known_at, Instant{0}).date();
  }
  if (data->models.size() > data_->models.size()) join_vendors(*data, data_->models.size());
  PriceBook book;
  book.data_ = std::move(data);
  return book;
}

std::vector<Error> PriceBook::mistakes(std::span<const NamedText> files) {
  Data data;
  Issues issues;
  read_price_files(files, data, issues);
  return issues.errors();
}

std::vector<Error> PriceBook::rule_mistakes(std::span<const NamedText> files) {
  Data data;
  Issues issues;
  read_rule_files(files, data, issues);
  return issues.errors();
}

std::span<const NamedText> PriceBook::rule_files() const { return data_->rule_files; }
std::span<const PricedModel> PriceBook::models() const { return data_->models; }
std::span<const PriceRule> PriceBook::rules() const { return data_->rules; }
std::size_t PriceBook::row_count() const { return data_->rows; }
Date PriceBook::newest() const { return data_->newest; }

std::string PriceBook::vendor_id(std::string_view name) const {
  std::string lower = to_lower(trim(name));
  auto other = data_->vendor_names.find(lower);
  if (other == data_->vendor_names.end()) {
    std::ranges::replace_if(lower, [](char c) { return c == '_' || c == ' '; }, '-');
    other = data_->vendor_names.find(lower);
  }
  return other == data_->vendor_names.end() ? lower : other->second;
}

Result<const PricedModel*> PriceBook::find(std::string_view vendor, std::string_view model) const {
  const std::string seller = vendor_id(vendor);
  const bool resold = seller.empty() || data_->resellers.contains(seller);

  std::string several;
  const auto look = [&](const std::string& where, const std::string& name) -> const PricedModel* {
    const auto found = data_->spellings.find(where + "/" + name);
    if (found == data_->spellings.end()) return nullptr;
    const auto rank = [&](std::size_t i) { return maker_rank(data_->models[i].vendor); };
    const std::size_t best = *std::ranges::min_element(found->second, {}, rank);
    for (const std::size_t other : found->second) {
      if (data_->models[other].vendor != data_->models[best].vendor && rank(other) == rank(best)) {
        several = data_->models[best].id() + ", " + data_->models[other].id();
        return nullptr;
      }
    }
    return &data_->models[best];
  };
  const auto anywhere = [&](const std::string& name) -> const PricedModel* {
    if (!seller.empty()) {
      if (const PricedModel* own = look(seller, name)) return own;
      if (!resold) return nullptr;
    }
    return look({}, name);
  };

  // "openrouter/anthropic/claude-sonnet-4.6": each leading part may name a seller or a maker.
  std::string_view rest = trim(model);
  for (int part = 0; part < 4 && !rest.empty(); ++part) {
    const std::size_t slash = rest.find('/');
    const bool parted = slash != std::string_view::npos;
    const std::string maker = parted ? vendor_id(rest.substr(0, slash)) : std::string();
    const std::string_view after = parted ? rest.substr(slash + 1) : std::string_view();
    if (parted && (resold || maker == seller)) {
      for (const std::string& spelling : spellings_of(canonical_model(after))) {
        if (const PricedModel* found = look(maker, spelling)) return found;
      }
    }
    for (const std::string& spelling : spellings_of(canonical_model(rest))) {
      if (const PricedModel* found = anywhere(spelling)) return found;
    }
    if (!parted) break;
    const bool known_maker =
        std::ranges::any_of(data_->models, [&](const PricedModel& m) { return m.vendor == maker; });
    // "openai/claude-...": a maker that was named and does not make this model.
    if (known_maker && !data_->resellers.contains(maker)) break;
    rest = after;
  }
  if (several.empty() && resold) {
    for (const std::string& spelling : spellings_of(last_part(canonical_model(model)))) {
      const auto found = data_->hosted.find(spelling);
      if (found == data_->hosted.end()) continue;
      std::string offers;
      for (const std::size_t i : found->second) {
        offers += (offers.empty() ? "" : ", ") + data_->models[i].id();
      }
      return Error{ErrorCode::not_found,
                   "\"" + std::string(model) + "\" is priced by whoever serves it: " + offers +
                       "; name the one that is meant",
                   {}};
    }
  }
  if (!several.empty()) {
    return Error{
        ErrorCode::not_found,
        "\"" + std::string(model) + "\" names several: " + several + "; give the vendor too",
        {}};
  }
  std::vector<std::string> all;
  std::vector<std::string> of_seller;
  for (const PricedModel& m : data_->models) {
    all.push_back(m.id());
    if (resold || m.vendor == seller) of_seller.push_back(m.id());
  }
  if (of_seller.empty()) {
    std::vector<std::string> vendors;
    for (const PricedModel& m : data_->models) {
      if (std::ranges::find(vendors, m.vendor) == vendors.end()) vendors.push_back(m.vendor);
    }
    Error error = not_found("vendor", vendor, vendors);
    if (near_matches(vendor, vendors).empty()) {
      std::string known;
      for (const std::string& one : vendors) known += (known.empty() ? "" : ", ") + one;
      error.message += "; there are " + known;
    }
    return error;
  }
  const std::string wanted =
      vendor.empty() ? std::string(model) : seller + "/" + std::string(model);
  // A model that this vendor does not sell may be another's.
  const bool near_here = !near_matches(wanted, of_seller).empty();
  Error error =
      not_found("priced model", wanted, near_here ? of_seller : std::vector<std::string>());
  if (!near_here) {
    const auto elsewhere = near_matches(model, all);
    for (std::size_t i = 0; i < elsewhere.size(); ++i) {
      error.message += (i == 0                     ? "; did you mean "
                        : i + 1 < elsewhere.size() ? ", "
                                                   : " or ") +
                       elsewhere[i];
    }
    if (!elsewhere.empty()) error.message += "?";
  }
  return error;
}

}  // namespace breakeven::catalog
