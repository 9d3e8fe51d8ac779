// catalog.hpp — one immutable snapshot of all facts, with look-up that forgives spelling.
//
// Shape    Built from named texts (no files here), so that the browser can embed them. Pointers and
//          references handed out live as long as the Catalog.
// Errors   Every bad row is reported as file:line:column with what was expected and found. Look-up of an
//          unknown name fails with not_found and near matches; it never guesses.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/price_book.hpp"

namespace breakeven::catalog {

/// One catalogue file as text: name relative to the catalogue folder ("open_models.csv").
struct NamedText {
  std::string name;
  std::string content;
};

class Catalog {
 public:
  /// Parses and validates every file; the first mistake is the error, with how many follow.
  [[nodiscard]] static Result<Catalog> load(const std::vector<NamedText>& files);

  /// Date of the newest fact: what --version prints.
  [[nodiscard]] Date newest() const;

  [[nodiscard]] const std::vector<OpenModel>& models() const { return models_; }
  [[nodiscard]] const std::vector<Accelerator>& accelerators() const { return accelerators_; }
  [[nodiscard]] const std::vector<GpuOffer>& offers() const { return offers_; }
  [[nodiscard]] const std::vector<Default>& defaults() const { return defaults_; }
  [[nodiscard]] const std::vector<QualityScore>& quality() const { return quality_; }
  [[nodiscard]] const std::vector<ComplianceFact>& compliance() const { return compliance_; }
  [[nodiscard]] const PriceBook& prices() const { return prices_; }

  /// By id or by its unambiguous last part, case-insensitive: "llama-3.3-70b-instruct".
  [[nodiscard]] Result<const OpenModel*> model(std::string_view name) const;
  [[nodiscard]] Result<const Accelerator*> accelerator(std::string_view name) const;
  [[nodiscard]] Result<const Default*> default_value(std::string_view id) const;

 private:
  std::vector<OpenModel> models_;
  std::vector<Accelerator> accelerators_;
  std::vector<GpuOffer> offers_;
  std::vector<Default> defaults_;
  std::vector<QualityScore> quality_;
  std::vector<ComplianceFact> compliance_;
  PriceBook prices_;
};

}  // namespace breakeven::catalog
