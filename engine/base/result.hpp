// result.hpp — how every function of the engine says "this did not work, here, because".
//
// Shape    Result<T> holds a T or an Error. Error names the place (`where`: flag, file:line:column,
//          JSON pointer or record id), what was expected and what was found.
// Errors   One table maps a code to exit status, HTTP status and problem type: see error_table().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace breakeven {

enum class ErrorCode : std::uint8_t {
  invalid_argument,  ///< a value is malformed or contradicts another
  out_of_range,      ///< well formed, but outside the allowed range
  not_found,         ///< no such model, file, figure; the message carries near matches
  parse_error,       ///< text that is not in the format it should be in
  unsupported,       ///< understood, but this build or this vendor cannot do it
  infeasible,  ///< no configuration can meet what was asked (does not fit, objective unreachable)
  io_error,    ///< the system refused: missing file, broken stream, full disk
  resource_limit,  ///< a limit on size, time or concurrency was reached
  internal         ///< a bug of ours
};

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;  ///< one sentence: what was expected and what was found
  std::string where;    ///< the place; empty when the call itself is the place

  /// "where: message", or the message alone.
  [[nodiscard]] std::string text() const {
    return where.empty() ? message : where + ": " + message;
  }
};

/// What a code means at each border of the product.
struct ErrorInfo {
  std::string_view name;  ///< stable identifier, used in JSON and as the problem type's last part
  int exit_status;        ///< of the command line
  int http_status;
  std::string_view title;  ///< short human title (RFC 9457 `title`)
};

constexpr ErrorInfo error_info(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return {"invalid-argument", 2, 400, "Invalid value"};
    case ErrorCode::out_of_range:
      return {"out-of-range", 2, 400, "Value out of range"};
    case ErrorCode::not_found:
      return {"not-found", 3, 404, "Not found"};
    case ErrorCode::parse_error:
      return {"parse-error", 4, 422, "Cannot be read"};
    case ErrorCode::unsupported:
      return {"unsupported", 5, 422, "Not supported"};
    case ErrorCode::infeasible:
      return {"infeasible", 6, 422, "No feasible configuration"};
    case ErrorCode::io_error:
      return {"io-error", 7, 500, "Input or output failed"};
    case ErrorCode::resource_limit:
      return {"resource-limit", 8, 413, "Limit reached"};
    case ErrorCode::internal:
      break;
  }
  return {"internal", 70, 500, "Internal error"};
}

/// A T or an Error. Check with ok() before value() or error().
template <class T>
class [[nodiscard]] Result {
 public:
  // Implicit on purpose: `return value;` and `return Error{...};` are how results are made.
  // NOLINTBEGIN(google-explicit-constructor)
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] T& value() & { return *std::get_if<0>(&state_); }
  [[nodiscard]] const T& value() const& { return *std::get_if<0>(&state_); }
  [[nodiscard]] T&& value() && { return std::move(*std::get_if<0>(&state_)); }
  [[nodiscard]] const Error& error() const { return *std::get_if<1>(&state_); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): see Result<T>.
  Result(Error error) : error_(std::move(error)), failed_(true) {}
  [[nodiscard]] bool ok() const { return !failed_; }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] const Error& error() const { return error_; }

 private:
  Error error_;
  bool failed_ = false;
};

using Status = Result<void>;

}  // namespace breakeven

// `declaration` is the caller's: whether it is const is not for these macros to say.
// NOLINTBEGIN(misc-const-correctness,bugprone-macro-parentheses)
#define BREAKEVEN_CONCAT_(a, b) a##b
#define BREAKEVEN_CONCAT(a, b) BREAKEVEN_CONCAT_(a, b)

/// BREAKEVEN_TRY(auto x, expression): x becomes the value, or the enclosing function returns the
/// error.
#define BREAKEVEN_TRY(declaration, expression)                                                 \
  auto BREAKEVEN_CONCAT(try_, __LINE__) = (expression);                                        \
  if (!BREAKEVEN_CONCAT(try_, __LINE__).ok()) return BREAKEVEN_CONCAT(try_, __LINE__).error(); \
  declaration = std::move(BREAKEVEN_CONCAT(try_, __LINE__)).value()

/// BREAKEVEN_CHECK_OK(expression): returns the error of a Status, or goes on.
#define BREAKEVEN_CHECK_OK(expression)                                        \
  do {                                                                        \
    if (const auto breakeven_status_ = (expression); !breakeven_status_.ok()) \
      return breakeven_status_.error();                                       \
  } while (false)
// NOLINTEND(misc-const-correctness,bugprone-macro-parentheses)
