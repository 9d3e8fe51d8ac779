#include "service/catalog_query.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/catalog_json.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/describe.hpp"

namespace breakeven::service {
namespace {

using catalog::Description;

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : to_lower(text) + " ") {
    if (c != ' ' && c != '\t') {
      word.push_back(c);
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  return words;
}

/// Lower is better; nothing when a word occurs nowhere in the record.
constexpr int kNoMatch = -1;

int rank(const Description& record, const std::vector<std::string>& words, std::string_view whole) {
  const std::string id = to_lower(record.id);
  if (id == whole) return 0;
  for (const std::string& key : record.keys) {
    if (to_lower(key) == whole) return 1;
  }
  int in_fields = 0;
  for (const std::string& word : words) {
    if (id.find(word) != std::string::npos) continue;
    const bool elsewhere =
        std::ranges::any_of(record.fields,
                            [&](const catalog::Field& field) {
                              return to_lower(field.value).find(word) != std::string::npos;
                            }) ||
        std::ranges::any_of(record.keys, [&](const std::string& key) {
          return to_lower(key).find(word) != std::string::npos;
        });
    if (!elsewhere) return kNoMatch;
    ++in_fields;
  }
  return 2 + in_fields;
}

/// Every name once, whatever its case: benchmarks and price lists spell the same model differently.
std::vector<std::string> names_of(const std::vector<Description>& records) {
  std::set<std::string> seen;
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    if (seen.insert(to_lower(name)).second) names.push_back(name);
  };
  for (const Description& record : records) {
    // Ids made of several names ("regime | vendor | offering") are for reading, not for typing.
    if (record.id.find(' ') == std::string::npos || record.keys.empty()) add(record.id);
    for (const std::string& key : record.keys) add(key);
  }
  return names;
}

bool answers_to(const Description& record, std::string_view name) {
  return to_lower(record.id) == name ||
         std::ranges::any_of(record.keys,
                             [&](const std::string& key) { return to_lower(key) == name; });
}

}  // namespace

std::vector<codec::KindSummary> catalog_kinds(const catalog::Catalog& catalog) {
  std::vector<codec::KindSummary> summaries;
  for (const std::string& kind : catalog::kinds()) {
    const auto records = catalog::describe(catalog, kind);
    if (!records.ok()) continue;
    codec::KindSummary summary{kind, records->size(), {}};
    for (const Description& record : *records) {
      summary.newest = std::max(summary.newest, record.source.date);
    }
    summaries.push_back(std::move(summary));
  }
  return summaries;
}

std::vector<Description> catalog_search(const catalog::Catalog& catalog, std::string_view text,
                                        std::size_t limit) {
  std::vector<Description> records = catalog::describe_all(catalog);
  const std::string whole = to_lower(trim(text));
  const std::vector<std::string> words = words_of(whole);
  std::vector<std::pair<int, std::size_t>> ranked;
  for (std::size_t i = 0; i < records.size() && !words.empty(); ++i) {
    if (const int r = rank(records[i], words, whole); r != kNoMatch) ranked.emplace_back(r, i);
  }
  if (ranked.empty() && !words.empty()) {
    for (const std::string& name : near_matches(whole, names_of(records), limit)) {
      for (std::size_t i = 0; i < records.size(); ++i) {
        if (answers_to(records[i], to_lower(name))) {
          ranked.emplace_back(static_cast<int>(ranked.size()), i);
          break;
        }
      }
    }
  }
  std::ranges::sort(ranked);
  std::vector<Description> out;
  for (const auto& [r, i] : ranked) {
    if (out.size() == limit) break;
    out.push_back(std::move(records[i]));
  }
  return out;
}

Result<std::vector<Description>> catalog_explain(const catalog::Catalog& catalog,
                                                 std::string_view name) {
  std::vector<Description> records = catalog::describe_all(catalog);
  const std::string wanted = to_lower(trim(name));
  std::vector<Description> found;
  for (Description& record : records) {
    if (answers_to(record, wanted)) found.push_back(std::move(record));
  }
  if (!found.empty()) return found;
  return not_found("fact", name, names_of(records));
}

}  // namespace breakeven::service
