// Any bytes as a claim: an answer or one error with a place.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "codec/siblings_json.hpp"
#include "engine/siblings/claim.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace breakeven;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto inputs = codec::inputs_from_json(text, siblings::claim_fields());
  if (!inputs.ok()) {
    if (inputs.error().message.empty() || inputs.error().where.empty()) std::abort();
    return 0;
  }
  const catalog::Catalog nothing;
  auto answer = siblings::check_claim(*inputs, nothing);
  if (!answer.ok()) return 0;
  if (!answer->sheet.figures().verify().ok()) std::abort();
  const std::string json = codec::answer_to_json(siblings::answer_of(*std::move(answer)));
  if (json.empty()) std::abort();
  return 0;
}
