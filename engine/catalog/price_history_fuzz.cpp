// Any bytes as a history file: mistakes with places, or rows that keep their promises.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "engine/catalog/price_history.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace breakeven;
  using catalog::HistoryEvent;
  const std::vector<catalog::NamedText> files{
      {"history/acme.csv",
       "vendor,model,field,event,effective_from,old_usd,new_usd,origin,source,source_date\n" +
           std::string(reinterpret_cast<const char*>(data), size)}};
  const auto loaded = catalog::load_price_history(files);
  const auto mistakes = catalog::price_history_mistakes(files);
  if (loaded.ok() != mistakes.empty()) std::abort();
  if (!loaded.ok()) {
    if (!loaded.error().where.starts_with("history/acme.csv:")) std::abort();
    return 0;
  }
  for (const catalog::HistoricPrice& h : *loaded) {
    if (h.vendor.empty() || h.origin.empty() || h.place.empty()) std::abort();
    if (h.event == HistoryEvent::announced && !h.new_price) std::abort();
    if (h.event == HistoryEvent::cancelled && h.new_price) std::abort();
    const auto again = catalog::parse_price_field(catalog::to_string(h.field));
    if (!again.ok() || *again != h.field) std::abort();
  }
  return 0;
}
