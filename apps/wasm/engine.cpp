// engine.cpp — the slider calculator as a WebAssembly module (docs/formats/wasm.md).
//
// Shape    The page reserves bytes, writes a question as JSON, calls one of the functions, reads the
//          answer at the pointer given back. The same question and answer as POST /api/v1/quick,
//          byte for byte (tests/e2e/wasm.test.mjs); an error is the same problem document.
// Threads  None: everything runs in the caller's thread, so the page puts long work into a worker.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "codec/http_json.hpp"
#include "codec/quick_calculator.hpp"
#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/defaults.hpp"

namespace breakeven {
namespace {

constexpr char kDefaults[] = {
#embed "catalog/defaults.csv"
};
constexpr char kWorkedCases[] = {
#embed "catalog/worked_cases.csv"
};

template <std::size_t N>
std::string text_of(const char (&bytes)[N]) {
  return {bytes, N};
}

/// What the module keeps between calls. The page is its only caller.
struct Session {
  std::optional<codec::QuickCalculator> calculator;
  std::string answer;
  bool failed = false;
};

Session& session() {
  static Session the_session;
  return the_session;
}

Result<const codec::QuickCalculator*> calculator() {
  auto& kept = session().calculator;
  if (!kept) {
    BREAKEVEN_TRY(const auto defaults,
                  catalog::load_defaults({"defaults.csv", text_of(kDefaults)}));
    BREAKEVEN_TRY(
        kept, codec::QuickCalculator::make(defaults, {"worked_cases.csv", text_of(kWorkedCases)}));
  }
  return &*kept;
}

const char* keep(Result<std::string> made) {
  Session& here = session();
  here.failed = !made;
  if (made) {
    here.answer = *std::move(made);
  } else {
    const ErrorInfo info = error_info(made.error().code);
    here.answer = codec::problem_to_json(
        {info.http_status, info.name, info.title, made.error().message, made.error().where});
  }
  return here.answer.data();
}

}  // namespace
}  // namespace breakeven

using breakeven::InlinePool;
using breakeven::Result;

// Debian's 128-bit division for this target was built with stack protection, which its C library lacks.
extern "C" std::uintptr_t __stack_chk_guard;  // NOLINT(bugprone-reserved-identifier)
std::uintptr_t __stack_chk_guard = 0x5bd1e995;
extern "C" [[noreturn]] void __stack_chk_fail();  // NOLINT(bugprone-reserved-identifier)
void __stack_chk_fail() { __builtin_trap(); }

#define BREAKEVEN_EXPORT(name) extern "C" __attribute__((export_name(#name), used))

/// `bytes` of memory for the page to write into; given back with release().
BREAKEVEN_EXPORT(reserve) char* breakeven_reserve(std::size_t bytes) {
  return static_cast<char*>(std::malloc(bytes));
}

BREAKEVEN_EXPORT(release) void breakeven_release(char* memory) { std::free(memory); }

/// Bytes of the last answer, which stays where it is until the next call.
BREAKEVEN_EXPORT(answer_bytes) std::size_t breakeven_answer_bytes() {
  return breakeven::session().answer.size();
}

/// 1 when the last answer is a problem document.
BREAKEVEN_EXPORT(answer_failed) std::int32_t breakeven_answer_failed() {
  return breakeven::session().failed ? 1 : 0;
}

/// GET /api/v1/quick/cases
BREAKEVEN_EXPORT(quick_cases) const char* breakeven_quick_cases() {
  return breakeven::keep([]() -> Result<std::string> {
    BREAKEVEN_TRY(const auto* const calculator, breakeven::calculator());
    return calculator->setup_json();
  }());
}

/// POST /api/v1/quick
BREAKEVEN_EXPORT(quick) const char* breakeven_quick(const char* request, std::size_t bytes) {
  return breakeven::keep([&]() -> Result<std::string> {
    BREAKEVEN_TRY(const auto* const calculator, breakeven::calculator());
    InlinePool here;
    return calculator->answer_json({request, bytes}, here);
  }());
}

/// POST /api/v1/quick/explain?figure=...
BREAKEVEN_EXPORT(quick_explain)
const char* breakeven_quick_explain(const char* request, std::size_t bytes, const char* figure,
                                    std::size_t figure_bytes) {
  return breakeven::keep([&]() -> Result<std::string> {
    BREAKEVEN_TRY(const auto* const calculator, breakeven::calculator());
    InlinePool here;
    return calculator->explain_json({request, bytes}, {figure, figure_bytes}, here);
  }());
}
