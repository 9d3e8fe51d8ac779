// Any bytes as a request to each finance function and to the backtest, or as a file of past bills: an answer
// that is JSON, or one error with a message.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "codec/backtest_json.hpp"
#include "codec/finance_json.hpp"

namespace {

void backtest(std::string_view text) {
  using namespace breakeven;
  const auto answer = codec::backtest_answer(text);
  if (answer.ok() ? !codec::is_one_json_value(*answer) : answer.error().message.empty()) {
    std::abort();
  }
  for (const auto part :
       {codec::BacktestPart::actual, codec::BacktestPart::budget, codec::BacktestPart::forecast}) {
    finance::BacktestQuestion question;
    const Status read = codec::add_backtest_json(text, part, "file", question);
    if (!read && read.error().message.empty()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace breakeven;
  if (size == 0) return 0;
  const auto& functions = codec::finance_functions();
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t chosen = data[0] % (functions.size() + 1);
  if (chosen == functions.size()) {
    backtest(text);
    return 0;
  }
  const auto& function = functions[chosen];
  const auto answer = codec::finance_answer(function.name, text);
  if (answer.ok() ? !codec::is_one_json_value(*answer) : answer.error().message.empty()) {
    std::abort();
  }
  if (!codec::is_one_json_value(codec::finance_line(function.name, text))) std::abort();
  return 0;
}
