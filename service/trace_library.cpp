#include "service/trace_library.hpp"

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "codec/http_json.hpp"
#include "engine/base/text.hpp"
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

std::vector<codec::Choice> example_choices() {
  std::vector<codec::Choice> choices;
  for (const std::string& id : example_ids()) {
    std::string title = id;
    std::ranges::replace(title, '-', ' ');
    choices.push_back({id, title, "Examples", "synthetic, bundled"});
  }
  return choices;
}

/// Files under names, each read once.
class NamedFiles {
 public:
  void add(std::string name, std::string path) {
    files_.push_back({std::move(name), std::move(path), {}});
  }
  [[nodiscard]] bool has(std::string_view name) const {
    return std::ranges::find(files_, name, &File::name) != files_.end();
  }
  [[nodiscard]] Result<LoadedTrace> load(std::string_view name) {
    const std::lock_guard lock(mutex_);
    const auto file = std::ranges::find(files_, name, &File::name);
    if (!file->loaded) {
      BREAKEVEN_TRY(file->loaded, load_trace(file->path, file->name));
    }
    return *file->loaded;
  }
  [[nodiscard]] std::vector<codec::Choice> choices() const {
    std::vector<codec::Choice> list;
    for (const File& file : files_)
      list.push_back({file.name, file.name, "Files", "given at the start"});
    return list;
  }

 private:
  struct File {
    std::string name;
    std::string path;
    std::optional<LoadedTrace> loaded;
  };
  std::mutex mutex_;
  std::vector<File> files_;
};

/// The reader names the file by its path; the user knows it by `name`.
std::string renamed(std::string text, const std::string& path, const std::string& name) {
  for (std::size_t at = text.find(path); at != std::string::npos; at = text.find(path, at)) {
    text.replace(at, path.size(), name);
    at += name.size();
  }
  return text;
}

}  // namespace

Result<LoadedTrace> load_trace(const std::string& path, const std::string& name,
                               const io::TraceReadOptions& options) {
  auto read = io::read_trace(path, options);
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

Result<std::string> example_traces() { return codec::choices_to_json(example_choices()); }

Result<LoadedTrace> load_example(std::string_view id) {
  const std::vector<std::string> known = example_ids();
  if (std::ranges::find(known, id) == known.end()) return not_found("example trace", id, known);
  const std::string name = std::string(id) + std::string(kEnding);
  return load_trace((example_folder() / name).string(), name);
}

TraceSource example_source() {
  return {[](std::string_view id) { return load_example(id); }, [] { return example_choices(); }};
}

Result<TraceSource> named_traces(const std::vector<std::string>& named) {
  const auto files = std::make_shared<NamedFiles>();
  for (const std::string& text : named) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    const std::vector<std::string> examples = example_ids();
    if (equals == std::string::npos || name.empty() || equals + 1 == text.size()) {
      return Error{ErrorCode::invalid_argument, "expected NAME=FILE, found \"" + text + "\"",
                   "--trace"};
    }
    if (files->has(name) || std::ranges::find(examples, name) != examples.end()) {
      return Error{ErrorCode::invalid_argument,
                   "expected a name of its own, found \"" + name + "\" twice", "--trace"};
    }
    const std::string path = text.substr(equals + 1);
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored)) {
      return Error{ErrorCode::not_found, "expected a file, found none", path};
    }
    files->add(name, path);
  }
  return TraceSource{[files](std::string_view id) -> Result<LoadedTrace> {
                       if (files->has(id)) return files->load(id);
                       auto example = load_example(id);
                       if (example || example.error().code != ErrorCode::not_found) return example;
                       std::vector<std::string> known = example_ids();
                       for (const codec::Choice& choice : files->choices())
                         known.push_back(choice.id);
                       return not_found("trace", id, known);
                     },
                     [files] {
                       std::vector<codec::Choice> list = files->choices();
                       for (codec::Choice& choice : example_choices())
                         list.push_back(std::move(choice));
                       return list;
                     }};
}

}  // namespace breakeven::service
