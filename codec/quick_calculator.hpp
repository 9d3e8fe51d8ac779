// quick_calculator.hpp — the slider calculator: facts once, then pure questions, JSON in and JSON out.
//
// Shape    The command line, the HTTP server and the WebAssembly module ask the same object, so a
//          figure has one origin.
// Threads  Immutable after make(): answers may be asked for from several threads.
// Errors   Those of quick_json.hpp.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codec/quick_json.hpp"
#include "engine/advisor/quick.hpp"
#include "engine/advisor/worked_cases.hpp"
#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/named_text.hpp"
#include "engine/explain/figure.hpp"

namespace breakeven::codec {

struct QuickReply {
  advisor::QuickAnswer answer;
  explain::FigureGraph figures;
  const advisor::WorkedCase* worked = nullptr;  ///< the case the question started from
};

class QuickCalculator {
 public:
  /// Priors from the catalogue's defaults, cases from its worked_cases.csv.
  [[nodiscard]] static Result<QuickCalculator> make(std::span<const catalog::Default> defaults,
                                                    const catalog::NamedText& cases);

  [[nodiscard]] const std::vector<advisor::WorkedCase>& cases() const { return cases_; }
  [[nodiscard]] Result<QuickReply> answer(const QuickRequest& request, Pool& pool) const;
  /// JSON in, JSON out.
  [[nodiscard]] Result<std::string> answer_json(std::string_view request, Pool& pool,
                                                int indent = -1) const;
  /// The derivation of one figure of the answer to a JSON question, as JSON.
  [[nodiscard]] Result<std::string> explain_json(std::string_view request, std::string_view figure,
                                                 Pool& pool) const;
  /// Fields and cases for a page.
  [[nodiscard]] std::string setup_json(int indent = -1) const;

 private:
  advisor::QuickPriors priors_;
  std::vector<advisor::WorkedCase> cases_;
};

}  // namespace breakeven::codec
