#include "engine/siblings/training_prices.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/named_text.hpp"

namespace breakeven::siblings {
namespace {

/// "gpt-4o-2024-08-06" -> "gpt-4o".
std::string_view without_snapshot(std::string_view model) {
  constexpr std::size_t kDate = 11;  // "-2024-08-06"
  if (model.size() <= kDate) return model;
  const std::string_view end = model.substr(model.size() - kDate);
  return end.starts_with("-20") && end[5] == '-' && end[8] == '-'
             ? model.substr(0, model.size() - kDate)
             : model;
}

}  // namespace

Result<std::vector<TrainingPrice>> read_training_prices(const catalog::NamedText& file) {
  BREAKEVEN_TRY(const CsvTable table, CsvTable::parse(file.content, file.name));
  std::vector<TrainingPrice> prices;
  for (const CsvTable::Row& row : table.rows()) {
    const auto text = [&](std::string_view column) -> Result<std::string> {
      BREAKEVEN_TRY(const std::size_t at, table.column(column));
      return row.fields[at];
    };
    TrainingPrice one;
    BREAKEVEN_TRY(one.vendor, text("vendor"));
    BREAKEVEN_TRY(one.model, text("model"));
    BREAKEVEN_TRY(one.note, text("note"));
    BREAKEVEN_TRY(one.source.text, text("source"));
    BREAKEVEN_TRY(one.source.date, text("source_date"));
    BREAKEVEN_TRY(const std::string by_token, text("usd_per_mtok"));
    BREAKEVEN_TRY(const std::string by_hour, text("usd_per_hour"));
    one.source.place = file.name + ":" + std::to_string(row.line);
    one.per_hour = by_token.empty();
    const auto price = Usd::parse(one.per_hour ? by_hour : by_token);
    if (!price.ok() || *price < Usd() || by_token.empty() == by_hour.empty()) {
      return Error{ErrorCode::parse_error,
                   "expected a price per million tokens or one per hour, found \"" + by_token +
                       "\" and \"" + by_hour + "\"",
                   one.source.place};
    }
    one.usd = *price;
    prices.push_back(std::move(one));
  }
  return prices;
}

Result<const TrainingPrice*> find_training_price(const std::vector<TrainingPrice>& prices,
                                                 std::string_view model, const std::string& place) {
  std::vector<std::string> ids;
  const std::string wanted = to_lower(trim(model));
  for (const TrainingPrice& price : prices) {
    const std::string_view plain = without_snapshot(price.model);
    if (wanted == price.id() || wanted == price.model || wanted == plain ||
        wanted == price.vendor + "/" + std::string(plain)) {
      return &price;
    }
    ids.push_back(price.id());
  }
  Error error = not_found("training price of", model, ids, place);
  error.message += "; training.usd_per_mtok can be given instead";
  return error;
}

}  // namespace breakeven::siblings
