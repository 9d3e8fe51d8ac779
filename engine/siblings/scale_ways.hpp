// scale_ways.hpp — what each way to serve costs at a multiple of today's volume.
//
// Shape    Internal to the room.
#pragma once

#include <string>
#include <vector>

#include "engine/siblings/sheet.hpp"

namespace breakeven::siblings {

/// One way to serve; `low` and `high` are figures, equal where nothing is uncertain.
struct WayCost {
  std::string id;  ///< "api", "api_levers", "hosted", "self_host"
  std::string low;
  std::string high;
};

class Ways {
 public:
  explicit Ways(Sheet& sheet);

  /// Costs at the volume `factor` (a figure) and the API price `price` (a figure; empty: today's),
  /// called "at.<label>.<way>". In a fixed order; those without inputs are left out.
  [[nodiscard]] std::vector<WayCost> at(const std::string& label, const std::string& factor,
                                        const std::string& price);
  /// The cheapest by its high end; a tie goes to the first.
  [[nodiscard]] const WayCost& cheapest(const std::vector<WayCost>& costs) const;
  /// Figure; empty where requests are not given.
  [[nodiscard]] const std::string& requests() const { return requests_; }

 private:
  [[nodiscard]] std::string levers(const std::string& label, const std::string& bill, bool low);

  Sheet& s_;
  std::string requests_;
  bool levers_ = false;
  bool two_ends_ = false;
};

[[nodiscard]] std::string title_of_way(const std::string& id);

}  // namespace breakeven::siblings
