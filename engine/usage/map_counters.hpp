// map_counters.hpp — running totals of servers and instruments: OpenTelemetry histograms and the
// metrics pages of vLLM, SGLang and TGI.
//
// Shape    Internal to the mappers. A total counts once: what a later scrape or export of the same
//          series adds to the one before is the record; a smaller value is a server that started
//          again.
#pragma once

#include <memory>

#include "engine/usage/mapper.hpp"

namespace breakeven::usage {

[[nodiscard]] std::unique_ptr<Mapper> make_otlp_counters(CounterBook* book);
/// Rows have one line of the page in Role::object.
[[nodiscard]] std::unique_ptr<Mapper> make_prometheus_counters(CounterBook* book);

}  // namespace breakeven::usage
