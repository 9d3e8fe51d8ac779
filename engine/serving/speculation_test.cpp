#include "engine/serving/speculation.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "engine/serving/replica_config.hpp"
#include "engine/serving/step_time.hpp"
#include "engine/serving/test_support_facts.hpp"

namespace breakeven::serving {
namespace {

StepTerms terms() {
  StepTerms t;
  t.dense_stream_s = 0.01;
  t.token_compute_s = 5e-5;
  t.sequence_s = 1e-5;
  t.constant_s = 0.001;
  t.context_token_s = 3e-8;
  t.pair_s = 1e-9;
  return t;
}

TEST(Speculation, AcceptedLength) {
  EXPECT_DOUBLE_EQ(accepted_length(3, 0.7), 1 + 0.7 + 0.49 + 0.343);
  EXPECT_DOUBLE_EQ(accepted_length(5, 0), 1);
  EXPECT_DOUBLE_EQ(accepted_length(4, 1), 5);
}

TEST(Speculation, ATokenTakesItsShareOfARealIteration) {
  const auto target = std::make_shared<const RooflineStepTime>(terms());
  const SpeculativeStepTime speculative(target, 3, 0.7, 0.02);
  const double al = accepted_length(3, 0.7);
  const double real = target->base_s(8, 0) - 3 * 2 * 1e-5 + 3 * 0.02 * target->base_s(2, 0);
  EXPECT_NEAR(speculative.base_s(2, 0), real / al, 1e-15);
  EXPECT_NEAR(speculative.s_per_context_token(), 3e-8 / al, 1e-20);
  EXPECT_EQ(speculative.base_s(0, 512), target->base_s(0, 512));
  // Work is conserved: one mixed and AL - 1 plain shares make a real mixed iteration.
  const double mixed = target->base_s(8, 512) - 3 * 2 * 1e-5 + 3 * 0.02 * target->base_s(2, 0);
  EXPECT_NEAR(speculative.base_s(2, 512) + (al - 1) * speculative.base_s(2, 0), mixed, 1e-12);
}

TEST(Speculation, PaysInSmallBatchesOnly) {
  const auto target = std::make_shared<const RooflineStepTime>(terms());
  const SpeculativeStepTime speculative(target, 3, 0.7, 0.02);
  EXPECT_LT(speculative.base_s(1, 0), 0.5 * target->base_s(1, 0));
  EXPECT_GT(speculative.base_s(512, 0), target->base_s(512, 0));
}

}  // namespace
}  // namespace breakeven::serving
