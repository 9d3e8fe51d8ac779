#include "service/doc_library.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

#include "engine/base/text.hpp"
#include "service/file_text.hpp"

namespace breakeven::service {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 3> kFolders = {"methodology", "formats", "guides"};

fs::path folder() {
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  const fs::path installed = program.parent_path().parent_path() / "share" / "doc" / "breakeven";
  return fs::is_directory(installed / kFolders[0], ignored)
             ? installed
             : fs::path(BREAKEVEN_SOURCE_DIR) / "docs";
}

std::string first_heading(const std::string& text) {
  if (!text.starts_with("# ")) return {};
  return text.substr(2, text.find('\n') - 2);
}

}  // namespace

std::vector<Document> documents() {
  std::vector<Document> found;
  std::error_code ignored;
  for (const char* name : kFolders) {
    for (const auto& entry : fs::directory_iterator(folder() / name, ignored)) {
      if (entry.path().extension() != ".md") continue;
      const auto text = read_file_text(entry.path().string());
      if (!text) continue;
      found.push_back(
          {std::string(name) + "/" + entry.path().stem().string(), first_heading(*text)});
    }
  }
  std::ranges::sort(found, {}, &Document::id);
  return found;
}

Result<std::string> read_document(std::string_view id) {
  std::vector<std::string> known;
  for (Document& document : documents()) known.push_back(std::move(document.id));
  if (std::ranges::find(known, id) == known.end()) return not_found("document", id, known);
  return read_file_text((folder() / (std::string(id) + ".md")).string());
}

Result<std::string> openapi_document() {
  return read_file_text((folder() / "openapi.json").string());
}

}  // namespace breakeven::service
