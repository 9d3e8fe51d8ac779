#include "engine/usage/row.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/pricing/usage_fields.hpp"
#include "engine/usage/formats.hpp"

namespace breakeven::usage {

using pricing::Field;
using pricing::Fields;

std::string_view scalar_text(Fields::Ref value) {
  if (!value.there()) return {};
  const Field& field = value.node();
  switch (field.type) {
    case Field::Type::text:
    case Field::Type::integer:
    case Field::Type::real:
      return field.text;
    case Field::Type::boolean:
      return field.boolean ? "true" : "false";
    case Field::Type::null:
    case Field::Type::array:
    case Field::Type::object:
      break;
  }
  return {};
}

Cell cell_of(Fields::Ref value) { return {scalar_text(value), value}; }

Binder::Binder(std::span<const Column> columns) {
  for (const Column& column : columns) {
    int rank = 0;
    std::string_view rest = column.names;
    first_name_[static_cast<std::size_t>(column.role)] = rest.substr(0, rest.find('|'));
    while (true) {
      const std::size_t bar = rest.find('|');
      names_.push_back({std::string(rest.substr(0, bar)), static_cast<int>(column.role), rank++});
      if (bar == std::string_view::npos) break;
      rest.remove_prefix(bar + 1);
    }
  }
}

std::string_view Binder::name_of(Role role) const {
  return first_name_[static_cast<std::size_t>(role)];
}

const Binder::Name* Binder::find(std::string_view key) const {
  const auto found = std::find_if(names_.begin(), names_.end(),
                                  [&](const Name& name) { return same_name(name.text, key); });
  return found == names_.end() ? nullptr : &*found;
}

Result<std::vector<int>> Binder::header(std::span<const std::string_view> names) const {
  std::vector<int> roles(names.size(), -1);
  std::array<int, kRoles> best{};
  best.fill(-1);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Name* name = find(names[i]);
    if (name == nullptr) continue;
    const auto role = static_cast<std::size_t>(name->role);
    if (best[role] >= 0) {
      const Name* other = find(names[static_cast<std::size_t>(best[role])]);
      if (other->rank == name->rank) {
        return Error{
            ErrorCode::parse_error, "expected one column " + name->text + ", found two", {}};
      }
      if (other->rank < name->rank) continue;
      roles[static_cast<std::size_t>(best[role])] = -1;
    }
    best[role] = static_cast<int>(i);
    roles[i] = name->role;
  }
  return roles;
}

void Binder::bind(Fields::Ref object, Row& row) {
  row.clear();
  std::array<std::int8_t, kRoles> rank{};
  rank.fill(100);
  std::size_t at = 0;
  for (Fields::Ref child = object.first(); child.there(); child = child.next(), ++at) {
    const std::string_view key = child.node().key;
    if (at >= seen_.size() || seen_[at].key != key) {
      const Name* name = find(key);
      Seen seen{std::string(key), name == nullptr ? -1 : name->role,
                name == nullptr ? 0 : name->rank};
      // Objects with ever new keys must not grow this without end.
      constexpr std::size_t kMost = 512;
      if (at >= seen_.size() && at < kMost) seen_.resize(at + 1);
      if (at < seen_.size()) {
        seen_[at] = std::move(seen);
      } else if (name != nullptr && name->rank <= rank[static_cast<std::size_t>(name->role)]) {
        row.set(static_cast<Role>(name->role), cell_of(child));
        continue;
      } else {
        continue;
      }
    }
    if (seen_[at].role < 0) continue;
    const auto role = static_cast<std::size_t>(seen_[at].role);
    // A null under the better name leaves the other one standing.
    if (seen_[at].rank > rank[role] || (!child.set() && row[static_cast<Role>(role)].set())) {
      continue;
    }
    row.set(static_cast<Role>(role), cell_of(child));
    if (child.set()) rank[role] = static_cast<std::int8_t>(seen_[at].rank);
  }
}

}  // namespace breakeven::usage
