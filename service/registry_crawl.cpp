// Reading sources: over the network, and from files.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "registry/crawler.hpp"
#include "registry/fetcher.hpp"
#include "service/file_text.hpp"
#include "service/registry.hpp"
#include "service/registry_rows.hpp"

namespace breakeven::service {
namespace {

using codec::Report;
using codec::Table;
using codec::Value;

Table runs_table() {
  return {"runs",
          "Runs",
          {"source", "book", "status", "http_status", "rows", "models", "changes", "quarantined",
           "rejected_entries", "contradictions", "error"},
          {}};
}

void add_run(const registry::Source& source, const registry::Crawl& crawl, Table& table) {
  const auto count = [](std::size_t n) { return static_cast<std::int64_t>(n); };
  table.rows.push_back(
      {source.id, source.book,
       crawl.too_soon ? Value(std::string("asked less than a day ago"))
                      : Value(std::string(to_string(crawl.run.status))),
       crawl.run.http_status == 0 ? Value() : Value(std::int64_t{crawl.run.http_status}),
       crawl.run.rows, crawl.feed.models, count(crawl.changes.proposed.size()),
       count(crawl.changes.quarantined.size()), count(crawl.feed.rejected.size()),
       crawl.contradictions, crawl.run.error.empty() ? Value() : Value(crawl.run.error)});
}

}  // namespace

Result<Report> Registry::crawl(const CrawlQuery& query) {
  std::vector<registry::Source> sources;
  if (query.sources.empty()) {
    sources = registry::standard_sources();
  } else {
    for (const std::string& id : query.sources) {
      BREAKEVEN_TRY(registry::Source source, registry::standard_source(id));
      if (!query.url.empty()) source.url = query.url;
      sources.push_back(std::move(source));
    }
  }
  if (!query.url.empty() && query.sources.size() != 1) {
    return Error{ErrorCode::invalid_argument, "expected one --source with --url", "registry crawl"};
  }
  registry::FetchLimits limits;
  limits.allow_private_addresses = query.allow_private_addresses;
  registry::Clock clock = registry::system_clock();
  if (fixed_now_) clock.now = [now = *fixed_now_] { return now; };
  clock.cancelled = query.cancelled;
  std::shared_ptr<registry::Fetcher> fetcher = query.fetcher;
  if (!fetcher) fetcher = registry::make_http_fetcher(limits, clock);
  Table table = runs_table();
  std::int64_t failed = 0;
  for (registry::Source& source : sources) {
    source.min_interval_s = query.min_interval_s.value_or(source.min_interval_s);
    BREAKEVEN_TRY(const registry::Crawl crawl,
                  registry::record_crawl(*ledger_, source, *fetcher, clock, &prices()));
    if (query.cancelled && query.cancelled()) {
      return Error{ErrorCode::resource_limit, "cancelled", "registry crawl"};
    }
    failed += !crawl.too_soon && crawl.run.status == store::RunStatus::failed ? 1 : 0;
    add_run(source, crawl, table);
  }
  Report report;
  report.head = {{"now", now().iso()},
                 {"sources", static_cast<std::int64_t>(sources.size())},
                 {"failed", failed}};
  report.tables.push_back(std::move(table));
  return report;
}

Result<Report> Registry::import(const ImportQuery& query) {
  BREAKEVEN_TRY(const registry::Source source, registry::standard_source(query.source));
  BREAKEVEN_TRY(std::string bytes, read_file_text(query.file));
  const Instant at = query.date ? Instant::from_date(*query.date) : now();
  BREAKEVEN_TRY(const registry::Crawl found,
                registry::record_document(*ledger_, source, std::move(bytes), at, &prices()));
  if (found.run.status == store::RunStatus::failed) {
    return Error{ErrorCode::parse_error, found.run.error, query.file};
  }
  Report report;
  report.head = {{"file", query.file}, {"known_from", at.iso()}};
  Table table = runs_table();
  add_run(source, found, table);
  report.tables.push_back(std::move(table));
  return report;
}

}  // namespace breakeven::service
