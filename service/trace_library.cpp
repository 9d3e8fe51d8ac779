#include "service/trace_library.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "codec/http_json.hpp"
#include "engine/base/text.hpp"
#include "io/trace_reader.hpp"
#include "service/traffic.hpp"

namespace breakeven::service {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".csv.gz";

fs::path example_folder() {
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  const fs::path installed =
      program.parent_path().parent_path() / "share" / "breakeven" / "examples";
  return fs::is_directory(installed, ignored) ? installed
                                              : fs::path(BREAKEVEN_SOURCE_DIR) / "examples";
}

std::vector<std::string> example_ids() {
  std::vector<std::string> ids;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(example_folder(), ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(kEnding)) ids.push_back(name.substr(0, name.size() - kEnding.size()));
  }
  std::ranges::sort(ids);
  return ids;
}

/// The reader names the file by its path; the user knows it by `name`.
std::string renamed(std::string text, const std::string& path, const std::string& name) {
  for (std::size_t at = text.find(path); at != std::string::npos; at = text.find(path, at)) {
    text.replace(at, path.size(), name);
    at += name.size();
  }
  return text;
}

}  // namespace

Result<LoadedTrace> load_trace(const std::string& path, const std::string& name) {
  auto read = io::read_trace(path);
  if (!read) {
    Error error = read.error();
    error.message = renamed(std::move(error.message), path, name);
    error.where = renamed(std::move(error.where), path, name);
    return error;
  }
  read->file = name;
  read->trace.name = name;
  std::string description = codec::trace_to_json(describe(*read));
  return LoadedTrace{std::make_shared<const traffic::Trace>(std::move(read->trace)),
                     std::move(description)};
}

Result<std::string> example_traces() {
  std::vector<codec::Choice> choices;
  for (const std::string& id : example_ids()) {
    std::string title = id;
    std::ranges::replace(title, '-', ' ');
    choices.push_back({id, title, "Examples", "synthetic, bundled"});
  }
  return codec::choices_to_json(choices);
}

Result<LoadedTrace> load_example(std::string_view id) {
  const std::vector<std::string> known = example_ids();
  if (std::ranges::find(known, id) == known.end()) return not_found("example trace", id, known);
  const std::string name = std::string(id) + std::string(kEnding);
  return load_trace((example_folder() / name).string(), name);
}

}  // namespace breakeven::service
