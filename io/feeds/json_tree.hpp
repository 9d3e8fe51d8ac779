// json_tree.hpp — one JSON document as a tree that keeps every number as the text it was written in.
//
// Shape    Values live as long as the tree. A key that stands twice in an object gives two children;
//          find() gives the last one, as most readers of JSON do.
// Threads  Constant after parse().
// Errors   parse_error (not one JSON object or array, not UTF-8), resource_limit (nested deeper than
//          kMaxTreeDepth).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"

namespace breakeven::io {

inline constexpr std::size_t kMaxTreeDepth = 64;

class JsonTree {
 public:
  enum class Type : std::uint8_t { null, boolean, number, text, array, object };

 private:
  struct Node {
    Type type = Type::null;
    std::string_view key;
    std::string_view text;
    std::uint32_t first = 0;  ///< child; 0 = none, for the root is nobody's child
    std::uint32_t next = 0;   ///< sibling; 0 = none
  };

 public:
  class Value {
   public:
    [[nodiscard]] Type type() const { return node().type; }
    [[nodiscard]] bool is(Type type) const { return node().type == type; }
    /// The key under which the value stands in its object; empty in an array.
    [[nodiscard]] std::string_view key() const { return node().key; }
    /// A text's characters, a number's or boolean's spelling.
    [[nodiscard]] std::string_view text() const { return node().text; }
    /// Values of an array or an object, in their order.
    [[nodiscard]] std::vector<Value> children() const;
    /// The member of an object, or null's stand-in: a value for which exists() is false.
    [[nodiscard]] Value find(std::string_view key) const;
    [[nodiscard]] bool exists() const { return tree_ != nullptr; }
    /// Characters of the text member `key`; empty when there is none.
    [[nodiscard]] std::string_view text_of(std::string_view key) const;

   private:
    friend class JsonTree;
    Value() = default;
    Value(const JsonTree* tree, std::uint32_t at) : tree_(tree), at_(at) {}
    [[nodiscard]] const Node& node() const;
    const JsonTree* tree_ = nullptr;
    std::uint32_t at_ = 0;
  };

  [[nodiscard]] static Result<std::unique_ptr<const JsonTree>> parse(std::string_view bytes);
  ~JsonTree();
  JsonTree(const JsonTree&) = delete;
  JsonTree& operator=(const JsonTree&) = delete;

  [[nodiscard]] Value root() const { return {this, 0}; }

 private:
  struct Parser;

  JsonTree();

  std::unique_ptr<Parser> parser_;
  std::vector<Node> nodes_;
};

}  // namespace breakeven::io
