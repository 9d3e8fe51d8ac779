#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/read_tables.hpp"
#include "engine/catalog/row_reader.hpp"

namespace breakeven::catalog {
namespace {

constexpr std::array<std::string_view, 21> kAcceleratorColumns{"id",
                                                               "vendor",
                                                               "vendor_memory_gb",
                                                               "reported_memory_mib",
                                                               "memory_type",
                                                               "memory_gb_per_s",
                                                               "bf16_tflops",
                                                               "fp8_tflops",
                                                               "int8_tops",
                                                               "fp4_tflops",
                                                               "scale_up_link",
                                                               "scale_up_gb_per_s",
                                                               "scale_up_domain",
                                                               "pcie_gb_per_s",
                                                               "tdp_w",
                                                               "node_gpus",
                                                               "compute_capability",
                                                               "released",
                                                               "note",
                                                               "source",
                                                               "source_date"};

constexpr std::array<std::string_view, 16> kOfferColumns{
    "id",           "provider",   "provider_class", "instance",   "accelerator",  "gpus",
    "vcpus",        "memory_gib", "region",         "term",       "usd_per_hour", "status",
    "date_quality", "note",       "source",         "source_date"};

constexpr std::array kTerms{Term::on_demand, Term::reserved_1y, Term::reserved_3y, Term::spot,
                            Term::capacity_block};
constexpr std::array kClasses{ProviderClass::hyperscaler, ProviderClass::neocloud,
                              ProviderClass::marketplace, ProviderClass::index,
                              ProviderClass::api_vendor};
constexpr std::array kStatuses{OfferStatus::current, OfferStatus::superseded, OfferStatus::stale};

// Rented accelerators cost between these; outside, a price was meant per node, per month or per
// second.
constexpr std::int64_t kLowestNanoUsdPerGpuHour = 50'000'000;
constexpr std::int64_t kHighestNanoUsdPerGpuHour = 60'000'000'000;

}  // namespace

std::vector<Accelerator> read_accelerators(const CsvTable& table, Issues& issues) {
  std::vector<Accelerator> accelerators;
  std::set<std::string> seen;
  RowReader row(table, kAcceleratorColumns, issues);
  while (row.next()) {
    Accelerator a;
    const auto tera = [&](std::string_view column) {
      return row.optional_number(column, 0.001, 1e6) * 1e12;
    };
    const auto giga = [&](std::string_view column) {
      return row.optional_number(column, 0.001, 1e6) * 1e9;
    };
    a.id = row.text("id");
    if (!seen.insert(to_lower(a.id)).second) {
      row.refuse("id", "expected an id of its own, found \"" + a.id + "\" again");
    }
    a.vendor = row.text("vendor");
    const double vendor_bytes = row.number("vendor_memory_gb", 1, 100'000) * 1024 * 1024 * 1024;
    const double reported_bytes = row.optional_number("reported_memory_mib", 1, 1e8) * 1024 * 1024;
    a.memory_bytes = reported_bytes > 0 ? reported_bytes : vendor_bytes;
    if (reported_bytes > 0 &&
        (reported_bytes < 0.85 * vendor_bytes || reported_bytes > 1.05 * vendor_bytes)) {
      row.refuse("reported_memory_mib",
                 "expected within -15 % and +5 % of vendor_memory_gb x 1024, found \"" +
                     std::string(row.raw("reported_memory_mib")) + "\"",
                 ErrorCode::out_of_range);
    }
    a.memory_type = row.text("memory_type");
    a.memory_bytes_per_s = row.number("memory_gb_per_s", 1, 1e6) * 1e9;
    a.bf16_flops = row.number("bf16_tflops", 0.1, 1e6) * 1e12;
    a.fp8_flops = tera("fp8_tflops");
    a.int8_ops = tera("int8_tops");
    a.fp4_flops = tera("fp4_tflops");
    a.scale_up_link = row.text("scale_up_link");
    a.scale_up_bytes_per_s = giga("scale_up_gb_per_s");
    a.scale_up_domain = row.small("scale_up_domain", 1, 100'000);
    a.pcie_bytes_per_s = giga("pcie_gb_per_s");
    a.tdp_w = row.optional_number("tdp_w", 1, 100'000);
    a.node_gpus = row.small("node_gpus", 1, 1024);
    a.compute_capability = row.optional_text("compute_capability");
    a.released = row.date("released");
    a.note = row.optional_text("note");
    a.source = row.source();
    accelerators.push_back(std::move(a));
  }
  return accelerators;
}

std::vector<GpuOffer> read_gpu_offers(const CsvTable& table,
                                      const std::vector<Accelerator>& accelerators,
                                      Issues& issues) {
  std::vector<GpuOffer> offers;
  std::set<std::string> seen;
  std::vector<std::string> known;
  known.reserve(accelerators.size());
  for (const Accelerator& a : accelerators) known.push_back(a.id);
  static constexpr std::array<std::string_view, 3> kDateQualities{"exact", "month", "approx"};
  RowReader row(table, kOfferColumns, issues);
  while (row.next()) {
    GpuOffer o;
    o.id = row.text("id");
    if (!seen.insert(o.id).second) {
      row.refuse("id", "expected an id of its own, found \"" + o.id + "\" again");
    }
    o.provider = row.text("provider");
    o.provider_class = row.choice("provider_class", kClasses);
    o.instance = row.text("instance");
    o.accelerator = row.text("accelerator");
    bool is_known = false;
    for (const std::string& id : known) is_known = is_known || id == o.accelerator;
    if (!is_known) {
      row.refuse("accelerator", not_found("accelerator", o.accelerator, known).message,
                 ErrorCode::not_found);
    }
    o.gpus = row.small("gpus", 1, 1024);
    o.vcpus = row.small("vcpus", 0, 100'000, 0);
    o.memory_gib = row.small("memory_gib", 0, 10'000'000, 0);
    o.region = row.text("region");
    o.term = row.choice("term", kTerms);
    const auto price = Price::parse(row.raw("usd_per_hour"), 1);
    if (price.ok()) {
      o.usd_per_hour = *price;
      const std::int64_t per_gpu = price->nano_usd / o.gpus;
      if (per_gpu < kLowestNanoUsdPerGpuHour || per_gpu > kHighestNanoUsdPerGpuHour) {
        row.refuse("usd_per_hour",
                   "expected 0.05 to 60 USD per accelerator and hour, found " + price->decimal() +
                       " for " + std::to_string(o.gpus),
                   ErrorCode::out_of_range);
      }
    } else {
      row.refuse("usd_per_hour", price.error().message, price.error().code);
    }
    o.status = row.choice("status", kStatuses);
    o.date_quality = row.one_of("date_quality", kDateQualities);
    o.note = row.optional_text("note");
    o.source = row.source();
    offers.push_back(std::move(o));
  }
  return offers;
}

}  // namespace breakeven::catalog
