#include "apps/http/use_cases.hpp"

#include <array>
#include <utility>
#include <vector>

#include "codec/backtest_json.hpp"
#include "codec/http_json.hpp"
#include "service/doc_library.hpp"
#include "service/plan_request.hpp"
#include "service/price_request.hpp"
#include "service/registry_open.hpp"
#include "service/selectors.hpp"
#include "service/trace_library.hpp"

namespace breakeven::http {

namespace {

/// No home, or nothing can be written there.
bool cannot_be_kept(const Error& error) {
  return error.code == ErrorCode::io_error || error.code == ErrorCode::not_found;
}

}  // namespace

Result<UseCases> live_use_cases(const std::string& catalog_dir, std::shared_ptr<Pool> pool,
                                const std::string& ledger) {
  BREAKEVEN_TRY(const auto facts, service::load_facts(catalog_dir));
  // Shares the facts' life, so that handlers may outlive this function.
  const std::shared_ptr<const catalog::Catalog> catalog(facts, &facts->catalog);
  BREAKEVEN_TRY(auto made, service::load_quick_calculator(catalog_dir));
  const auto quick = std::make_shared<const codec::QuickCalculator>(std::move(made));
  UseCases use;
  use.facts = facts;
  use.calculator = quick;
  use.version = [catalog]() -> Result<std::string> {
    const std::string newest = catalog->newest().iso();
    const std::array<std::pair<std::string_view, std::string_view>, 2> fields{
        {{"version", BREAKEVEN_VERSION}, {"catalogue", newest}}};
    return codec::strings_to_json(fields);
  };
  use.openapi = service::openapi_document;
  use.quick = [quick, pool](std::string_view body) { return quick->answer_json(body, *pool); };
  use.quick_explain = [quick, pool](std::string_view body, std::string_view figure) {
    return quick->explain_json(body, figure, *pool);
  };
  use.quick_cases = [quick]() -> Result<std::string> { return quick->setup_json(); };
  BREAKEVEN_TRY(auto sibling_facts, service::load_sibling_facts(catalog_dir, catalog));
  use.sibling_facts = std::make_shared<const service::SiblingFacts>(std::move(sibling_facts));
  use.sibling = [facts = use.sibling_facts](service::Sibling sibling, std::string_view body,
                                            std::string_view figure) {
    return service::sibling_json(sibling, body, figure, *facts);
  };
  use.price = [catalog](std::string_view body) {
    return service::quote_answer_json(catalog->prices(), body);
  };
  use.backtest = codec::backtest_answer;
  use.catalog = [catalog](std::string_view kind) { return service::choices(*catalog, kind); };
  const auto uploaded = [](Result<service::LoadedTrace> read) -> Result<UploadedTrace> {
    if (!read) return read.error();
    return UploadedTrace{read->trace, std::move(read->description)};
  };
  use.example_traces = service::example_traces;
  use.example_trace = [uploaded](std::string_view id) {
    return uploaded(service::load_example(id));
  };
  use.read_trace = [uploaded](const std::string& path, const std::string& name) {
    return uploaded(service::load_trace(path, name, service::kUploadLimits));
  };
  use.plan_order = codec::plan_order_from_json;
  use.plan = [facts, pool](std::string_view question, const traffic::Trace& trace, Ticker& ticker) {
    return service::plan_json(*facts, question, trace, BREAKEVEN_VERSION, *pool, ticker);
  };
  BREAKEVEN_TRY(use.registry, service::open_registry_views(ledger, catalog_dir));
  // As with the ledger: where the user's own cannot be written, there is nothing to keep plans in.
  auto records = service::open_records(ledger);
  if (!records && !(ledger.empty() && cannot_be_kept(records.error()))) return records.error();
  if (records) {
    use.records = std::move(records).value();
    use.desk = std::make_shared<service::AccessDesk>(use.records);
  }
  return use;
}

}  // namespace breakeven::http
