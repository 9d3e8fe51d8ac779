#include "report/xlsx.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <utility>

#include "engine/base/encoded_text.hpp"

namespace breakeven::report {
namespace {

constexpr const char* kHead = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
constexpr const char* kMain = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
constexpr const char* kRelations =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
constexpr const char* kPackage = "http://schemas.openxmlformats.org/package/2006";
/// More would be refused by spreadsheet programs.
constexpr std::size_t kLongestText = 32'767;

struct Entry {
  std::string name;
  std::string bytes;
};

void little(std::uint32_t value, int bytes, std::string& out) {
  for (int i = 0; i < bytes; ++i) {
    out += static_cast<char>(value & 0xFFU);
    value >>= 8U;
  }
}

/// A ZIP of stored files, dated 1 January 1980, which is the earliest that the format knows.
std::string zip(const std::vector<Entry>& entries) {
  std::string out;
  std::string directory;
  const auto common = [](const Entry& entry, std::string& to) {
    little(20, 2, to);      // version that can read it
    little(0x0800, 2, to);  // names are UTF-8
    little(0, 2, to);       // stored
    little(0, 2, to);       // time
    little(0x21, 2, to);    // date
    little(crc32(entry.bytes), 4, to);
    little(static_cast<std::uint32_t>(entry.bytes.size()), 4, to);
    little(static_cast<std::uint32_t>(entry.bytes.size()), 4, to);
    little(static_cast<std::uint32_t>(entry.name.size()), 2, to);
    little(0, 2, to);  // extra field
  };
  for (const Entry& entry : entries) {
    const auto offset = static_cast<std::uint32_t>(out.size());
    little(0x04034b50, 4, out);
    common(entry, out);
    out += entry.name + entry.bytes;
    little(0x02014b50, 4, directory);
    little(20, 2, directory);
    common(entry, directory);
    little(0, 2, directory);  // comment
    little(0, 2, directory);  // disk
    little(0, 2, directory);  // internal attributes
    little(0, 4, directory);  // external attributes
    little(offset, 4, directory);
    directory += entry.name;
  }
  const auto start = static_cast<std::uint32_t>(out.size());
  out += directory;
  little(0x06054b50, 4, out);
  little(0, 4, out);
  for (int i = 0; i < 2; ++i) little(static_cast<std::uint32_t>(entries.size()), 2, out);
  little(static_cast<std::uint32_t>(directory.size()), 4, out);
  little(start, 4, out);
  little(0, 2, out);
  return out;
}

std::string number(double value) { return fmt::format("{}", value); }

std::string cell_xml(const SheetCell& cell, const std::string& place) {
  const std::string start =
      "<c r=\"" + place + "\" s=\"" + std::to_string(static_cast<int>(cell.style)) + "\"";
  if (const auto* text = std::get_if<std::string>(&cell.content)) {
    return start + " t=\"inlineStr\"><is><t xml:space=\"preserve\">" +
           xml_escaped(text->substr(0, kLongestText)) + "</t></is></c>";
  }
  if (const auto* value = std::get_if<double>(&cell.content)) {
    if (!std::isfinite(*value)) return start + "/>";
    return start + "><v>" + number(*value) + "</v></c>";
  }
  if (const auto* formula = std::get_if<Formula>(&cell.content)) {
    return start + "><f>" + xml_escaped(formula->text) + "</f><v>" + number(formula->value) +
           "</v></c>";
  }
  return start + "/>";
}

std::string sheet_xml(const SheetData& sheet) {
  std::string out = std::string(kHead) + "<worksheet xmlns=\"" + kMain +
                    "\"><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" "
                    "topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView>"
                    "</sheetViews>";
  if (!sheet.widths.empty()) {
    out += "<cols>";
    for (std::size_t c = 0; c < sheet.widths.size(); ++c) {
      fmt::format_to(std::back_inserter(out),
                     R"(<col min="{}" max="{}" width="{}" customWidth="1"/>)", c + 1, c + 1,
                     sheet.widths[c]);
    }
    out += "</cols>";
  }
  out += "<sheetData>";
  for (std::size_t r = 0; r < sheet.rows.size(); ++r) {
    const std::string line = std::to_string(r + 1);
    out += "<row r=\"" + line + "\">";
    for (std::size_t c = 0; c < sheet.rows[r].size(); ++c) {
      out += cell_xml(sheet.rows[r][c], column_name(c) + line);
    }
    out += "</row>";
  }
  return out + "</sheetData></worksheet>";
}

/// The styles in the order of Style.
std::string styles_xml() {
  return std::string(kHead) + "<styleSheet xmlns=\"" + kMain +
         "\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"#,##0.00\"/></numFmts>"
         "<fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font>"
         "<font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>"
         "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>"
         "<fill><patternFill patternType=\"gray125\"/></fill></fills>"
         "<borders count=\"1\"><border/></borders>"
         "<cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"4\">"
         "<xf xfId=\"0\"/><xf xfId=\"0\" fontId=\"1\" applyFont=\"1\"/>"
         "<xf xfId=\"0\" numFmtId=\"164\" applyNumberFormat=\"1\"/>"
         "<xf xfId=\"0\" numFmtId=\"10\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>";
}

}  // namespace

std::uint32_t crc32(std::string_view bytes) {
  static const std::array<std::uint32_t, 256> kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) value = (value >> 1U) ^ ((value & 1U) * 0xEDB88320U);
      table[i] = value;
    }
    return table;
  }();
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char c : bytes)
    crc = kTable[(crc ^ static_cast<unsigned char>(c)) & 0xFFU] ^ (crc >> 8U);
  return crc ^ 0xFFFFFFFFU;
}

