// Any bytes as the question of each sibling calculator: an answer whose figures verify, or one error
// with a place.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "codec/siblings_json.hpp"
#include "engine/siblings/claim.hpp"
#include "engine/siblings/finetune.hpp"
#include "engine/siblings/scale.hpp"

namespace {

using namespace breakeven;

void check(const Result<siblings::Answer>& answer) {
  if (!answer.ok()) {
    if (answer.error().message.empty() || answer.error().where.empty()) std::abort();
    return;
  }
  if (!answer->sheet.figures().verify().ok()) std::abort();
  if (codec::answer_to_json(*answer).empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const catalog::Catalog kNothing;
  const auto claim = codec::inputs_from_json(text, siblings::claim_fields());
  if (!claim.ok() && (claim.error().message.empty() || claim.error().where.empty())) std::abort();
  if (claim.ok()) {
    if (auto answer = siblings::check_claim(*claim, kNothing); answer.ok()) {
      check(siblings::answer_of(*std::move(answer)));
    }
  }
  if (const auto inputs = codec::inputs_from_json(text, siblings::finetune_fields()); inputs.ok()) {
    check(siblings::finetune(*inputs, kNothing, {}));
  }
  if (const auto inputs = codec::inputs_from_json(text, siblings::scale_fields()); inputs.ok()) {
    check(siblings::scale_up(*inputs));
  }
  return 0;
}
