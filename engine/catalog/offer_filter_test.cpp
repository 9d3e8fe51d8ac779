#include "engine/catalog/offer_filter.hpp"

#include <gtest/gtest.h>

namespace breakeven::catalog {
namespace {

GpuOffer offer(std::string provider, ProviderClass kind, Term term) {
  GpuOffer result;
  result.provider = std::move(provider);
  result.provider_class = kind;
  result.term = term;
  return result;
}

TEST(OfferFilter, LeavesMarketplacesOutUnlessTheyAreNamed) {
  const GpuOffer cloud = offer("AWS", ProviderClass::hyperscaler, Term::on_demand);
  const GpuOffer market = offer("Vast", ProviderClass::marketplace, Term::on_demand);
  OfferFilter filter;
  EXPECT_TRUE(filter.allows(cloud));
  EXPECT_FALSE(filter.allows(market));
  filter.providers = {"vast"};
  EXPECT_FALSE(filter.allows(cloud));
  EXPECT_TRUE(filter.allows(market));
}

TEST(OfferFilter, KeepsToTheTerms) {
  const OfferFilter filter{{}, {Term::reserved_1y}};
  EXPECT_FALSE(filter.allows(offer("AWS", ProviderClass::hyperscaler, Term::on_demand)));
  EXPECT_TRUE(filter.allows(offer("AWS", ProviderClass::hyperscaler, Term::reserved_1y)));
}

TEST(OfferFilter, NeverAllowsWhatCannotBeRented) {
  GpuOffer old = offer("AWS", ProviderClass::hyperscaler, Term::on_demand);
  old.status = OfferStatus::superseded;
  EXPECT_FALSE(OfferFilter{}.allows(old));
  const OfferFilter named{{"Index"}, {}};
  EXPECT_FALSE(named.allows(offer("Index", ProviderClass::index, Term::on_demand)));
}

TEST(OfferFilter, NamesAnUnknownProviderAndWhatIsNear) {
  const std::vector<GpuOffer> offers{offer("CoreWeave", ProviderClass::neocloud, Term::on_demand)};
  const OfferFilter filter{{"CoreWave"}, {}};
  const Status status = filter.check(offers, "--provider");
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::not_found);
  EXPECT_EQ(status.error().where, "--provider");
  EXPECT_NE(status.error().message.find("CoreWeave"), std::string::npos);
}

}  // namespace
}  // namespace breakeven::catalog
