// quick.hpp — the slider calculator as a use case: facts loaded once, then pure questions.
//
// Shape    One QuickCalculator per loaded catalogue; the command line and the HTTP server share it,
//          so a figure has one origin.
// Threads  Immutable after load(): answers may be asked for from several threads.
// Errors   Those of the catalogue and of codec/quick_json.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codec/quick_json.hpp"
#include "engine/advisor/quick.hpp"
#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"

namespace breakeven::service {

struct QuickReply {
  advisor::QuickAnswer answer;
  explain::FigureGraph figures;
  const advisor::WorkedCase* worked = nullptr;  ///< the case the question started from
};

class QuickCalculator {
 public:
  /// Priors from the catalogue, cases from its worked_cases.csv.
  [[nodiscard]] static Result<QuickCalculator> make(const catalog::Catalog& catalog,
                                                    const catalog::NamedText& cases);
  /// From the catalogue's folder; empty = find it.
  [[nodiscard]] static Result<QuickCalculator> load(const std::string& catalog_dir);

  [[nodiscard]] const std::vector<advisor::WorkedCase>& cases() const { return cases_; }
  [[nodiscard]] Result<QuickReply> answer(const codec::QuickRequest& request, Pool& pool) const;
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

/// The answer for people, as the command line prints it.
[[nodiscard]] std::string quick_text(const QuickReply& reply);

}  // namespace breakeven::service
