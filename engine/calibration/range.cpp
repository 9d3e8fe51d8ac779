#include "engine/calibration/range.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/calibration/measured.hpp"
#include "engine/serving/coefficients.hpp"
#include "engine/serving/prediction_error.hpp"

namespace breakeven::calibration {

std::vector<serving::CalibratedRange> ranges_of(const std::vector<const MeasuredRun*>& runs) {
  std::map<std::pair<std::string, std::string>, serving::CalibratedRange> found;
  const auto raise = [](std::int64_t& to, double value) {
    to = std::max(to, static_cast<std::int64_t>(std::llround(value)));
  };
  for (const MeasuredRun* fitted : runs) {
    const MeasuredRun& run = *fitted;
    const std::string architecture = serving::architecture_of(*run.config.accelerator);
    serving::CalibratedRange& range = found[{architecture, run.config.engine}];
    range.architecture = architecture;
    range.engine = run.config.engine;
    raise(range.input_tokens, run.input_tokens);
    raise(range.output_tokens, run.output_tokens);
    if (run.load == Load::closed_loop) raise(range.users, run.level / run.config.data_parallel);
    raise(range.gpus, run.config.gpus());
    ++range.runs;
  }
  std::vector<serving::CalibratedRange> out;
  out.reserve(found.size());
  for (auto& [key, range] : found) out.push_back(std::move(range));
  return out;
}

std::string ranges_csv(const std::vector<serving::CalibratedRange>& ranges,
                       const std::string& date) {
  std::string out =
      "# What the measured runs behind the step-time fit cover: longest mean prompt and answer,\n"
      "# most users and most GPUs of one replica; written by `breakeven calibrate range`.\n"
      "architecture,engine,input_tokens,output_tokens,users,gpus,runs,source,source_date\n";
  for (const serving::CalibratedRange& r : ranges)
    out += r.architecture + "," + r.engine + "," + std::to_string(r.input_tokens) + "," +
           std::to_string(r.output_tokens) + "," + std::to_string(r.users) + "," +
           std::to_string(r.gpus) + "," + std::to_string(r.runs) + ",measured serving runs," +
           date + "\n";
  return out;
}

}  // namespace breakeven::calibration
