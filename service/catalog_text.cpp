#include "service/catalog_text.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/catalog_json.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/describe.hpp"

namespace breakeven::service {
namespace {

using catalog::Description;

/// Characters on the screen: UTF-8 continuation bytes take no room.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// What a list shows of a field.
enum class Show { as_is, billions, thousands, gigabytes, tera };

struct Column {
  std::string_view title;
  std::string_view field;  ///< "id" and "date" are the record's own
  Show show = Show::as_is;
  bool right = false;
};

std::vector<Column> columns_of(std::string_view kind) {
  if (kind == "prices") {
    return {{"model", "model"},
            {"bills", "bills"},
            {"mode", "mode"},
            {"above tokens", "input_tokens_above", Show::as_is, true},
            {"USD", "usd", Show::as_is, true},
            {"evidence", "evidence"},
            {"rule", "rule"},
            {"date", "date"}};
  }
  if (kind == "models") {
    return {{"model", "id"},
            {"params", "total_parameters", Show::billions, true},
            {"active", "active_parameters", Show::billions, true},
            {"context", "max_context", Show::thousands, true},
            {"native", "native_precision"},
            {"licence", "licence"},
            {"origin", "origin"},
            {"released", "released"},
            {"verified", "verified"}};
  }
  if (kind == "accelerators") {
    return {{"accelerator", "id"},
            {"vendor", "vendor"},
            {"memory GB", "memory", Show::gigabytes, true},
            {"GB/s", "memory_bandwidth", Show::gigabytes, true},
            {"bf16 TFLOP/s", "bf16", Show::tera, true},
            {"fp8", "fp8", Show::tera, true},
            {"fp4", "fp4", Show::tera, true},
            {"link GB/s", "scale_up_bandwidth", Show::gigabytes, true},
            {"domain", "scale_up_domain", Show::as_is, true},
            {"W", "tdp", Show::as_is, true},
            {"released", "released"}};
  }
  if (kind == "offers") {
    return {{"offer", "id"},
            {"accelerator", "accelerator"},
            {"GPUs", "gpus", Show::as_is, true},
            {"term", "term"},
            {"USD/h", "usd_per_hour", Show::as_is, true},
            {"USD/GPU-h", "usd_per_gpu_hour", Show::as_is, true},
            {"class", "provider_class"},
            {"status", "status"},
            {"date", "date"}};
  }
  if (kind == "defaults") {
    return {{"default", "id"},
            {"value", "value", Show::as_is, true},
            {"low", "low", Show::as_is, true},
            {"high", "high", Show::as_is, true},
            {"title", "title"},
            {"date", "date"}};
  }
  if (kind == "quality") {
    return {
        {"model", "model"},     {"benchmark", "benchmark"}, {"score", "score", Show::as_is, true},
        {"weights", "weights"}, {"evidence", "evidence"},   {"date", "date"}};
  }
  if (kind == "compliance") {
    return {{"regime", "regime"},   {"vendor", "vendor"},     {"offering", "offering"},
            {"covered", "covered"}, {"evidence", "evidence"}, {"date", "date"}};
  }
  if (kind == "hosted") {
    return {
        {"model", "model"}, {"price", "price_id"}, {"precision", "precision"}, {"date", "date"}};
  }
  return {{"name", "id"}, {"date", "date"}};
}

std::string scaled(std::string_view value, double divisor, std::string_view suffix) {
  const auto number = parse_double(value);
  if (!number.ok()) return std::string(value);
  const auto tenths = static_cast<long long>(*number / divisor * 10.0 + 0.5);
  std::string out = std::to_string(tenths / 10);
  if (tenths % 10 != 0) out += "." + std::to_string(tenths % 10);
  return out + std::string(suffix);
}

std::string cell(const Description& record, const Column& column) {
  if (column.field == "id") return record.id;
  if (column.field == "date") return record.source.date;
  const std::string_view value = record.value(column.field);
  if (value.empty()) return "-";
  switch (column.show) {
    case Show::billions:
      return scaled(value, 1e9, "B");
    case Show::thousands:
      return scaled(value, 1024, "K");
    case Show::gigabytes:
      return scaled(value, 1e9, "");
    case Show::tera:
      return scaled(value, 1e12, "");
    case Show::as_is:
      break;
  }
  return std::string(value);
}

struct Grid {
  std::vector<std::string> titles;
  std::vector<bool> right;
  std::vector<std::vector<std::string>> rows;
};

void append_line(std::string& out, const std::vector<std::string>& cells,
                 const std::vector<bool>& right, const std::vector<std::size_t>& widths) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string gap(widths[i] - width(cells[i]), ' ');
    if (i > 0) out += "  ";
    if (right[i]) {
      out += gap + cells[i];
    } else {
      out += cells[i];
      if (i + 1 < cells.size()) out += gap;
    }
  }
  out += '\n';
}

