// finetune.hpp — what fine-tuning a model costs, and after how many queries and months it has paid
// itself back.
//
// Units    Tokens, USD, months of 730 h. Memory in GB of 10^9 bytes; a stated GB of a GPU is read
//          as a GiB.
// Shape    Two routes, each computed when its inputs are there. Through an API: (tokens x epochs +
//          validation) x price x runs. On own GPUs: the same tokens over a throughput that was
//          measured, or over one assumed from the arithmetic (6 FLOP per parameter and token, 4
//          where the base weights are frozen) and a model FLOP utilisation of 0.2 to 0.5. Training
//          memory: full 16 bytes per parameter (weights, gradients, Adam in mixed precision); LoRA
//          2 for the frozen weights, QLoRA 0.516, and 16 for the trainable share; activations with
//          recomputation 2 s b h L + 34 s b h.
//          Payback = one-offs / (saving - hosting - retraining a month). The saving may drift away
//          between two trainings.
//          Worked: 50 000 documents x 5 000 tokens at 8 USD per million = 2 000 USD; 15.36 M
//          tokens = 122.88 USD (tests: DocumentsAtAPrice, TokensAtAPrice).
// Sources  Rajbhandari et al. 2020 (ZeRO: 16 bytes); Dettmers et al. 2023 (QLoRA: 4.127 bits);
//          Korthikanti et al. 2022 (activations); Kaplan et al. 2020 (6 N FLOP per token);
//          Chowdhery et al. 2022 (model FLOP utilisation).
// Errors   not_found for what the catalogue does not have; invalid_argument when no training tokens
//          are given.
#pragma once

#include <span>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/siblings/answer.hpp"
#include "engine/siblings/inputs.hpp"
#include "engine/siblings/training_prices.hpp"

namespace breakeven::siblings {

[[nodiscard]] std::span<const Field> finetune_fields();

/// Verdicts: pays_back, never_pays_back, does_not_fit, cost_only (nothing to compare with).
[[nodiscard]] Result<Answer> finetune(const Inputs& given, const catalog::Catalog& catalog,
                                      const std::vector<TrainingPrice>& prices);

}  // namespace breakeven::siblings
