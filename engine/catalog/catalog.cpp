#include "engine/catalog/catalog.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/named_text.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/catalog/price_history.hpp"
#include "engine/catalog/read_tables.hpp"
#include "engine/catalog/row_reader.hpp"

namespace breakeven::catalog {
namespace {

std::string_view last_part(std::string_view id) { return id.substr(id.rfind('/') + 1); }

/// The record named `wanted`: by id, else by the only id that ends in "/wanted".
template <class Record>
Result<const Record*> find_by_id(const std::vector<Record>& records, std::string_view kind,
                                 std::string_view wanted) {
  const std::string name = to_lower(trim(wanted));
  std::vector<const Record*> by_last_part;
  for (const Record& record : records) {
    const std::string id = to_lower(record.id);
    if (id == name) return &record;
    if (last_part(id) == name) by_last_part.push_back(&record);
  }
  if (by_last_part.size() == 1) return by_last_part.front();
  if (by_last_part.size() > 1) {
    std::string message = "\"" + std::string(wanted) + "\" names several: ";
    for (std::size_t i = 0; i < by_last_part.size(); ++i) {
      message += (i > 0 ? ", " : "") + by_last_part[i]->id;
    }
    return Error{ErrorCode::not_found, message + "; give the whole id", {}};
  }
  std::vector<std::string> ids;
  ids.reserve(records.size());
  for (const Record& record : records) ids.push_back(record.id);
  return not_found(kind, wanted, ids);
}

template <class Keep>
std::vector<const GpuOffer*> cheapest_first(const std::vector<GpuOffer>& offers, Keep keep) {
  std::vector<const GpuOffer*> out;
  for (const GpuOffer& offer : offers) {
    if (keep(offer)) out.push_back(&offer);
  }
  std::ranges::sort(out, [](const GpuOffer* a, const GpuOffer* b) {
    const Int128 left = static_cast<Int128>(a->usd_per_hour.nano_usd) * b->gpus;
    const Int128 right = static_cast<Int128>(b->usd_per_hour.nano_usd) * a->gpus;
    return left != right ? left < right : a->id < b->id;
  });
  return out;
}

/// Hosts and benchmark names must name models that the price book has, letter by letter.
void check_price_ids(const PriceBook& book, const std::vector<HostedModel>& hosted,
                     const std::vector<QualityName>& names, Issues& issues) {
  std::vector<std::string> ids;
  for (const PricedModel& model : book.models()) ids.push_back(model.id());
  if (ids.empty()) return;  // a catalogue without API prices: nothing to compare with
  const std::set<std::string> known(ids.begin(), ids.end());
  const auto check = [&](const std::string& id, const std::string& place) {
    if (!known.contains(id)) issues.add(not_found("priced model", id, ids, place));
  };
  for (const HostedModel& h : hosted) check(h.price_id(), h.source.place);
  for (const QualityName& n : names) {
    if (n.kind == "api") check(n.id, n.source.place);
  }
}

}  // namespace

struct Catalog::Reading {
  Catalog catalog;
  Issues issues;
};

const std::vector<std::string>& Catalog::file_names() {
  static const std::vector<std::string> kNames{
      "open_models.csv",   "accelerators.csv",  "gpu_offers.csv", "defaults.csv",  "quality.csv",
      "quality_names.csv", "hosted_models.csv", "platforms.csv",  "compliance.csv"};
  return kNames;
}

Catalog::Reading Catalog::read(const std::vector<NamedText>& files) {
  Reading reading;
  Catalog& c = reading.catalog;
  Issues& issues = reading.issues;
  const auto with_table = [&](std::string_view name, auto use) {
    const auto file = std::ranges::find(files, name, &NamedText::name);
    if (file == files.end()) {
      issues.add(Error{ErrorCode::not_found, "expected this catalogue file, found none",
                       std::string(name)});
      return;
    }
    const auto table = CsvTable::parse(file->content, file->name);
    if (!table.ok()) {
      issues.add(table.error());
      return;
    }
    use(*table);
  };
  with_table("open_models.csv",
             [&](const CsvTable& table) { c.models_ = read_open_models(table, issues); });
  with_table("accelerators.csv",
             [&](const CsvTable& table) { c.accelerators_ = read_accelerators(table, issues); });
  with_table("gpu_offers.csv", [&](const CsvTable& table) {
    c.offers_ = read_gpu_offers(table, c.accelerators_, issues);
  });
  with_table("defaults.csv",
             [&](const CsvTable& table) { c.defaults_ = read_defaults(table, issues); });
  with_table("quality.csv",
             [&](const CsvTable& table) { c.quality_ = read_quality(table, issues); });
  with_table("quality_names.csv", [&](const CsvTable& table) {
    c.quality_names_ = read_quality_names(table, c.models_, c.quality_, issues);
  });
  with_table("hosted_models.csv", [&](const CsvTable& table) {
    c.hosted_models_ = read_hosted_models(table, c.models_, issues);
  });
  with_table("platforms.csv",
             [&](const CsvTable& table) { c.platforms_ = read_platforms(table, issues); });
  with_table("compliance.csv", [&](const CsvTable& table) {
    c.compliance_ = read_compliance(table, c.platforms_, issues);
  });
  if (auto book = PriceBook::load(files); book.ok()) {
    c.prices_ = std::move(*book);
    check_price_ids(c.prices_, c.hosted_models_, c.quality_names_, issues);
  } else {
    for (Error& mistake : PriceBook::mistakes(files)) issues.add(std::move(mistake));
  }
  return reading;
}

Result<Catalog> Catalog::load(const std::vector<NamedText>& files) {
  Reading reading = read(files);
  const auto& errors = reading.issues.errors();
  if (errors.empty()) return std::move(reading.catalog);
  Error first = errors.front();
  if (errors.size() > 1) {
    first.message += " (and " + std::to_string(errors.size() - 1) + " more " +
                     (errors.size() == 2 ? "mistake" : "mistakes") + ")";
  }
  return first;
}

std::vector<Error> Catalog::mistakes(const std::vector<NamedText>& files) {
  std::vector<Error> mistakes = read(files).issues.errors();
  for (Error& mistake : price_history_mistakes(files)) mistakes.push_back(std::move(mistake));
  return mistakes;
}

Catalog Catalog::with_prices(PriceBook prices) && {
  prices_ = std::move(prices);
  return std::move(*this);
}

Date Catalog::newest() const {
  Date newest = prices_.newest();
  const auto see = [&](const auto& records) {
    for (const auto& record : records) {
      if (const auto date = parse_partial_date(record.source.date); date.ok()) {
        newest = std::max(newest, *date);
      }
    }
  };
  see(models_);
  see(accelerators_);
  see(offers_);
  see(defaults_);
  see(quality_);
  see(quality_names_);
  see(platforms_);
  see(compliance_);
  see(hosted_models_);
  return newest;
}

Result<const OpenModel*> Catalog::model(std::string_view name) const {
  return find_by_id(models_, "open model", name);
}

Result<const Accelerator*> Catalog::accelerator(std::string_view name) const {
  return find_by_id(accelerators_, "accelerator", name);
}

Result<const GpuOffer*> Catalog::offer(std::string_view id) const {
  return find_by_id(offers_, "GPU offer", id);
}

Result<const Default*> Catalog::default_value(std::string_view id) const {
  return find_by_id(defaults_, "default", id);
}

std::vector<const GpuOffer*> Catalog::offers_for(std::string_view accelerator,
                                                 std::optional<Term> term) const {
  return cheapest_first(offers_, [&](const GpuOffer& offer) {
    return offer.accelerator == accelerator && offer.rentable() && (!term || offer.term == *term);
  });
}

std::vector<const GpuOffer*> Catalog::dedicated_endpoints_for(std::string_view accelerator) const {
  return cheapest_first(offers_, [&](const GpuOffer& offer) {
    return offer.accelerator == accelerator && offer.status == OfferStatus::current &&
           offer.provider_class == ProviderClass::api_vendor;
  });
}

std::vector<const HostedModel*> Catalog::hosts_of(std::string_view model_id) const {
  std::vector<const HostedModel*> out;
  for (const HostedModel& hosted : hosted_models_) {
    if (hosted.model == model_id) out.push_back(&hosted);
  }
  return out;
}

std::vector<const QualityScore*> Catalog::quality_of(std::string_view id) const {
  std::vector<const QualityScore*> out;
  for (const QualityScore& score : quality_) {
    const bool named = std::ranges::any_of(quality_names_, [&](const QualityName& name) {
      return name.id == id && name.benchmark_model == score.model;
    });
    if (named) out.push_back(&score);
  }
  return out;
}

}  // namespace breakeven::catalog
