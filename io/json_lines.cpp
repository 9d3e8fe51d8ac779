#include "io/json_lines.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

namespace breakeven::io {
namespace {

using pricing::Field;
using pricing::Fields;

constexpr std::size_t kChunk = std::size_t{1} << 18;
constexpr std::size_t kPadding = simdjson::SIMDJSON_PADDING;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Depth is bounded by the parser, so the recursion is too.
std::uint32_t add(Fields& fields, simdjson::dom::element element, std::string_view key,
                  std::uint32_t parent, std::uint32_t previous) {
  using simdjson::dom::element_type;
  Field field;
  field.key = key;
  switch (element.type()) {
    case element_type::INT64:
      field.type = Field::Type::integer;
      field.integer = std::int64_t(element);
      break;
    case element_type::UINT64:
      field.type = Field::Type::real;
      field.real = static_cast<double>(std::uint64_t(element));
      break;
    case element_type::DOUBLE:
      field.type = Field::Type::real;
      field.real = double(element);
      break;
    case element_type::STRING:
      field.type = Field::Type::text;
      field.text = std::string_view(element);
      break;
    case element_type::BOOL:
      field.type = Field::Type::boolean;
      field.boolean = bool(element);
      break;
    case element_type::NULL_VALUE:
      break;
    case element_type::ARRAY:
      field.type = Field::Type::array;
      break;
    case element_type::OBJECT:
      field.type = Field::Type::object;
      break;
  }
  const std::uint32_t at = fields.add(field, parent, previous);
  std::uint32_t child = 0;
  if (field.type == Field::Type::array) {
    for (const simdjson::dom::element item : simdjson::dom::array(element)) {
      child = add(fields, item, {}, at, child);
    }
  } else if (field.type == Field::Type::object) {
    for (const auto& [name, value] : simdjson::dom::object(element)) {
      child = add(fields, value, name, at, child);
    }
  }
  return at;
}

}  // namespace

struct JsonFields::State {
  simdjson::dom::parser parser;
  Fields fields;
};

JsonFields::JsonFields() : state_(std::make_unique<State>()) {
  // The depth given here outlives every later growth; without memory the first parse reports it.
  [[maybe_unused]] const auto failure = state_->parser.allocate(kChunk, kMaxJsonDepth);
}
JsonFields::~JsonFields() = default;
JsonFields::JsonFields(JsonFields&&) noexcept = default;
JsonFields& JsonFields::operator=(JsonFields&&) noexcept = default;

Result<Fields::Ref> JsonFields::parse(std::string_view text, bool padded) {
  state_->fields.clear();
  simdjson::dom::element root;
  const auto failure = state_->parser.parse(text.data(), text.size(), !padded).get(root);
  if (failure != simdjson::SUCCESS) {
    const bool deep = failure == simdjson::DEPTH_ERROR;
    return Error{deep ? ErrorCode::resource_limit : ErrorCode::parse_error,
                 deep ? "expected JSON nested at most " + std::to_string(kMaxJsonDepth) + " deep"
                      : "expected one JSON value: " + std::string(simdjson::error_message(failure)),
                 {}};
  }
  add(state_->fields, root, {}, 0, 0);
  return state_->fields.root();
}

JsonLines::JsonLines(ByteStream& stream) : stream_(stream), buffer_(2 * kChunk + kPadding) {}

bool JsonLines::fill() {
  if (eof_ || error_) return false;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() < end_ + kChunk + kPadding) buffer_.resize(2 * (end_ + kChunk) + kPadding);
  const auto got = stream_.read(buffer_.data() + end_, kChunk);
  if (!got) {
    error_ = got.error();
    return false;
  }
  end_ += *got;
  eof_ = *got == 0;
  return !eof_;
}

bool JsonLines::next() {
  too_long_ = false;
  line_ = {};
  if (at_start_) {
    while (end_ < kByteOrderMark.size() && fill()) {
    }
    if (std::string_view(buffer_.data(), end_).starts_with(kByteOrderMark)) {
      begin_ = kByteOrderMark.size();
    }
    at_start_ = false;
  }
  std::size_t searched = 0;
  while (true) {
    const char* const from = buffer_.data() + begin_;
    const auto* const newline =
        static_cast<const char*>(std::memchr(from + searched, '\n', end_ - begin_ - searched));
    if (newline != nullptr) {
      const auto size = static_cast<std::size_t>(newline - from);
      line_ = {from, size};
      begin_ += size + 1;
      break;
    }
    searched = end_ - begin_;
    if (searched > kMaxJsonLineBytes) {
      // Keep nothing of a line that is refused anyway.
      too_long_ = true;
      begin_ = end_;
      searched = 0;
    }
    if (fill()) continue;
    if (error_ || (begin_ == end_ && !too_long_)) return false;
    line_ = {buffer_.data() + begin_, end_ - begin_};
    begin_ = end_;
    break;
  }
  ++line_number_;
  too_long_ = too_long_ || line_.size() > kMaxJsonLineBytes;
  return true;
}

Result<Fields::Ref> JsonLines::fields() {
  if (too_long_) {
    return Error{ErrorCode::resource_limit,
                 "expected a line of at most " + std::to_string(kMaxJsonLineBytes) + " bytes",
                 {}};
  }
  return parser_.parse(line_, true);
}

}  // namespace breakeven::io
