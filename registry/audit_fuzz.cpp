// Any bytes as one of the audit's files: a mistake with its place, or cases that can be replayed. The
// first byte chooses the file; the other two hold one case that is right.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "engine/catalog/price_book.hpp"
#include "registry/golden.hpp"

namespace {

constexpr const char* kPrices =
    "vendor,model,field,at,usd,kind,popular_usd,note,source,source_date\n"
    "acme,rocket,input_mtok,2026-08-22,3,published,3,a note,a page,2026-08-22\n";
constexpr const char* kErrors =
    "case,registry,vendor,model,field,wrong,right,seen_from,seen_to,today,rules,source,source_"
    "date\n"
    "1,LiteLLM,acme,rocket,input_mtok,60,30,2026-04-24,2026-04-29,2026-04-28,cross-registry,a page,"
    "2026-04-29\n";
constexpr const char* kRows =
    "case,turn,role,source,vendor,model,field,usd,kind,effective_from,effective_to,date\n"
    "1,wrong,own,LiteLLM,acme,rocket,input_mtok,60,published,,,2026-04-28\n"
    "1,right,own,LiteLLM,acme,rocket,input_mtok,30,published,,,2026-04-28\n";

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace breakeven;
  if (size == 0) return 0;
  std::vector<catalog::NamedText> files{{"audit/golden_prices.csv", kPrices},
                                        {"audit/registry_errors.csv", kErrors},
                                        {"audit/registry_error_rows.csv", kRows}};
  catalog::NamedText& chosen = files[static_cast<std::uint8_t>(data[0] - '0') % files.size()];
  chosen.content.assign(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto set = registry::read_golden_set(files);
  if (!set.ok()) {
    if (set.error().message.empty() || set.error().where.empty()) std::abort();
    return 0;
  }
  const catalog::PriceBook book;
  if (registry::replay(set->errors, book).size() != set->errors.size()) std::abort();
  if (registry::golden_differences(set->prices, book).size() < set->prices.size()) std::abort();
  return 0;
}