std::string aligned(const Grid& grid) {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < grid.titles.size(); ++i) {
    std::size_t widest = width(grid.titles[i]);
    for (const auto& row : grid.rows) widest = std::max(widest, width(row[i]));
    widths.push_back(widest);
  }
  std::string out;
  append_line(out, grid.titles, grid.right, widths);
  for (const auto& row : grid.rows) append_line(out, row, grid.right, widths);
  return out;
}

/// The most telling fields of a record on one line.
std::string summary(const Description& record) {
  std::string out;
  for (const Column& column : columns_of(record.kind)) {
    if (column.field == "id" || column.field == "date" || column.field == "verified") continue;
    const std::string shown = cell(record, column);
    if (shown == "-" || record.id.find(shown) != std::string::npos) continue;
    if (!out.empty()) out += ", ";
    if (column.right) out += std::string(column.title) + " ";
    out += shown;
  }
  return out;
}

}  // namespace

std::string kinds_text(std::span<const codec::KindSummary> kinds) {
  Grid grid{{"kind", "facts", "newest"}, {false, true, false}, {}};
  for (const codec::KindSummary& kind : kinds) {
    grid.rows.push_back({kind.kind, std::to_string(kind.count), kind.newest});
  }
  return aligned(grid);
}

std::string list_text(std::string_view kind, std::span<const Description> records) {
  Grid grid;
  const std::vector<Column> columns = columns_of(kind);
  for (const Column& column : columns) {
    grid.titles.emplace_back(column.title);
    grid.right.push_back(column.right);
  }
  for (const Description& record : records) {
    std::vector<std::string> row;
    row.reserve(columns.size());
    for (const Column& column : columns) row.push_back(cell(record, column));
    grid.rows.push_back(std::move(row));
  }
  return aligned(grid);
}

std::string search_text(std::span<const Description> records) {
  Grid grid{{"kind", "name", "what it says"}, {false, false, false}, {}};
  for (const Description& record : records) {
    grid.rows.push_back({record.kind, record.id, summary(record)});
  }
  return aligned(grid);
}

std::string explain_text(std::span<const Description> records) {
  std::string out;
  for (const Description& record : records) {
    if (!out.empty()) out += '\n';
    out += record.id + " (" + record.kind + ")\n";
    std::size_t widest = 6;
    for (const catalog::Field& field : record.fields) {
      if (!field.value.empty()) widest = std::max(widest, field.name.size());
    }
    const auto line = [&](std::string_view name, std::string_view value) {
      out += "  " + std::string(name) + std::string(widest - name.size() + 2, ' ') +
             std::string(value) + "\n";
    };
    for (const catalog::Field& field : record.fields) {
      if (field.value.empty()) continue;
      line(field.name, field.unit.empty() ? field.value : field.value + " " + field.unit);
    }
    line("source", record.source.text);
    line("date", record.source.date);
    line("place", record.source.place);
  }
  return out;
}

}  // namespace breakeven::service
