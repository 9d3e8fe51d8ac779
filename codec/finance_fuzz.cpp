// Any bytes as a request to each finance function: an answer that is JSON, or one error with a message.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "codec/finance_json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace breakeven;
  if (size == 0) return 0;
  const auto& functions = codec::finance_functions();
  const auto& function = functions[data[0] % functions.size()];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto answer = codec::finance_answer(function.name, text);
  if (answer.ok() ? !codec::is_one_json_value(*answer) : answer.error().message.empty()) {
    std::abort();
  }
  if (!codec::is_one_json_value(codec::finance_line(function.name, text))) std::abort();
  return 0;
}
