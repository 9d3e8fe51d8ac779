// catalog.hpp — one immutable snapshot of all facts, with look-up that forgives spelling.
//
// Shape    Built from named texts (no files here), so that the browser can embed them. Pointers and
//          references handed out live as long as the Catalog and survive moving it.
// Errors   Every bad row is reported as file:line:column with what was expected and found. Look-up
//          of an unknown name fails with not_found and near matches; it never guesses.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/named_text.hpp"
#include "engine/catalog/price_book.hpp"

namespace breakeven::catalog {

class Catalog {
 public:
  /// Parses and validates every file; the first mistake is the error, with how many follow.
  [[nodiscard]] static Result<Catalog> load(const std::vector<NamedText>& files);
  /// Every mistake of the files, in their order; empty when load() would succeed.
  [[nodiscard]] static std::vector<Error> mistakes(const std::vector<NamedText>& files);
  /// Names of the files that load() needs beside those of the price book.
  [[nodiscard]] static const std::vector<std::string>& file_names();

  /// Date of the newest fact: what --version prints.
  [[nodiscard]] Date newest() const;

  [[nodiscard]] const std::vector<OpenModel>& models() const { return models_; }
  [[nodiscard]] const std::vector<Accelerator>& accelerators() const { return accelerators_; }
  [[nodiscard]] const std::vector<GpuOffer>& offers() const { return offers_; }
  [[nodiscard]] const std::vector<Default>& defaults() const { return defaults_; }
  [[nodiscard]] const std::vector<QualityScore>& quality() const { return quality_; }
  [[nodiscard]] const std::vector<QualityName>& quality_names() const { return quality_names_; }
  [[nodiscard]] const std::vector<ComplianceFact>& compliance() const { return compliance_; }
  [[nodiscard]] const std::vector<Platform>& platforms() const { return platforms_; }
  [[nodiscard]] const std::vector<HostedModel>& hosted_models() const { return hosted_models_; }
  [[nodiscard]] const PriceBook& prices() const { return prices_; }
  /// These facts with another book, such as one of what was known at an earlier time.
  [[nodiscard]] Catalog with_prices(PriceBook prices) &&;

  /// By id or by its unambiguous last part, case-insensitive: "llama-3.3-70b-instruct".
  [[nodiscard]] Result<const OpenModel*> model(std::string_view name) const;
  [[nodiscard]] Result<const Accelerator*> accelerator(std::string_view name) const;
  [[nodiscard]] Result<const GpuOffer*> offer(std::string_view id) const;
  [[nodiscard]] Result<const Default*> default_value(std::string_view id) const;

  /// Rentable offers (GpuOffer::rentable) of an accelerator, cheapest per GPU-hour first, then by
  /// id. Without a term: of all terms.
  [[nodiscard]] std::vector<const GpuOffer*> offers_for(std::string_view accelerator,
                                                        std::optional<Term> term = {}) const;
  /// Current managed endpoints on dedicated accelerators (ProviderClass::api_vendor), cheapest
  /// first.
  [[nodiscard]] std::vector<const GpuOffer*> dedicated_endpoints_for(
      std::string_view accelerator) const;
  /// API price-book entries that serve an open model, in file order.
  [[nodiscard]] std::vector<const HostedModel*> hosts_of(std::string_view model_id) const;
  /// Scores of a model of ours (open model id or "vendor/model" of the price book).
  [[nodiscard]] std::vector<const QualityScore*> quality_of(std::string_view id) const;

 private:
  struct Reading;
  static Reading read(const std::vector<NamedText>& files);

  std::vector<OpenModel> models_;
  std::vector<Accelerator> accelerators_;
  std::vector<GpuOffer> offers_;
  std::vector<Default> defaults_;
  std::vector<QualityScore> quality_;
  std::vector<QualityName> quality_names_;
  std::vector<ComplianceFact> compliance_;
  std::vector<Platform> platforms_;
  std::vector<HostedModel> hosted_models_;
  PriceBook prices_;
};

}  // namespace breakeven::catalog
