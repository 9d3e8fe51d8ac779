#include "io/feeds/json_tree.hpp"

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"

namespace breakeven::io {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view without_blanks_after(std::string_view token) {
  const std::size_t last = token.find_last_not_of(" \t\r\n");
  return token.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

}  // namespace

/// Owns the bytes and the strings that the nodes point into. One pass of the strict parser checks
/// the document; the other, which believes what it is given, keeps the spelling of its numbers.
struct JsonTree::Parser {
  simdjson::dom::parser strict;
  simdjson::ondemand::parser parser;
  simdjson::padded_string bytes;
  simdjson::ondemand::document document;

  using Value = simdjson::ondemand::value;
  using Errors = simdjson::error_code;

  /// Depth is bounded, so the recursion is too.
  Errors add(std::vector<Node>& nodes, Value value, std::string_view key, std::uint32_t& at,
             std::size_t depth) {
    if (depth > kMaxTreeDepth) return simdjson::DEPTH_ERROR;
    simdjson::ondemand::json_type type{};
    if (const Errors wrong = value.type().get(type)) return wrong;
    if (nodes.size() >= std::numeric_limits<std::uint32_t>::max()) return simdjson::CAPACITY;
    at = static_cast<std::uint32_t>(nodes.size());
    nodes.emplace_back().key = key;
    switch (type) {
      case simdjson::ondemand::json_type::array: {
        nodes[at].type = Type::array;
        simdjson::ondemand::array array;
        if (const Errors wrong = value.get_array().get(array)) return wrong;
        return add_all(nodes, array, at, depth);
      }
      case simdjson::ondemand::json_type::object: {
        nodes[at].type = Type::object;
        simdjson::ondemand::object object;
        if (const Errors wrong = value.get_object().get(object)) return wrong;
        return add_all(nodes, object, at, depth);
      }
      case simdjson::ondemand::json_type::number: {
        nodes[at].type = Type::number;
        nodes[at].text = without_blanks_after(value.raw_json_token());
        double number = 0;  // reading it is what moves the parser on
        return value.get_double().get(number);
      }
      case simdjson::ondemand::json_type::string:
        nodes[at].type = Type::text;
        return value.get_string().get(nodes[at].text);
      case simdjson::ondemand::json_type::boolean: {
        nodes[at].type = Type::boolean;
        bool yes = false;
        if (const Errors wrong = value.get_bool().get(yes)) return wrong;
        nodes[at].text = yes ? "true" : "false";
        return simdjson::SUCCESS;
      }
      case simdjson::ondemand::json_type::null:
        nodes[at].type = Type::null;
        return value.is_null() ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR;
    }
    return simdjson::TAPE_ERROR;
  }

  template <class Container>
  Errors add_all(std::vector<Node>& nodes, Container& container, std::uint32_t parent,
                 std::size_t depth) {
    std::uint32_t previous = 0;
    for (auto item : container) {
      std::string_view key;  // NOLINT(misc-const-correctness): set where the items are fields
      Value value;
      if constexpr (std::is_same_v<Container, simdjson::ondemand::object>) {
        simdjson::ondemand::field field;
        if (const Errors wrong = std::move(item).get(field)) return wrong;
        if (const Errors wrong = field.unescaped_key().get(key)) return wrong;
        value = field.value();
      } else {
        if (const Errors wrong = std::move(item).get(value)) return wrong;
      }
      std::uint32_t at = 0;
      if (const Errors wrong = add(nodes, value, key, at, depth + 1)) return wrong;
      (previous == 0 ? nodes[parent].first : nodes[previous].next) = at;
      previous = at;
    }
    return simdjson::SUCCESS;
  }
};

JsonTree::JsonTree() : parser_(std::make_unique<Parser>()) {}
JsonTree::~JsonTree() = default;

Result<std::unique_ptr<const JsonTree>> JsonTree::parse(std::string_view bytes) {
  if (bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
  const auto refuse = [](std::string_view why) {
    return Error{ErrorCode::parse_error, "expected one JSON document: " + std::string(why), {}};
  };
  std::unique_ptr<JsonTree> tree(new JsonTree());
  Parser& own = *tree->parser_;
  own.bytes = simdjson::padded_string(bytes);
  auto failure = own.strict.allocate(own.bytes.size(), kMaxTreeDepth);
  if (!failure) failure = own.strict.parse(own.bytes).error();
  if (!failure) failure = own.parser.iterate(own.bytes).get(own.document);
  simdjson::ondemand::value root;
  if (!failure) failure = own.document.get_value().get(root);
  if (failure == simdjson::SCALAR_DOCUMENT_AS_VALUE) {
    return refuse("an object or an array at the top");
  }
  std::uint32_t at = 0;
  if (!failure) failure = own.add(tree->nodes_, root, {}, at, 1);
  if (failure == simdjson::DEPTH_ERROR) {
    return Error{ErrorCode::resource_limit,
                 "expected JSON nested at most " + std::to_string(kMaxTreeDepth) + " deep",
                 {}};
  }
  if (failure) return refuse(simdjson::error_message(failure));
  return std::unique_ptr<const JsonTree>(std::move(tree));
}

const JsonTree::Node& JsonTree::Value::node() const {
  static const Node kNone{};
  return tree_ == nullptr ? kNone : tree_->nodes_[at_];
}

std::vector<JsonTree::Value> JsonTree::Value::children() const {
  std::vector<Value> values;
  for (std::uint32_t at = node().first; at != 0; at = tree_->nodes_[at].next) {
    values.push_back(Value(tree_, at));
  }
  return values;
}

JsonTree::Value JsonTree::Value::find(std::string_view key) const {
  Value found;
  if (!is(Type::object)) return found;
  for (std::uint32_t at = node().first; at != 0; at = tree_->nodes_[at].next) {
    if (tree_->nodes_[at].key == key) found = Value(tree_, at);
  }
  return found;
}

std::string_view JsonTree::Value::text_of(std::string_view key) const {
  const Value value = find(key);
  return value.is(Type::text) ? value.text() : std::string_view();
}

}  // namespace breakeven::io
