#include "engine/decision/rungs.hpp"

#include <ranges>
#include <string>
#include <utility>

#include "engine/base/money.hpp"

namespace breakeven::decision {

Ladder& Ladder::step(std::string id, std::string title, Usd api, Usd self_host, std::string note) {
  Rung rung;
  rung.id = std::move(id);
  rung.title = std::move(title);
  rung.evaluated = true;
  rung.api = api;
  rung.self_host = self_host;
  rung.difference = api - self_host;
  rung.note = std::move(note);
  for (const Rung& before : rungs_ | std::views::reverse) {
    if (before.evaluated) {
      rung.delta = rung.difference - before.difference;
      break;
    }
  }
  rungs_.push_back(std::move(rung));
  return *this;
}

Ladder& Ladder::missing(std::string id, std::string title, const std::string& needs) {
  Rung rung;
  rung.id = std::move(id);
  rung.title = std::move(title);
  rung.note = "not evaluated: needs " + needs;
  if (!rungs_.empty()) {
    rung.api = rungs_.back().api;
    rung.self_host = rungs_.back().self_host;
    rung.difference = rungs_.back().difference;
  }
  rungs_.push_back(std::move(rung));
  return *this;
}

}  // namespace breakeven::decision
