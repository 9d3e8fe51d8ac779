// Fuzzes what `breakeven calibrate` reads. The first byte picks the reader. Whatever the content, a
// reader answers with values or with a placed mistake, and what it read can be turned into a load.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "engine/calibration/conditions.hpp"
#include "engine/calibration/error_bands.hpp"
#include "engine/calibration/measured.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/sample_files.hpp"
#include "engine/serving/coefficients.hpp"

namespace {

using breakeven::Error;
using breakeven::catalog::Catalog;
namespace calibration = breakeven::calibration;

void placed(const Error& error) {
  if (error.where.rfind("fuzz.csv", 0) != 0) std::abort();
}

void loads(const std::vector<calibration::MeasuredRun>& runs) {
  constexpr double kSmall = 64;
  for (const calibration::MeasuredRun& run : runs) {
    if (!run.uncovered.empty() || run.level > kSmall || run.conditions.requests_per_user > kSmall)
      continue;
    if (!calibration::load_of(run).validate().ok()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static const Catalog catalog = Catalog::load(breakeven::catalog::sample_files()).value();
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0: {
      const auto runs = calibration::read_measured(text, "fuzz.csv", catalog, {});
      if (!runs.ok()) {
        placed(runs.error());
      } else {
        loads(*runs);
      }
      break;
    }
    case 1: {
      const auto rules = calibration::read_conditions(text, "fuzz.csv");
      if (!rules.ok()) {
        placed(rules.error());
      } else {
        (void)calibration::conditions_for(
            *rules,
            {.source = "a", .engine = "vllm", .accelerator = "b", .model = "c/d", .users = 1});
      }
      break;
    }
    case 2: {
      const auto bands = calibration::ErrorBands::parse(text, "fuzz.csv");
      if (!bands.ok()) placed(bands.error());
      break;
    }
    default: {
      breakeven::serving::ReplicaConfig config;
      config.model = &catalog.models().front();
      config.accelerator = &catalog.accelerators().front();
      const auto run = calibration::read_request_log(text, "fuzz.csv", config);
      if (!run.ok()) {
        placed(run.error());
      } else if (!calibration::load_of(*run).validate().ok()) {
        std::abort();
      }
      break;
    }
  }
  return 0;
}
