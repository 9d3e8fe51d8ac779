// calibration_json.hpp — measured against predicted as JSON.
#pragma once

#include <string>

#include "engine/calibration/evaluate.hpp"

namespace breakeven::codec {

/// {"rows":[{"config_id","source","metric","measured","predicted","error",...}],
///  "summary":[{"by","key","metric","rows","covered","coverage","mean","median","p90","bias",...}],
///  "not_covered":[{"reason","runs"}]}
[[nodiscard]] std::string evaluation_to_json(const calibration::Evaluation& evaluation);

}  // namespace breakeven::codec
