#include "engine/catalog/price_observation.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace breakeven::catalog {
namespace {

TEST(PriceField, IsWrittenAsTheHeaderSays) {
  EXPECT_EQ(to_string(PriceField{}), "input_mtok");
  EXPECT_EQ(to_string(PriceField{.unit = BillingUnit::cache_read, .mode = Mode::batch}),
            "cache_read_mtok/batch");
  EXPECT_EQ(to_string(PriceField{.unit = BillingUnit::output, .above_input_tokens = 200'000}),
            "output_mtok>200000");
  EXPECT_EQ(to_string(PriceField{.when = PriceRow::When::offpeak}), "input_mtok@offpeak");
}

RC_GTEST_PROP(PriceField, ReadsBackWhatItWrote, ()) {
  PriceField field;
  field.unit = static_cast<BillingUnit>(*rc::gen::inRange<int>(0, kBillingUnits));
  field.mode = static_cast<Mode>(*rc::gen::inRange(0, 5));
  field.above_input_tokens = *rc::gen::inRange<std::int64_t>(0, 2'000'000);
  field.inclusive = field.above_input_tokens > 0 && *rc::gen::arbitrary<bool>();
  field.when = static_cast<PriceRow::When>(*rc::gen::inRange(0, 3));
  const Result<PriceField> read = parse_price_field(to_string(field));
  RC_ASSERT(read.ok());
  RC_ASSERT(read.value() == field);
}

TEST(PriceField, RefusesWhatIsNotOne) {
  for (const char* text :
       {"", "input", "input_mtok/", "input_mtok/slow", "input_mtok>", "input_mtok>-1",
        "input_mtok>12x", "input_mtok@noon", "input_mtok>99999999999999999999"}) {
    EXPECT_FALSE(parse_price_field(text).ok()) << text;
  }
}

}  // namespace
}  // namespace breakeven::catalog
