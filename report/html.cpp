#include <cstddef>
#include <string>

#include "engine/base/encoded_text.hpp"
#include "report/document.hpp"

namespace breakeven::report {
namespace {

constexpr const char* kStyle = R"css(
:root{--ink:#1b1f24;--soft:#59636e;--line:#d1d9e0;--paper:#fff;--tint:#f6f8fa;--s1:#0a58ca;--s2:#b3261e;--s3:#1a7f37;--s4:#9a6700;--s5:#8250df;--s6:#0e7490}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9198a1;--line:#3d444d;--paper:#0d1117;--tint:#151b23;--s1:#6cb6ff;--s2:#ff8a80;--s3:#57d18c;--s4:#e3b341;--s5:#c297ff;--s6:#56d4dd}}
*{box-sizing:border-box}
body{margin:0 auto;padding:24px;max-width:980px;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,"Liberation Sans",Arial,sans-serif}
h1{font-size:26px;line-height:1.25;margin:0 0 4px}
h2{font-size:20px;margin:36px 0 8px;padding-top:12px;border-top:2px solid var(--ink);break-after:avoid}
h3{font-size:15px;margin:20px 0 6px;break-after:avoid}
p{margin:0 0 8px}
.sub,.small{color:var(--soft)}
.small{font-size:12px;overflow-wrap:anywhere}
.wrap{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:13px;margin:0 0 12px}
th,td{padding:4px 8px;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;overflow-wrap:break-word}
td:first-child,th:first-child{min-width:15em}
details td{overflow-wrap:anywhere}
details td:first-child{min-width:10em}
th{background:var(--tint);vertical-align:bottom}
.n{text-align:right;font-variant-numeric:tabular-nums}
.k{white-space:nowrap}
tr.total td{font-weight:600;border-top:2px solid var(--ink)}
figure{margin:12px 0;break-inside:avoid}
figcaption{font-weight:600;margin-bottom:4px}
.chart{width:100%;height:auto;display:block}
.chart text{fill:var(--soft);font-size:11px}
.chart .grid{stroke:var(--line)}
.chart .zero{stroke:var(--ink)}
.chart .series{fill:none;stroke-width:2}
.s1{stroke:var(--s1)}.s2{stroke:var(--s2)}.s3{stroke:var(--s3)}.s4{stroke:var(--s4)}.s5{stroke:var(--s5)}.s6{stroke:var(--s6)}
.chart .band{fill:var(--s1);opacity:.16;stroke:none}
.chart .key{stroke:var(--s1);stroke-width:8;opacity:.25}
.bar{fill:var(--s1)}.bar.minus{fill:var(--s2)}.bar.whole{fill:var(--soft)}
@media screen and (max-width:600px){figure{overflow-x:auto}.chart{min-width:560px}}
summary{cursor:pointer;font-weight:600;margin:16px 0 6px}
@page{size:A4;margin:16mm 16mm 20mm;@bottom-right{content:"Page " counter(page) " of " counter(pages);font:8pt "Liberation Sans",Arial,sans-serif;color:#444}}
@media print{
:root{--ink:#000;--soft:#444;--line:#bbb;--paper:#fff;--tint:#eee;--s1:#0a58ca;--s2:#b3261e;--s3:#1a7f37;--s4:#9a6700;--s5:#8250df;--s6:#0e7490}
body{max-width:none;padding:0;font-size:10.5pt}
section.page{break-before:page}
section.page h2{border-top:0;margin-top:0}
table{font-size:8.5pt}
tr{break-inside:avoid}
thead{display:table-header-group}
.wrap{overflow:visible}
td:first-child,th:first-child{min-width:9em}
details::details-content{content-visibility:visible;display:block;height:auto}
details table{font-size:6.5pt;line-height:1.3}
details td,details th{padding:2px 4px}
}
)css";

/// Dates, amounts and single words are not broken over lines.
bool is_short(bool text, const std::string& cell) { return cell.size() <= (text ? 11U : 26U); }

void add(const Table& table, std::string& out) {
  if (table.rows.empty()) return;
  const std::string title = xml_escaped(table.title);
  if (table.folded) {
    out += "<details><summary>" + title + "</summary>\n";
  } else if (!title.empty()) {
    out += "<h3>" + title + "</h3>\n";
  }
  const auto cell = [&](const char* tag, std::size_t column, const std::string& text) {
    const std::string name(tag);
    const bool words = column < table.text_columns;
    std::string kind = words ? "" : "n";
    if (name == "td" && is_short(words, text)) kind += kind.empty() ? "k" : " k";
    out += "<" + name + (kind.empty() ? ">" : " class=\"" + kind + "\">") + xml_escaped(text) +
           "</" + name + ">";
  };
  out += "<div class=\"wrap\"><table><thead><tr>";
  for (std::size_t c = 0; c < table.columns.size(); ++c) cell("th", c, table.columns[c]);
  out += "</tr></thead>\n<tbody>\n";
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    out += table.total && r + 1 == table.rows.size() ? "<tr class=\"total\">" : "<tr>";
    for (std::size_t c = 0; c < table.rows[r].size(); ++c) cell("td", c, table.rows[r][c]);
    out += "</tr>\n";
  }
  out += "</tbody></table></div>\n";
  if (table.folded) out += "</details>\n";
}

}  // namespace

std::string to_html(const Document& document) {
  std::string out =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>" +
      xml_escaped(document.title) + "</title>\n<style>" + kStyle +
      "</style>\n</head>\n<body>\n<h1>" + xml_escaped(document.title) + "</h1>\n<p class=\"sub\">" +
      xml_escaped(document.subtitle) + "</p>\n";
  for (const Section& section : document.sections) {
    out += std::string("<section") + (section.new_page ? " class=\"page\"" : "") + ">\n<h2>" +
           xml_escaped(section.title) + "</h2>\n";
    for (const Block& block : section.blocks) {
      if (const auto* paragraph = std::get_if<Paragraph>(&block)) {
        out += "<p>" + xml_escaped(paragraph->text);
        if (!paragraph->small.empty()) {
          out += "<br><span class=\"small\">" + xml_escaped(paragraph->small) + "</span>";
        }
        out += "</p>\n";
      } else if (const auto* table = std::get_if<Table>(&block)) {
        add(*table, out);
      } else if (const auto* chart = std::get_if<Chart>(&block)) {
        out += "<figure><figcaption>" + xml_escaped(chart->title) + "</figcaption>" + chart->svg +
               "<p class=\"small\">" + xml_escaped(chart->words) + "</p></figure>\n";
      }
    }
    out += "</section>\n";
  }
  return out + "</body>\n</html>\n";
}

}  // namespace breakeven::report
