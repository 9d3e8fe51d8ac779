// breakdown.hpp — usage and cost by one label: day, API key or team.
//
// Shape    At most kMostLabels labels; what comes later is summed under "(others)".
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/usage/totals.hpp"

namespace breakeven::usage {

class Breakdown final : public RecordSink {
 public:
  enum class By : std::uint8_t { day, key, team };
  static constexpr std::size_t kMostLabels = 1'000;

  /// Usage of one label. `sum` has no names.
  struct Part {
    std::string label;
    TotalRow sum;
  };

  Breakdown(By by, const catalog::PriceBook* book) : by_(by), book_(book) {}

  /// Lines of bills are left out where usage is there too: `charges` chooses.
  void only(bool charges) { charges_ = charges; }
  void begin(Grain grain) override { other_source_ = (grain == Grain::charge) != charges_; }
  void take(const UsageRecord& record) override;
  /// Ordered by label. Nothing may be taken afterwards.
  [[nodiscard]] std::vector<Part> finish();

 private:
  By by_;
  const catalog::PriceBook* book_;
  bool charges_ = false;
  bool other_source_ = false;
  std::map<std::string, std::unique_ptr<Totals>> parts_;
};

}  // namespace breakeven::usage
