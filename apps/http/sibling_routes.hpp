// sibling_routes.hpp — the calculators beside the plan: /api/v1/check/claim and its like
// (docs/formats/http.md).
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "apps/http/router.hpp"
#include "engine/base/result.hpp"
#include "service/siblings.hpp"

namespace breakeven::http {

/// `figure` empty: the answer; else the derivation of that figure of it.
using SiblingUseCase = std::function<Result<std::string>(
    service::Sibling sibling, std::string_view body, std::string_view figure)>;

void add_sibling_routes(Router& router, const SiblingUseCase& answer);

}  // namespace breakeven::http
