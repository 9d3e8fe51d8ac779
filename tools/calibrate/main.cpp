// breakeven_calibrate — refits the serving coefficients on measured runs
// (docs/methodology/step-time.md).

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/catalog/catalog.hpp"
#include "tools/calibrate/measured.hpp"
#include "tools/calibrate/replay.hpp"
#include "tools/calibrate/report.hpp"
#include "tools/calibrate/steady_state.hpp"

namespace breakeven::calibrate {
namespace {

constexpr std::string_view kUsage =
    "usage: breakeven_calibrate --measured FILE --catalog DIR --prior FILE --date YYYY-MM-DD\n"
    "                           [--out FILE] [--report FILE] [--log CONFIG_ID=FILE]...\n"
    "Fits the step-time coefficients to measured serving runs. Without --out and --report it only "
    "prints.\n"
    "--log replays the request log of a measured run in the simulator.\n"
    "--report replaces the text between <!-- calibration:begin --> and <!-- calibration:end -->.\n";
constexpr std::string_view kBegin = "<!-- calibration:begin -->\n";
constexpr std::string_view kEnd = "<!-- calibration:end -->";

Result<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{ErrorCode::io_error, "expected a readable file", path.string()};
  return std::string(std::istreambuf_iterator<char>(in), {});
}

Status write_file(const std::filesystem::path& path, const std::string& text) {
  const std::filesystem::path part = path.string() + ".part";
  std::ofstream out(part, std::ios::binary);
  out << text;
  out.close();
  if (!out) return Error{ErrorCode::io_error, "cannot write", part.string()};
  std::error_code failed;
  std::filesystem::rename(part, path, failed);
  if (failed)
    return Error{ErrorCode::io_error, "cannot replace: " + failed.message(), path.string()};
  return {};
}

Result<catalog::Catalog> load_catalog(const std::filesystem::path& folder) {
  std::error_code failed;
  std::vector<catalog::NamedText> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, failed)) {
    if (!entry.is_regular_file()) continue;
    BREAKEVEN_TRY(std::string text, read_file(entry.path()));
    files.push_back(
        {std::filesystem::relative(entry.path(), folder).generic_string(), std::move(text)});
  }
  if (failed)
    return Error{ErrorCode::io_error, "expected a folder: " + failed.message(), folder.string()};
  return catalog::Catalog::load(files);
}

struct Arguments {
  std::map<std::string, std::string> flags;
  std::map<std::string, std::string> logs;  ///< config id -> file
};

Status run(const Arguments& arguments) {
  const std::map<std::string, std::string>& flags = arguments.flags;
  const auto flag = [&](const char* name) {
    return flags.contains(name) ? flags.at(name) : std::string();
  };
  BREAKEVEN_TRY(const catalog::Catalog catalog, load_catalog(flag("--catalog")));
  BREAKEVEN_TRY(const std::string measured_csv, read_file(flag("--measured")));
  BREAKEVEN_TRY(const std::string prior, read_file(flag("--prior")));
  BREAKEVEN_TRY(const MeasuredRuns measured,
                read_measured(measured_csv, flag("--measured"), catalog));
  std::vector<PreparedRun> prepared;
  std::vector<MeasuredRun> fitting;
  std::map<std::string, int> dropped = measured.dropped;
  for (const MeasuredRun& r : measured.runs) {
    PreparedRun p = prepare(r);
    if (p.kv_tokens < r.input_tokens + r.output_tokens) {
      ++dropped["does not fit by our memory model"];
      continue;
    }
    prepared.push_back(std::move(p));
    fitting.push_back(r);
  }
  BREAKEVEN_TRY(const Calibration result,
                calibrate(prepared, prior, flag("--prior"), flag("--date")));
  std::map<std::string, std::string> logs;
  for (const auto& [id, path] : arguments.logs) {
    BREAKEVEN_TRY(logs[id], read_file(path));
  }
  BREAKEVEN_TRY(const serving::Coefficients fitted,
                serving::Coefficients::parse(result.coefficients_csv, "fitted"));
  BREAKEVEN_TRY(const std::vector<ReplayCheck> checks, replay(fitting, logs, fitted));
  const std::string tables =
      result.tables +
      "\nOpen-loop runs replayed in the event simulator, predicted / measured - 1:\n\n" +
      replay_tables(checks);
  std::cout << prepared.size() << " runs used; dropped:\n";
  for (const auto& [reason, count] : dropped) std::cout << "  " << count << "  " << reason << "\n";
  std::cout << "\n" << tables;
  if (!flag("--out").empty())
    BREAKEVEN_CHECK_OK(write_file(flag("--out"), result.coefficients_csv));
  if (!flag("--report").empty()) {
    BREAKEVEN_TRY(std::string document, read_file(flag("--report")));
    const std::size_t begin = document.find(kBegin);
    const std::size_t end = document.find(kEnd);
    if (begin == std::string::npos || end == std::string::npos || end < begin)
      return Error{ErrorCode::parse_error, "expected the two calibration markers",
                   flag("--report")};
    document.replace(begin + kBegin.size(), end - begin - kBegin.size(), "\n" + tables + "\n");
    BREAKEVEN_CHECK_OK(write_file(flag("--report"), document));
  }
  return {};
}

std::optional<Arguments> parse_arguments(const std::vector<std::string>& words) {
  const std::set<std::string> known = {"--measured", "--catalog", "--prior",
                                       "--date",     "--out",     "--report"};
  Arguments arguments;
  if (words.size() % 2 != 0) return std::nullopt;
  for (std::size_t i = 0; i < words.size(); i += 2) {
    const std::string& value = words[i + 1];
    const std::size_t equals = value.find('=');
    if (words[i] == "--log" && equals != std::string::npos)
      arguments.logs[value.substr(0, equals)] = value.substr(equals + 1);
    else if (known.contains(words[i]))
      arguments.flags[words[i]] = value;
    else
      return std::nullopt;
  }
  for (const char* needed : {"--measured", "--catalog", "--prior", "--date"})
    if (!arguments.flags.contains(needed)) return std::nullopt;
  return arguments;
}

}  // namespace
}  // namespace breakeven::calibrate

int main(int argc, char** argv) {
  const auto arguments = breakeven::calibrate::parse_arguments({argv + 1, argv + argc});
  if (!arguments) {
    std::cerr << breakeven::calibrate::kUsage;
    return 2;
  }
  const breakeven::Status status = breakeven::calibrate::run(*arguments);
  if (status.ok()) return 0;
  std::cerr << "breakeven_calibrate: " << status.error().text() << "\n";
  return breakeven::error_info(status.error().code).exit_status;
}
