#include "registry/crosscheck.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "engine/base/text.hpp"
#include "registry/matching.hpp"

namespace breakeven::registry {
namespace {

using catalog::PricedModel;
using catalog::PriceField;
using catalog::PriceKind;
using catalog::PriceObservation;

constexpr std::array<std::string_view, 9> kRegistries{"litellm",    "models.dev", "genai-prices",
                                                      "portkey",    "langfuse",   "llmrates",
                                                      "openrouter", "tokencost",  "llm-prices"};

bool contains_any(std::string_view text, std::span<const std::string_view> words) {
  return std::ranges::any_of(
      words, [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

Claim claim_of(const DatedPrice& ours) {
  return {ours.source, ours.source, evidence_kind(ours.source, ours.kind), ours.date, *ours.price};
}

/// Their row for the field: exact, else one that differs in the operator of the tier only.
bool same_field(const PriceField& a, const PriceField& b) {
  PriceField loose = b;
  loose.inclusive = a.inclusive;
  return a == loose;
}

}  // namespace

std::string_view to_string(EvidenceKind kind) {
  switch (kind) {
    case EvidenceKind::vendor_feed:
      return "vendor price list";
    case EvidenceKind::vendor_page:
      return "vendor page";
    case EvidenceKind::reading:
      return "reading of the vendor page";
    case EvidenceKind::registry:
      return "registry";
    case EvidenceKind::convention:
      break;
  }
  return "convention";
}

EvidenceKind evidence_kind(std::string_view source, PriceKind kind) {
  if (kind == PriceKind::inferred || kind == PriceKind::unknown) return EvidenceKind::convention;
  const std::string text = to_lower(source);
  static constexpr std::array<std::string_view, 2> kFeeds{"aws price list", "price feed"};
  static constexpr std::array<std::string_view, 5> kReadings{
      "reading", "transcribed", "re-checking", "release notes", "audit"};
  static constexpr std::array<std::string_view, 12> kPages{
      "platform.claude.com", "developers.openai.com", "openai.com",
      "ai.google.dev",       "api-docs.deepseek",     "docs.x.ai",
      "docs.perplexity",     "aws.amazon.com",        "mistral.ai",
      "cohere.com",          "vendor page",           "vendor-announced"};
  if (contains_any(text, kReadings)) return EvidenceKind::reading;
  // "LiteLLM 2026-08-22 (vendor page ...)" says where one could look, not that somebody did.
  if (contains_any(text, kRegistries)) return EvidenceKind::registry;
  if (contains_any(text, kFeeds)) return EvidenceKind::vendor_feed;
  if (contains_any(text, kPages)) return EvidenceKind::vendor_page;
  return EvidenceKind::registry;
}

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::agree:
      return "agrees";
    case Verdict::differs:
      return "differs";
    case Verdict::missing_there:
      return "missing there";
    case Verdict::missing_here:
      break;
  }
  return "missing here";
}

Ruling rank(std::span<const Claim> claims, Rational tolerance) {
  Ruling ruling;
  const auto better = [&](const Claim& a, const Claim& b) {
    return a.kind != b.kind ? a.kind < b.kind : a.date > b.date;
  };
  for (std::size_t i = 1; i < claims.size(); ++i) {
    if (better(claims[i], claims[ruling.believed])) ruling.believed = i;
  }
  const Claim& best = claims[ruling.believed];
  std::set<std::string> same;
  std::set<std::string> other;
  for (const Claim& claim : claims) {
    const bool agrees = agree(claim.price, best.price, tolerance);
    (agrees ? same : other).insert(claim.origin.empty() ? claim.source : claim.origin);
    if (!agrees && claim.kind == best.kind && claim.date == best.date) ruling.contested = true;
  }
  ruling.independent = same.size();
  ruling.against = other.size();
  ruling.reason = std::string(to_string(best.kind)) + " of " + best.date.iso();
  if (ruling.contested) {
    ruling.reason += "; evidence of the same kind and date says otherwise";
  } else if (!other.empty()) {
    ruling.reason += " before " + std::to_string(other.size()) +
                     (other.size() == 1 ? " other origin" : " other origins") +
                     " with weaker or older evidence";
  }
  return ruling;
}

std::size_t CrossCheck::count(Verdict verdict) const {
  return static_cast<std::size_t>(std::ranges::count(cells, verdict, &Comparison::verdict));
}

FieldCounts CrossCheck::by_field() const {
  // What weighs most among the names of one model.
  static constexpr std::array<Verdict, 4> kHeaviest{Verdict::differs, Verdict::agree,
                                                    Verdict::missing_here, Verdict::missing_there};
  const auto weight = [](Verdict verdict) { return std::ranges::find(kHeaviest, verdict); };
  std::set<std::pair<std::string_view, std::string_view>> models;
  std::set<std::string_view> names;
  std::map<std::tuple<std::string_view, std::string_view, PriceField>, Verdict> fields;
  for (const Comparison& cell : cells) {
    models.insert({cell.vendor, cell.model});
    if (!cell.native.empty()) names.insert(cell.native);
    const auto [known, fresh] = fields.emplace(
        std::tuple(std::string_view(cell.vendor), std::string_view(cell.model), cell.field),
        cell.verdict);
    if (!fresh && weight(cell.verdict) < weight(known->second)) known->second = cell.verdict;
  }
  FieldCounts counts;
  counts.models = models.size();
  counts.names = names.size();
  for (const auto& [field, verdict] : fields) {
    ++(verdict == Verdict::agree           ? counts.agree
       : verdict == Verdict::differs       ? counts.differs
       : verdict == Verdict::missing_there ? counts.missing_there
                                           : counts.missing_here);
  }
  return counts;
}

CrossCheck crosscheck(const catalog::PriceBook& book, std::string_view registry, Date date,
                      std::span<const PriceObservation> theirs, Instant at, Rational tolerance,
                      EvidenceKind their_kind) {
  CrossCheck out;
  out.registry = registry;
  out.date = date;

  std::set<std::string, std::less<>> vendors;
  for (const PricedModel& model : book.models()) vendors.insert(model.vendor);
  std::unordered_map<const PricedModel*, std::vector<const PriceObservation*>> by_model;
  std::set<std::string> unknown;
  std::map<std::pair<std::string, std::string>, const PricedModel*> found;
  for (const PriceObservation& row : theirs) {
    const std::string vendor = book.vendor_id(row.vendor);
    if (!vendors.contains(vendor)) {
      ++out.other_sellers;
      continue;
    }
    const auto [known, fresh] = found.try_emplace({vendor, row.model}, nullptr);
    if (fresh) known->second = listed_as(book, vendor, row.model);
    if (known->second == nullptr) {
      unknown.insert(vendor + "/" + row.model);
    } else {
      by_model[known->second].push_back(&row);
    }
  }
  out.unknown_models.assign(unknown.begin(), unknown.end());

  const std::vector<DatedPrice> rows = rows_of(book);
  std::map<std::string, std::vector<const DatedPrice*>, std::less<>> ours;
  for (const DatedPrice& row : rows) {
    if (row.in_effect(at)) ours[row.id()].push_back(&row);
  }
  for (const PricedModel& model : book.models()) {
    const auto listed = by_model.find(&model);
    if (listed == by_model.end()) continue;
    const std::vector<const PriceObservation*>& seen = listed->second;
    std::set<const PriceObservation*> used;
    for (const DatedPrice* row : ours[model.id()]) {
      bool there = false;
      for (const PriceObservation* other : seen) {
        if (!same_field(row->field, other->field)) continue;
        used.insert(other);
        if (!other->price) continue;
        there = true;
        Comparison cell{model.vendor, model.name, row->field,  Verdict::agree, row->price,
                        other->price, 0,          row->source, row->date,      other->native,
                        true,         {},         row->kind,   row->rule};
        if (!row->price) {
          // They give a figure for what we say nobody publishes.
          cell.verdict = Verdict::missing_here;
          cell.ours_believed = their_kind == EvidenceKind::registry;
          cell.reason = cell.ours_believed
                            ? "no vendor page gives this price; a registry's figure is a guess"
                            : "the vendor's page gives this price now";
        } else if (agree(*row->price, *other->price, tolerance)) {
          cell.percent = percent_above(*other->price, *row->price);
        } else {
          cell.verdict = Verdict::differs;
          cell.percent = percent_above(*other->price, *row->price);
          const std::array<Claim, 2> claims{
              claim_of(*row),
              Claim{std::string(registry), std::string(registry), their_kind, date, *other->price}};
          const Ruling ruling = rank(claims, tolerance);
          cell.ours_believed = ruling.believed == 0;
          cell.reason = ruling.reason;
        }
        out.cells.push_back(std::move(cell));
      }
      if (!there && row->price && row->kind != PriceKind::inferred) {
        out.cells.push_back({model.vendor,
                             model.name,
                             row->field,
                             Verdict::missing_there,
                             row->price,
                             std::nullopt,
                             0,
                             row->source,
                             row->date,
                             {},
                             true,
                             {},
                             row->kind,
                             row->rule});
      }
    }
    for (const PriceObservation* other : seen) {
      if (used.contains(other) || !other->price) continue;
      out.cells.push_back({model.vendor,
                           model.name,
                           other->field,
                           Verdict::missing_here,
                           std::nullopt,
                           other->price,
                           0,
                           {},
                           {},
                           other->native,
                           true,
                           {},
                           {},
                           {}});
    }
  }
  return out;
}

}  // namespace breakeven::registry
