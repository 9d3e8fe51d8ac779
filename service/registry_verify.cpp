// The cross-check of our book against community registries.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "io/feeds/feed.hpp"
#include "registry/crosscheck.hpp"
#include "service/file_text.hpp"
#include "service/registry.hpp"
#include "service/registry_crosscheck.hpp"
#include "service/registry_rows.hpp"

namespace breakeven::service {
namespace {

using codec::Report;
using codec::Table;
using codec::Value;

/// The newest date in a file's name ("litellm-2026-07-24.json"), when none was given.
Result<Date> date_of(const VerifyQuery& query) {
  if (query.date) return *query.date;
  const std::string name = std::filesystem::path(query.file).filename().string();
  for (std::size_t i = 0; i + 10 <= name.size(); ++i) {
    const auto date = Date::parse(std::string_view(name).substr(i, 10));
    if (date.ok()) return *date;
  }
  return Error{ErrorCode::invalid_argument,
               "expected the day on which this document was published, as --date YYYY-MM-DD",
               query.file};
}

}  // namespace

Result<Report> Registry::verify(const VerifyQuery& query) {
  const Instant today = now();
  std::vector<Listing> sources;
  if (!query.file.empty()) {
    BREAKEVEN_TRY(const io::FeedFormat* format, io::feed_format(query.registry));
    BREAKEVEN_TRY(const std::string bytes, read_file_text(query.file));
    Listing listed;
    listed.name = format->id;
    BREAKEVEN_TRY(listed.date, date_of(query));
    io::FeedOptions options;
    options.book = &prices();
    options.on = listed.date;
    auto feed = format->read(bytes, options);
    if (!feed) {
      Error error = feed.error();
      error.where = error.where.empty() ? query.file : query.file + ": " + error.where;
      return error;
    }
    listed.rows = std::move(feed->observations);
    sources.push_back(std::move(listed));
  } else {
    std::vector<std::string> books{query.registry};
    if (query.registry.empty()) {
      BREAKEVEN_TRY(books, registry_books(*ledger_));
    }
    for (const std::string& book : books) {
      BREAKEVEN_TRY(Listing listed, listing_of(*ledger_, book, today));
      if (listed.rows.empty() && !query.registry.empty()) {
        return Error{ErrorCode::not_found,
                     "no prices of this registry are in the ledger: crawl or import it first, or "
                     "name a document with --file",
                     book};
      }
      sources.push_back(std::move(listed));
    }
  }

  Table summary{
      "registries",
      "Registries",
      {"registry", "date", "models", "names", "compared", "agrees", "differs", "missing_there",
       "missing_here", "agree_percent", "unknown_models", "other_sellers"},
      {}};
  Table cells{"cells",
              query.all ? "Fields" : "Fields that do not agree",
              {"registry", "vendor", "model", "field", "verdict", "ours_usd", "theirs_usd",
               "percent", "believed", "our_date", "their_date", "reason", "our_source", "native"},
              {}};
  Table unknown{"unknown_models", {}, {"registry", "model"}, {}};
  const catalog::PriceBook ours = book(today);
  for (const Listing& source : sources) {
    const registry::CrossCheck check = compare(ours, source, query.tolerance);
    const registry::FieldCounts counts = check.by_field();
    const std::size_t compared = counts.agree + counts.differs;
    summary.rows.push_back(
        {source.name, source.date.iso(), count_value(counts.models), count_value(counts.names),
         count_value(compared), count_value(counts.agree), count_value(counts.differs),
         count_value(counts.missing_there), count_value(counts.missing_here),
         compared == 0
             ? Value()
             : Value(100.0 * static_cast<double>(counts.agree) / static_cast<double>(compared)),
         count_value(check.unknown_models.size()), count_value(check.other_sellers)});
    for (const registry::Comparison& cell : check.cells) {
      if (!query.all && cell.verdict == registry::Verdict::agree) continue;
      const bool both = cell.ours && cell.theirs;
      cells.rows.push_back({source.name, cell.vendor, cell.model, to_string(cell.field),
                            std::string(to_string(cell.verdict)), usd_value(cell.ours),
                            usd_value(cell.theirs), both ? Value(cell.percent) : Value(),
                            cell.verdict == registry::Verdict::differs
                                ? Value(std::string(cell.ours_believed ? "ours" : "theirs"))
                                : Value(),
                            cell.our_source.empty() ? Value() : Value(cell.our_date.iso()),
                            source.date.iso(), cell.reason.empty() ? Value() : Value(cell.reason),
                            cell.our_source.empty() ? Value() : Value(cell.our_source),
                            cell.native.empty() ? Value() : Value(cell.native)});
    }
    for (const std::string& model : check.unknown_models) {
      unknown.rows.push_back({source.name, model});
    }
  }
  Report report;
  report.head = {{"now", today.iso()},
                 {"tolerance_percent", query.tolerance.estimate() * 100},
                 {"registries_compared", static_cast<std::int64_t>(sources.size())}};
  Table brief{{},
              cells.title,
              {"registry", "model", "field", "verdict", "ours_usd", "theirs_usd", "percent",
               "believed", "reason"},
              {}};
  for (const auto& row : cells.rows) {
    brief.rows.push_back({row[0], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[11]});
  }
  cells.title.clear();
  report.tables = {std::move(summary), std::move(cells), std::move(unknown), std::move(brief)};
  return report;
}

}  // namespace breakeven::service
