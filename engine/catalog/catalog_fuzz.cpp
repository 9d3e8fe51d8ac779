// Fuzzes the catalogue reader. The first byte picks a file, the rest is its content; the other
// files are sound. Whatever the content, the reader answers with records or with placed mistakes,
// and a table that was read prints and reads back as itself.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/text.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/describe.hpp"
#include "engine/catalog/sample_files.hpp"

namespace {

using breakeven::CsvTable;
using breakeven::catalog::Catalog;
using breakeven::catalog::NamedText;

std::string printed(const std::vector<std::string>& fields) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    line += i > 0 ? ",\"" : "\"";
    for (const char c : fields[i]) {
      if (c == '"') line += '"';
      line += c;
    }
    line += '"';
  }
  return line + "\n";
}

void check_round_trip(std::string_view content) {
  const auto table = CsvTable::parse(content, "fuzz.csv");
  if (!table.ok()) {
    if (!table.error().where.starts_with("fuzz.csv:")) std::abort();
    return;
  }
  std::string text = printed(table->header());
  for (const auto& row : table->rows()) text += printed(row.fields);
  const auto again = CsvTable::parse(text, "again.csv");
  if (!again.ok() || again->header() != table->header() ||
      again->rows().size() != table->rows().size()) {
    std::abort();
  }
  for (std::size_t i = 0; i < table->rows().size(); ++i) {
    if (again->rows()[i].fields != table->rows()[i].fields) std::abort();
  }
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view content(reinterpret_cast<const char*>(data) + 1, size - 1);
  check_round_trip(content);
  const auto& names = Catalog::file_names();
  const std::string& chosen = names[data[0] % names.size()];
  std::vector<NamedText> files = breakeven::catalog::sample_files();
  for (NamedText& file : files) {
    if (file.name == chosen) file.content = content;
  }
  for (const auto& mistake : Catalog::mistakes(files)) {
    if (mistake.where.empty() || mistake.message.empty()) std::abort();
  }
  if (const auto catalog = Catalog::load(files); catalog.ok()) {
    (void)breakeven::catalog::describe_all(*catalog);
  }
  return 0;
}
