// usage_fields.hpp — a parsed JSON value as the engine sees it: a flat tree of fields.
//
// Shape    Nodes in one vector, children linked; strings are views into the parsed text, which must
//          outlive the tree. Readers of JSON (io, codec) fill it; the engine knows no JSON library.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"

namespace breakeven::pricing {

struct Field {
  enum class Type : std::uint8_t { null, boolean, integer, real, text, array, object };
  Type type = Type::null;
  bool boolean = false;
  std::string_view key;   ///< name within an object
  std::string_view text;  ///< of a text
  std::int64_t integer = 0;
  double real = 0;
  std::uint32_t first = 0;  ///< first child, 0 = none
  std::uint32_t next = 0;   ///< next sibling, 0 = none
};

/// The tree; node 0 is the root.
class Fields {
 public:
  class Ref;

  void clear() { nodes_.clear(); }
  /// Appends a node as the root, or as the next child of `parent` after `previous` (0 = first).
  std::uint32_t add(Field field, std::uint32_t parent, std::uint32_t previous) {
    const auto at = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back(field);
    if (at != 0) (previous == 0 ? nodes_[parent].first : nodes_[previous].next) = at;
    return at;
  }
  [[nodiscard]] Ref root() const;

 private:
  std::vector<Field> nodes_;
};

/// A node, or nothing. Everything asked of nothing gives nothing.
class Fields::Ref {
 public:
  Ref() = default;
  Ref(const std::vector<Field>& nodes, std::uint32_t at) : nodes_(&nodes), at_(at) {}

  [[nodiscard]] bool there() const { return nodes_ != nullptr; }
  /// There and not null.
  [[nodiscard]] bool set() const { return there() && node().type != Field::Type::null; }
  [[nodiscard]] const Field& node() const { return (*nodes_)[at_]; }
  [[nodiscard]] bool is(Field::Type type) const { return there() && node().type == type; }
  [[nodiscard]] std::string_view text() const {
    return is(Field::Type::text) ? node().text : std::string_view();
  }
  /// The last field of that name, as most JSON readers keep it.
  [[nodiscard]] Ref operator[](std::string_view key) const {
    Ref found;
    if (!is(Field::Type::object)) return found;
    for (Ref child = first(); child.there(); child = child.next()) {
      if (child.node().key == key) found = child;
    }
    return found;
  }
  [[nodiscard]] Ref first() const {
    return there() && node().first != 0 ? Ref(*nodes_, node().first) : Ref();
  }
  [[nodiscard]] Ref next() const {
    return there() && node().next != 0 ? Ref(*nodes_, node().next) : Ref();
  }

 private:
  const std::vector<Field>* nodes_ = nullptr;
  std::uint32_t at_ = 0;
};

inline Fields::Ref Fields::root() const { return nodes_.empty() ? Ref() : Ref(nodes_, 0); }

/// A count: a whole number from 0 to kMaxCount. Accepts 3.0; refuses 12.5, 1e20, true, "3" and
/// negative numbers. `where` is the field's name for the message.
[[nodiscard]] Result<std::int64_t> count_of(Fields::Ref field, std::string_view where);

}  // namespace breakeven::pricing
