// price_timeline.hpp — which price holds at one time, as it was known at another.
//
// Units    USD per million tokens, or per thousand calls (catalog::info(unit).per); seconds UTC.
// Shape    Facts are added in any order and never taken out; cancel() ends when one is believed. The
//          answer for (effective at t, known at k) is, among the facts with known <= k that are not
//          cancelled at k and with from <= t < to, the one with the latest `from`, then the latest
//          `known`, then the last added (the larger id). Texts handed out live as long as the
//          timeline is not added to.
//          Cost: a binary search, then one step back per fact that starts before t and does not
//          count (bench/ledger_bench.cpp).
// Sources  Snodgrass, Developing Time-Oriented Database Applications in SQL (1999), chapter 10.
// Threads  Reading is safe from several threads while nobody adds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/money.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/catalog/price_observation.hpp"

namespace breakeven::catalog {

/// Whose price it is, in whose view.
struct PriceOwner {
  std::string_view book;
  std::string_view vendor;
  std::string_view model;
  friend bool operator==(const PriceOwner&, const PriceOwner&) = default;
};

/// One statement about one field of one model.
struct PriceFact {
  std::int64_t id = 0;  ///< of the row that states it
  PriceField field;
  std::int64_t from_s = std::numeric_limits<std::int64_t>::min();
  std::int64_t to_s = std::numeric_limits<std::int64_t>::max();  ///< exclusive
  std::int64_t known_s = 0;
  std::optional<Price> price;  ///< none: not listed any more; with kind unknown: no figure
  PriceKind kind = PriceKind::published;
  std::string_view rule;
  std::string_view source;
  std::string_view source_date;

  [[nodiscard]] bool listed() const { return price.has_value() || kind == PriceKind::unknown; }
};

class PriceTimeline {
 public:
  void add(const PriceOwner& owner, const PriceFact& fact);
  /// From `known_s` on, the fact `id` of that field is no longer believed. False when there is none.
  bool cancel(const PriceOwner& owner, const PriceField& field, std::int64_t id,
              std::int64_t known_s);

  /// Nothing when the field is not listed then.
  [[nodiscard]] std::optional<PriceFact> find(const PriceOwner& owner, const PriceField& field,
                                              std::int64_t effective_s, std::int64_t known_s) const;
  /// Every field that is listed then, in the order of PriceField.
  [[nodiscard]] std::vector<PriceFact> find_all(const PriceOwner& owner, std::int64_t effective_s,
                                                std::int64_t known_s) const;
  /// Every field for all of time, as rows of a price book that do not overlap; `place` is
  /// `place_prefix` and the id of the row.
  [[nodiscard]] std::vector<PriceRow> rows(const PriceOwner& owner, std::int64_t known_s,
                                           std::string_view place_prefix) const;
  /// Every model of a book, ordered by vendor and model.
  [[nodiscard]] std::vector<PriceOwner> models(std::string_view book) const;
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  static constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();

  struct Entry {
    std::int64_t from_s;
    std::int64_t known_s;
    std::int64_t id;
    std::int64_t to_s;
    std::int64_t gone_s;  ///< cancelled from this known time on
    std::int64_t nano_usd;
    std::int32_t atto_usd;
    PriceKind kind;
    bool has_price;
    std::uint32_t rule;    ///< into texts_
    std::uint32_t source;  ///< into texts_
    std::uint32_t source_date;
  };
  struct FieldEntries {
    PriceField field;
    std::vector<Entry> entries;  ///< by from_s, known_s, id
  };
  struct Owner {
    std::string book;
    std::string vendor;
    std::string model;
    [[nodiscard]] PriceOwner view() const { return {book, vendor, model}; }
  };
  // NOLINTBEGIN(readability-identifier-naming): the standard library looks for is_transparent.
  struct Hash {
    using is_transparent = void;
    [[nodiscard]] std::size_t operator()(const PriceOwner& owner) const;
    [[nodiscard]] std::size_t operator()(const Owner& owner) const { return (*this)(owner.view()); }
  };
  struct Equal {
    using is_transparent = void;
    static PriceOwner view(const PriceOwner& owner) { return owner; }
    static PriceOwner view(const Owner& owner) { return owner.view(); }
    template <class A, class B>
    [[nodiscard]] bool operator()(const A& a, const B& b) const {
      return view(a) == view(b);
    }
  };
  struct TextHash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  // NOLINTEND(readability-identifier-naming)

  static bool before_field(const FieldEntries& entries, const PriceField& field);
  std::uint32_t intern(std::string_view text);
  [[nodiscard]] PriceFact fact(const PriceField& field, const Entry& entry) const;
  [[nodiscard]] const std::vector<FieldEntries>* fields_of(const PriceOwner& owner) const;
  static const Entry* winner(const FieldEntries& field, std::int64_t effective_s,
                             std::int64_t known_s);

  std::unordered_map<Owner, std::vector<FieldEntries>, Hash, Equal> owners_;
  std::vector<std::string> texts_;
  std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> text_number_;
  std::size_t size_ = 0;
};

}  // namespace breakeven::catalog
