// Rules that need somebody else's figure.
#include <algorithm>
#include <string>
#include <string_view>

#include "registry/audit_index.hpp"
#include "registry/crosscheck.hpp"

namespace breakeven::registry {
namespace {

using catalog::PriceKind;

// Vendors and registries round to three digits.
const Rational kRounding = *Rational::make(5, 1'000);

std::string words(const DatedPrice& row) {
  return row.price->decimal() + " (" + row.source + " " + row.date.iso() + ")";
}

bool floating(std::string_view model) { return model.ends_with("-latest"); }

void one(AuditState& state, const DatedPrice& row) {
  const std::string id = state.reference_id(row);
  const Instant day = Instant::from_date(state.day_of(row));
  for (const DatedPrice* listed : state.reference.of(id)) {
    if (!listed->price && listed->kind == PriceKind::unknown &&
        same_tier(listed->field, row.field) && listed->in_effect(day)) {
      state.add(
          "not-published", row,
          "expected nothing: the vendor's table has no such price; found " + row.price->decimal());
      return;
    }
  }
  const DatedPrice* expected = state.expected(row);
  const bool differs = expected != nullptr && !agree(*row.price, *expected->price, kRounding);
  for (const OtherTablePrice& other : state.input.other_tables) {
    const bool same = other.price.id() == id && same_tier(other.price.field, row.field) &&
                      agree(*row.price, *other.price.price, kNoTolerance);
    if (same && (differs || expected == nullptr)) {
      state.add("wrong-table", row,
                "expected the list price, found " + row.price->decimal() +
                    ", which stands in the " + other.table + " table");
    }
  }
  if (!differs) return;
  state.add("cross-registry", row,
            "expected " + words(*expected) + ", found " + row.price->decimal());
  if (floating(row.model) && expected->date >= row.date) {
    state.add("alias-repointed", row,
              "expected " + words(*expected) + " of the model it points to now, found " +
                  row.price->decimal());
  }
  const std::string_view plain = undated(row.model);
  if (plain != row.model) {
    const DatedPrice* alias =
        state.own.at(row.vendor + "/" + std::string(plain), row.field, state.day_of(row));
    if (alias != nullptr && agree(*alias->price, *row.price, kNoTolerance)) {
      state.add("alias-shares-price", row,
                "expected " + words(*expected) + " of this snapshot, found the price of " +
                    std::string(plain) + ", " + row.price->decimal());
    }
  }
}

}  // namespace

void audit_agreement(AuditState& state) {
  for (const DatedPrice& row : state.input.rows) {
    if (row.price) one(state, row);
  }
}

}  // namespace breakeven::registry
