#include "service/siblings.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "codec/figure_json.hpp"
#include "codec/siblings_json.hpp"
#include "engine/siblings/claim.hpp"
#include "engine/siblings/finetune.hpp"
#include "engine/siblings/scale.hpp"
#include "service/catalog_store.hpp"
#include "service/file_text.hpp"
#include "service/input_text.hpp"

namespace breakeven::service {
namespace {

using siblings::Answer;
using siblings::AnswerTable;
using siblings::Cell;

/// More than any question is long; what is longer is not one.
constexpr std::size_t kMostBytes = 1U << 17;

std::string cell_text(const Cell& cell, const siblings::Sheet& sheet) {
  struct Visit {
    const siblings::Sheet& sheet;
    std::string operator()(std::monostate) const { return ""; }
    std::string operator()(const siblings::FigureName& one) const {
      return siblings::to_words(sheet[one.name]);
    }
    std::string operator()(const std::string& one) const { return one; }
    std::string operator()(std::int64_t one) const { return std::to_string(one); }
    std::string operator()(double one) const {
      return siblings::to_words(siblings::Exact::of(one));
    }
    std::string operator()(bool one) const { return one ? "yes" : "no"; }
    std::string operator()(const std::vector<std::string>& all) const {
      std::string out;
      for (const std::string& one : all) out += (out.empty() ? "" : ", ") + one;
      return out;
    }
  };
  return std::visit(Visit{sheet}, cell);
}

bool is_number(const Cell& cell) {
  return !std::holds_alternative<std::string>(cell) && !std::holds_alternative<bool>(cell) &&
         !std::holds_alternative<std::vector<std::string>>(cell);
}

std::string spoken(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

/// A row at a time, its columns below each other.
void print_lines(const AnswerTable& table, const siblings::Sheet& sheet, std::string& out) {
  for (const auto& row : table.rows) {
    bool first = true;
    for (const std::string& line : table.lines) {
      const auto at = std::ranges::find(table.columns, line) - table.columns.begin();
      const std::string text = cell_text(row[static_cast<std::size_t>(at)], sheet);
      if (text.empty()) continue;
      out += (first ? "  " : "      ") + text + "\n";
      first = false;
    }
  }
}

/// Beyond this many columns a table of few rows stands on its side.
constexpr std::size_t kWidest = 9;

void print_sideways(const AnswerTable& table, const siblings::Sheet& sheet, std::string& out) {
  std::size_t width = 0;
  for (const std::string& column : table.columns) width = std::max(width, column.size());
  for (const auto& row : table.rows) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string text = cell_text(row[c], sheet);
      if (text.empty()) continue;
      const std::string name = spoken(table.columns[c]);
      out += "  " + name + std::string(width - name.size() + 2, ' ') + text + "\n";
    }
    if (&row != &table.rows.back()) out += "\n";
  }
}

void print_columns(const AnswerTable& table, const siblings::Sheet& sheet, std::string& out) {
  std::vector<std::vector<std::string>> cells{{}};
  for (const std::string& column : table.columns) cells.front().push_back(spoken(column));
  for (const auto& row : table.rows) {
    std::vector<std::string>& line = cells.emplace_back();
    for (const Cell& cell : row) line.push_back(cell_text(cell, sheet));
  }
  for (const auto& line : cells) {
    std::string text;
    for (std::size_t c = 0; c < line.size(); ++c) {
      std::size_t width = 0;
      for (const auto& other : cells) width = std::max(width, other[c].size());
      const std::string space(width - line[c].size(), ' ');
      text += "  " + (is_number(table.rows.front()[c]) ? space + line[c] : line[c] + space);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + "\n";
  }
}

}  // namespace

Result<SiblingFacts> load_sibling_facts(const std::string& catalog_dir,
                                        std::shared_ptr<const catalog::Catalog> catalog) {
  SiblingFacts facts;
  BREAKEVEN_TRY(const std::string directory, find_catalog_dir(catalog_dir));
  facts.catalog = std::move(catalog);
  if (!facts.catalog) {
    BREAKEVEN_TRY(auto loaded, load_catalog(directory));
    facts.catalog = std::make_shared<const catalog::Catalog>(std::move(loaded));
  }
  const std::string name = "training_prices.csv";
  BREAKEVEN_TRY(std::string text, read_file_text(directory + "/" + name));
  BREAKEVEN_TRY(facts.training_prices, siblings::read_training_prices({name, std::move(text)}));
  return facts;
}

std::string_view path_of(Sibling sibling) {
  switch (sibling) {
    case Sibling::finetune:
      return "finetune";
    case Sibling::scale:
      return "scale";
    case Sibling::claim:
      break;
  }
  return "check/claim";
}

std::span<const siblings::Field> sibling_fields(Sibling sibling) {
  switch (sibling) {
    case Sibling::finetune:
      return siblings::finetune_fields();
    case Sibling::scale:
      return siblings::scale_fields();
    case Sibling::claim:
      break;
  }
  return siblings::claim_fields();
}

Result<Answer> sibling_answer(Sibling sibling, const siblings::Inputs& inputs,
                              const SiblingFacts& facts) {
  switch (sibling) {
    case Sibling::finetune:
      return siblings::finetune(inputs, *facts.catalog, facts.training_prices);
    case Sibling::scale:
      return siblings::scale_up(inputs);
    case Sibling::claim:
      break;
  }
  BREAKEVEN_TRY(auto claim, siblings::check_claim(inputs, *facts.catalog));
  return siblings::answer_of(std::move(claim));
}

Result<std::string> sibling_json(Sibling sibling, std::string_view request, std::string_view figure,
                                 const SiblingFacts& facts) {
  BREAKEVEN_TRY(const auto inputs, codec::inputs_from_json(request, sibling_fields(sibling)));
  BREAKEVEN_TRY(const Answer answer, sibling_answer(sibling, inputs, facts));
  if (!figure.empty()) return codec::derivation_to_json(answer.sheet.figures(), figure);
  return codec::answer_to_json(answer, -1);
}

Result<siblings::Inputs> read_inputs(Sibling sibling, const std::string& path) {
  BREAKEVEN_TRY(const std::string text, read_input_text(path, kMostBytes));
  auto inputs = codec::inputs_from_json(text, sibling_fields(sibling));
  if (inputs.ok()) return inputs;
  Error error = inputs.error();
  error.where = (path == "-" ? "standard input" : path) + ":" + error.where;
  return error;
}

std::string sibling_text(const Answer& answer) {
  std::string out = answer.sentence + "\n";
  for (const AnswerTable& table : answer.tables) {
    if (table.rows.empty() || table.title.empty()) continue;
    out += "\n" + table.title + "\n";
    if (!table.lines.empty()) {
      print_lines(table, answer.sheet, out);
    } else if (table.columns.size() > kWidest) {
      print_sideways(table, answer.sheet, out);
    } else {
      print_columns(table, answer.sheet, out);
    }
  }
  for (const std::string& warning : answer.warnings) out += "\nWarning: " + warning + "\n";
  return out;
}

}  // namespace breakeven::service
