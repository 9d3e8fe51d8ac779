#include "registry/matching.hpp"

#include <algorithm>
#include <vector>

#include "engine/base/text.hpp"

namespace breakeven::registry {

std::string_view to_string(Match::How how) {
  return how == Match::How::exact ? "exact" : "pattern";
}

std::string base_of_fine_tune(std::string_view name) {
  name = trim(name);
  if (const std::size_t slash = name.rfind('/'); slash != std::string_view::npos) {
    if (name.substr(slash + 1).starts_with("ft:")) name.remove_prefix(slash + 1);
  }
  if (name.starts_with("ft:")) {
    name.remove_prefix(3);
    return std::string(name.substr(0, name.find(':')));
  }
  // "davinci:ft-org-2023-..." of the first fine-tuning API.
  if (const std::size_t old = name.find(":ft-"); old != std::string_view::npos) {
    return std::string(name.substr(0, old));
  }
  return {};
}

Result<Match> match_model(const catalog::PriceBook& book, std::string_view vendor,
                          std::string_view name) {
  if (const std::string base = base_of_fine_tune(name); !base.empty()) {
    return Error{ErrorCode::unsupported,
                 "\"" + std::string(name) + "\" is a fine-tune of " + base +
                     " and billed at rates of its own, which no source lists",
                 {}};
  }
  const std::string seller = book.vendor_id(vendor);
  std::vector<const catalog::PricedModel*> exact;
  for (const catalog::PricedModel& model : book.models()) {
    const bool named = model.name == name || model.id() == name;
    if (named && (seller.empty() || model.vendor == seller)) exact.push_back(&model);
  }
  if (exact.size() == 1) return Match{exact.front(), Match::How::exact};
  auto found = book.find(vendor, name);
  if (found.ok()) return Match{*found, Match::How::pattern};
  Error error = found.error();
  if (error.message.find("names several") != std::string::npos) {
    error.code = ErrorCode::invalid_argument;
  }
  return error;
}

const catalog::PricedModel* listed_as(const catalog::PriceBook& book, std::string_view vendor,
                                      std::string_view name) {
  const auto match = match_model(book, vendor, name);
  if (!match.ok() || match->model->vendor != book.vendor_id(vendor)) return nullptr;
  return match->model;
}

}  // namespace breakeven::registry
