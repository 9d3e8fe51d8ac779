// dossier_json.hpp — what lies in a dossier, and prices as they were known (docs/formats/dossier.md).
//
// Errors   parse_error with a JSON pointer for what is not ours; unsupported for a format that is newer
//          than this program.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/named_text.hpp"
#include "engine/catalog/price_book.hpp"

namespace breakeven::codec {

inline constexpr std::int64_t kDossierFormat = 1;

struct DossierFile {
  std::string name;
  std::int64_t bytes = 0;
  std::string sha256;
};

struct DossierManifest {
  std::string program;  ///< version that made it
  std::string verdict;  ///< title, for who only looks in
  std::string seed;     ///< of the uncertainty analysis; decimal digits
  std::int64_t paths = 0;
  std::string as_of;
  std::string trace_name;
  std::int64_t trace_requests = 0;
  std::int64_t trace_span_ns = 0;
  std::vector<DossierFile> files;
};
[[nodiscard]] std::string dossier_manifest_to_json(const DossierManifest& manifest);
[[nodiscard]] Result<DossierManifest> dossier_manifest_from_json(std::string_view text);

/// Prices that a ledger knew at an instant, with the texts of the rules of that time.
struct KnownPrices {
  Instant known_at;
  std::vector<catalog::NamedText> rule_files;
  std::vector<catalog::PricedModel> models;
};
[[nodiscard]] std::string known_prices_to_json(const catalog::PriceBook& book, Instant known_at);
[[nodiscard]] Result<KnownPrices> known_prices_from_json(std::string_view text);

}  // namespace breakeven::codec
