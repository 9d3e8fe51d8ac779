// Any bytes as a plan's question and as a quick request: an answer or one error with a place.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "codec/plan_json.hpp"
#include "codec/quick_json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace breakeven;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto plan = codec::plan_question_from_json(text);
  if (!plan.ok() && (plan.error().message.empty() || plan.error().where.empty())) std::abort();
  const auto quick = codec::quick_request_from_json(text, {});
  if (!quick.ok() && quick.error().message.empty()) std::abort();
  return 0;
}
