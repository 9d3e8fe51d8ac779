// breakeven_calibrate — refits the serving coefficients on measured runs. docs/methodology/step-time.md.

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/catalog/catalog.hpp"
#include "tools/calibrate/measured.hpp"
#include "tools/calibrate/report.hpp"
#include "tools/calibrate/steady_state.hpp"

namespace breakeven::calibrate {
namespace {

constexpr std::string_view kUsage =
    "usage: breakeven_calibrate --measured FILE --catalog DIR --prior FILE --date YYYY-MM-DD\n"
    "                           [--out FILE] [--report FILE]\n"
    "Fits the step-time coefficients to measured serving runs. Without --out and --report it only "
    "prints.\n"
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

Status run(const std::map<std::string, std::string>& flags) {
  const auto flag = [&](const char* name) {
    return flags.contains(name) ? flags.at(name) : std::string();
  };
  BREAKEVEN_TRY(const catalog::Catalog catalog, load_catalog(flag("--catalog")));
  BREAKEVEN_TRY(const std::string measured_csv, read_file(flag("--measured")));
  BREAKEVEN_TRY(const std::string prior, read_file(flag("--prior")));
  BREAKEVEN_TRY(const MeasuredRuns measured,
                read_measured(measured_csv, flag("--measured"), catalog));
  std::vector<PreparedRun> prepared;
  std::map<std::string, int> dropped = measured.dropped;
  for (const MeasuredRun& r : measured.runs) {
    PreparedRun p = prepare(r);
    if (p.kv_tokens < r.input_tokens + r.output_tokens)
      ++dropped["does not fit by our memory model"];
    else
      prepared.push_back(std::move(p));
  }
  BREAKEVEN_TRY(const Calibration result,
                calibrate(prepared, prior, flag("--prior"), flag("--date")));
  std::cout << prepared.size() << " runs used; dropped:\n";
  for (const auto& [reason, count] : dropped) std::cout << "  " << count << "  " << reason << "\n";
  std::cout << "\n" << result.tables;
  if (!flag("--out").empty())
    BREAKEVEN_CHECK_OK(write_file(flag("--out"), result.coefficients_csv));
  if (!flag("--report").empty()) {
    BREAKEVEN_TRY(std::string document, read_file(flag("--report")));
    const std::size_t begin = document.find(kBegin);
    const std::size_t end = document.find(kEnd);
    if (begin == std::string::npos || end == std::string::npos || end < begin)
      return Error{ErrorCode::parse_error, "expected the two calibration markers",
                   flag("--report")};
    document.replace(begin + kBegin.size(), end - begin - kBegin.size(),
                     "\n" + result.tables + "\n");
    BREAKEVEN_CHECK_OK(write_file(flag("--report"), document));
  }
  return {};
}

std::optional<std::map<std::string, std::string>> parse_flags(
    const std::vector<std::string>& arguments) {
  std::map<std::string, std::string> flags;
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
    const std::string& name = arguments[i];
    if (name != "--measured" && name != "--catalog" && name != "--prior" && name != "--date" &&
        name != "--out" && name != "--report")
      return std::nullopt;
    flags[name] = arguments[i + 1];
  }
  const bool complete = flags.contains("--measured") && flags.contains("--catalog") &&
                        flags.contains("--prior") && flags.contains("--date");
  if (!complete || arguments.size() % 2 != 0) return std::nullopt;
  return flags;
}

}  // namespace
}  // namespace breakeven::calibrate

int main(int argc, char** argv) {
  const auto flags = breakeven::calibrate::parse_flags({argv + 1, argv + argc});
  if (!flags) {
    std::cerr << breakeven::calibrate::kUsage;
    return 2;
  }
  const breakeven::Status status = breakeven::calibrate::run(*flags);
  if (status.ok()) return 0;
  std::cerr << "breakeven_calibrate: " << status.error().text() << "\n";
  return breakeven::error_info(status.error().code).exit_status;
}
