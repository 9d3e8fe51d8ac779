// siblings.hpp — the calculators beside the plan as use cases: a question in, an answer out.
//
// Shape    Every shell hands over Inputs of sibling_fields() and prints what comes back.
// Errors   Those of the calculators and of the catalogue.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/siblings/answer.hpp"
#include "engine/siblings/training_prices.hpp"

namespace breakeven::service {

enum class Sibling : std::uint8_t { claim, finetune, scale };
inline constexpr std::array kSiblings{Sibling::claim, Sibling::finetune, Sibling::scale};

/// What the calculators look up.
struct SiblingFacts {
  std::shared_ptr<const catalog::Catalog> catalog;
  std::vector<siblings::TrainingPrice> training_prices;
};
/// From the catalogue's folder (empty: finds it); `catalog`, when it is there, is not read again.
[[nodiscard]] Result<SiblingFacts> load_sibling_facts(
    const std::string& catalog_dir, std::shared_ptr<const catalog::Catalog> catalog = nullptr);

/// "check/claim": the last part of its address.
[[nodiscard]] std::string_view path_of(Sibling sibling);
[[nodiscard]] std::span<const siblings::Field> sibling_fields(Sibling sibling);

[[nodiscard]] Result<siblings::Answer> sibling_answer(Sibling sibling,
                                                      const siblings::Inputs& inputs,
                                                      const SiblingFacts& facts);

/// JSON in, JSON out; with a figure's name, the derivation of that figure.
[[nodiscard]] Result<std::string> sibling_json(Sibling sibling, std::string_view request,
                                               std::string_view figure, const SiblingFacts& facts);

/// A question from a file or, for "-", from standard input.
[[nodiscard]] Result<siblings::Inputs> read_inputs(Sibling sibling, const std::string& path);

/// The answer for people.
[[nodiscard]] std::string sibling_text(const siblings::Answer& answer);

}  // namespace breakeven::service
