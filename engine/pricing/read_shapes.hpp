// read_shapes.hpp — one reader per usage shape; the table of who includes what is in each.
//
// Shape    Internal to the pricing room; read_usage() chooses.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/pricing/usage.hpp"
#include "engine/pricing/usage_reader.hpp"

namespace breakeven::pricing {

struct ShapeInput {
  Fields::Ref usage;  ///< the usage object
  Fields::Ref body;   ///< what holds it
  Fields::Ref first;  ///< of a stream whose later events repeat only what changed; else nothing
  const UsageContext& context;
};

[[nodiscard]] Result<Usage> read_normalised(const ShapeInput& in);
[[nodiscard]] Result<Usage> read_openai_chat(const ShapeInput& in);
[[nodiscard]] Result<Usage> read_openai_responses(const ShapeInput& in);
[[nodiscard]] Result<Usage> read_anthropic(const ShapeInput& in);
[[nodiscard]] Result<Usage> read_google(const ShapeInput& in);
[[nodiscard]] Result<Usage> read_bedrock(const ShapeInput& in);
[[nodiscard]] Result<Usage> read_cohere(const ShapeInput& in);

/// A count that may be absent or null (both mean: not reported).
[[nodiscard]] Result<std::optional<std::int64_t>> optional_count(Fields::Ref object,
                                                                 std::string_view key);

/// Sets a part that was reported and is not 0: a part reported as 0 is no part of the bill.
void set_reported(Counts& counts, catalog::BillingUnit unit, std::optional<std::int64_t> count);

/// Sets what service_tier, speed, inference_geo and data_residency of `from` say.
[[nodiscard]] Status read_terms(Fields::Ref from, std::string_view vendor, Usage& usage);

}  // namespace breakeven::pricing
