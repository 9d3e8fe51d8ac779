// Any bytes as a price file: mistakes with places, or a book whose models resolve or say why not.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "engine/catalog/price_book.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace breakeven;
  static constexpr const char* kNames[] = {
      "prices/models.csv",  "prices/rules.csv",    "prices/vendors.csv", "prices/aliases.csv",
      "prices/factors.csv", "prices/calendar.csv", "prices/acme.csv"};
  if (size == 0) return 0;
  std::vector<catalog::NamedText> files{
      {"prices/models.csv",
       "vendor,model,context_window,max_output,min_cacheable_tokens,source,source_date\n"
       "acme,m,1000,10,16,page,2026-01-01\n"}};
  const std::size_t which = data[0] % std::size(kNames);
  if (which == 0) files.clear();
  files.push_back({kNames[which], std::string(reinterpret_cast<const char*>(data + 1), size - 1)});
  const auto loaded = catalog::PriceBook::load(files);
  if (!loaded.ok()) {
    if (loaded.error().where.empty()) std::abort();
    return 0;
  }
  for (const catalog::PricedModel& model : loaded->models()) {
    for (const std::int64_t t : {0L, 1'790'000'000L}) {
      const auto card = loaded->resolve(model, {catalog::Mode::batch, "us", Instant{t}});
      if (card.ok() && (card->valid_from_s > t || card->valid_to_s <= t)) std::abort();
    }
    (void)loaded->find(model.vendor, model.name);
  }
  return 0;
}
