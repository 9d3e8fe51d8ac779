// Any bytes as JSON lines: one answer each, bills that add up, nothing thrown.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "codec/price_json.hpp"
#include "engine/pricing/usage_reader.hpp"
#include "io/byte_stream.hpp"
#include "io/json_lines.hpp"

namespace {

using namespace breakeven;

const catalog::PriceBook& book() {
  static const catalog::PriceBook made = [] {
    const std::vector<catalog::NamedText> files{
        {"prices/models.csv",
         "vendor,model,context_window,max_output,min_cacheable_tokens,source,source_date\n"
         "acme,m,1000,10,16,page,2026-01-01\n"},
        {"prices/acme.csv",
         "vendor,model,meter,mode,above_input_tokens,threshold,when,usd,kind,rule,effective_from,"
         "effective_to,source,source_date\n"
         "acme,m,input_mtok,standard,,,always,3,published,,,,page,2026-01-01\n"
         "acme,m,input_mtok,standard,100,above,always,6,published,,,,page,2026-01-01\n"
         "acme,m,output_mtok,standard,,,always,15,published,,2020-01-01,,page,2026-01-01\n"}};
    auto loaded = catalog::PriceBook::load(files);
    if (!loaded.ok()) std::abort();
    return std::move(*loaded);
  }();
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto stream = io::ByteStream::from_memory(text, "fuzz");
  if (!stream.ok()) return 0;
  io::JsonLines lines(*stream);
  pricing::Pricer pricer(book());
  while (lines.next()) {
    std::string out;
    const auto fields = lines.fields();
    if (!fields.ok()) {
      codec::price_refusal(fields.error(), out);
    } else {
      codec::price_object(*fields, pricer, out);
      // The usage readers on their own, whatever the object is.
      auto usage = pricing::read_usage(*fields, {});
      if (usage.ok() && pricing::complete_and_check(usage->counts).ok()) {
        pricing::CallRequest request;
        request.model = "acme/m";
        const auto bill = pricing::price_call(book(), request, *usage);
        if (bill.ok()) {
          Usd sum;
          for (const auto& part : bill->parts) sum += part.usd_high;
          if (sum != bill->high || bill->low > bill->high) std::abort();
        }
      }
    }
    if (out.find('\n') != std::string::npos || !out.starts_with("{\"id\":")) std::abort();
  }
  return 0;
}
