// siblings.hpp — the calculators beside the plan as use cases: a question in, an answer out.
//
// Shape    Every shell hands over Inputs of sibling_fields() and prints what comes back.
// Errors   Those of the calculators and of the catalogue.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/siblings/answer.hpp"

namespace breakeven::service {

enum class Sibling : std::uint8_t { claim };
inline constexpr std::array kSiblings{Sibling::claim};

/// "check/claim": the last part of its address.
[[nodiscard]] std::string_view path_of(Sibling sibling);
[[nodiscard]] std::span<const siblings::Field> sibling_fields(Sibling sibling);

[[nodiscard]] Result<siblings::Answer> sibling_answer(Sibling sibling,
                                                      const siblings::Inputs& inputs,
                                                      const catalog::Catalog& catalog);

/// JSON in, JSON out; with a figure's name, the derivation of that figure.
[[nodiscard]] Result<std::string> sibling_json(Sibling sibling, std::string_view request,
                                               std::string_view figure,
                                               const catalog::Catalog& catalog);

/// A question from a file or, for "-", from standard input.
[[nodiscard]] Result<siblings::Inputs> read_inputs(Sibling sibling, const std::string& path);

/// The answer for people.
[[nodiscard]] std::string sibling_text(const siblings::Answer& answer);

}  // namespace breakeven::service
