// json_elements.hpp — the records inside JSON documents of any size, one at a time.
//
// Shape    Two ways, by the start of the text:
//            lines      one value per line; a bad line costs itself only
//            documents  arrays and objects one after another; the elements of the array, or of the
//                       array in the object that holds the records ("data", "value",
//                       "resourceSpans", ...), are handed out one by one; an object without one is
//                       a record itself. The window holds one element.
// Errors   too_long for an element over kMaxElement, truncated for one that the text ends in. A
//          document that is not well formed between its records ends the reading.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "engine/usage/values.hpp"
#include "io/usage/json_values.hpp"
#include "io/usage/text_buffer.hpp"

namespace breakeven::io {

class JsonElements {
 public:
  static constexpr std::size_t kMaxElement = std::size_t{32} << 20;
  /// Hears scalars that stand before the records in the object around them.
  using Heading = std::function<void(std::string_view key, std::string_view value)>;

  explicit JsonElements(TextBuffer& text);

  /// The next element; false at the end.
  [[nodiscard]] bool next();
  /// Consumes the current element: the window stands behind it.
  void release();
  /// The element's text; empty when there is a problem.
  [[nodiscard]] std::string_view text() const { return element_; }
  [[nodiscard]] usage::Reason problem() const { return problem_; }
  [[nodiscard]] std::int64_t line() const { return line_; }
  [[nodiscard]] bool lines() const { return lines_; }
  void on_heading(Heading heading) { heading_ = std::move(heading); }

 private:
  enum class Place : std::uint8_t { outside, in_array, in_object_array, after_array, stopped };

  [[nodiscard]] bool next_line();
  [[nodiscard]] bool next_element();
  [[nodiscard]] bool start_value();
  [[nodiscard]] bool scan_object();
  [[nodiscard]] bool finish_object();
  [[nodiscard]] bool take(std::size_t size);
  bool stop(usage::Reason problem);

  [[nodiscard]] bool has(std::size_t at);
  [[nodiscard]] char peek(std::size_t at) const { return text_.text()[at]; }
  [[nodiscard]] bool skip_blanks(std::size_t& at);
  [[nodiscard]] bool skip_string(std::size_t& at);
  [[nodiscard]] bool skip_value(std::size_t& at);

  TextBuffer& text_;
  Heading heading_;
  bool lines_ = false;
  Place place_ = Place::outside;
  std::string_view element_;
  usage::Reason problem_ = usage::Reason::none;
  std::int64_t line_ = 0;
  std::size_t taken_ = 0;
  bool too_long_ = false;
};

}  // namespace breakeven::io