std::string column_name(std::size_t column) {
  std::string name;
  for (++column; column > 0; column = (column - 1) / 26) {
    name.insert(name.begin(), static_cast<char>('A' + (column - 1) % 26));
  }
  return name;
}

std::string workbook(const std::vector<SheetData>& sheets) {
  std::string types = std::string(kHead) + "<Types xmlns=\"" + kPackage +
                      "/content-types\"><Default Extension=\"rels\" ContentType=\"application/"
                      "vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" "
                      "ContentType=\"application/xml\"/>";
  const std::string kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
  const auto type = [&](const std::string& part, const std::string& what) {
    types += "<Override PartName=\"" + part + "\" ContentType=\"" + kind + what + "+xml\"/>";
  };
  type("/xl/workbook.xml", "sheet.main");
  type("/xl/styles.xml", "styles");
  std::string book = std::string(kHead) + "<workbook xmlns=\"" + kMain + "\" xmlns:r=\"" +
                     kRelations + "\"><sheets>";
  std::string links =
      std::string(kHead) + "<Relationships xmlns=\"" + kPackage + "/relationships\">";
  const auto link = [&](const std::string& id, const std::string& what, const std::string& target) {
    links += "<Relationship Id=\"" + id + "\" Type=\"" + std::string(kRelations) + "/" + what +
             "\" Target=\"" + target + "\"/>";
  };
  std::vector<Entry> parts;
  for (std::size_t i = 0; i < sheets.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    const std::string part = "worksheets/sheet" + number + ".xml";
    type("/xl/" + part, "worksheet");
    book += "<sheet name=\"" + xml_escaped(sheets[i].name) + "\" sheetId=\"" + number +
            "\" r:id=\"rId" + number + "\"/>";
    link("rId" + number, "worksheet", part);
    parts.push_back({"xl/" + part, sheet_xml(sheets[i])});
  }
  link("rIdStyles", "styles", "styles.xml");
  // Programs that keep no values recalculate when they open the file.
  book += "</sheets><calcPr fullCalcOnLoad=\"1\"/></workbook>";
  std::string root = std::string(kHead) + "<Relationships xmlns=\"" + kPackage +
                     "/relationships\"><Relationship Id=\"rId1\" Type=\"" + kRelations +
                     "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
  std::vector<Entry> entries{{"[Content_Types].xml", types + "</Types>"},
                             {"_rels/.rels", std::move(root)},
                             {"xl/workbook.xml", std::move(book)},
                             {"xl/_rels/workbook.xml.rels", links + "</Relationships>"},
                             {"xl/styles.xml", styles_xml()}};
  for (Entry& part : parts) entries.push_back(std::move(part));
  return zip(entries);
}

}  // namespace breakeven::report
