// use_cases.hpp — what the HTTP interface can be asked, as functions of the service room.
//
// Shape    JSON texts in and out. A function that is not set has no route. live_use_cases() binds
//          them to the engine; the tests of the transport bind them to functions of their own.
// Threads  Called from several threads at once.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "apps/http/sibling_routes.hpp"
#include "codec/http_json.hpp"
#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/traffic/trace.hpp"
#include "service/access_desk.hpp"
#include "service/plan.hpp"
#include "service/quick.hpp"
#include "service/registry_views.hpp"
#include "service/server_records.hpp"

namespace breakeven::http {

/// A trace that was uploaded: what is kept of it is the requests, never the file.
struct UploadedTrace {
  std::shared_ptr<const traffic::Trace> trace;
  std::string description;  ///< JSON: rows, rejects, statistics
};

struct UseCases {
  std::function<Result<std::string>()> version;
  std::function<Result<std::string>()> openapi;
  std::function<Result<std::string>(std::string_view body)> quick;
  std::function<Result<std::string>()> quick_cases;
  /// The derivation of one figure of the answer to `body`.
  std::function<Result<std::string>(std::string_view body, std::string_view figure)> quick_explain;
  /// kind: models, accelerators, api-models, constraints
  std::function<Result<std::string>(std::string_view kind)> catalog;
  std::function<Result<std::string>()> example_traces;
  std::function<Result<UploadedTrace>(const std::string& path, const std::string& name)> read_trace;
  /// Reads the trace that a plan names, when it is one of the examples.
  std::function<Result<UploadedTrace>(std::string_view id)> example_trace;
  /// Refuses what can be refused without the trace; long work is left to plan().
  std::function<Result<codec::PlanOrder>(std::string_view body)> plan_order;
  std::function<Result<std::string>(std::string_view question, const traffic::Trace& trace,
                                    Ticker& ticker)>
      plan;
  SiblingUseCase sibling;
  /// The price of a call, for one model or several.
  std::function<Result<std::string>(std::string_view body)> price;
  /// Past bills against a budget or the period before, and forecasts against what was paid.
  std::function<Result<std::string>(std::string_view body)> backtest;
  /// What the functions above answer with, for other interfaces of the same program.
  std::shared_ptr<const service::Facts> facts;
  std::shared_ptr<const codec::QuickCalculator> calculator;
  std::shared_ptr<const service::SiblingFacts> sibling_facts;
  /// The price registry; null: has no routes.
  std::shared_ptr<const service::RegistryViews> registry;
  /// Tokens, saved plans, the audit log; null: nothing lasting can be kept here.
  std::shared_ptr<service::ServerRecords> records;
  std::shared_ptr<service::AccessDesk> desk;  ///< over the same; null with it
};

/// Loads the catalogue (`catalog_dir` empty: finds it) once, and opens the price ledger (`ledger`
/// empty: the user's own); fails as they do.
[[nodiscard]] Result<UseCases> live_use_cases(const std::string& catalog_dir,
                                              std::shared_ptr<Pool> pool,
                                              const std::string& ledger);

}  // namespace breakeven::http
