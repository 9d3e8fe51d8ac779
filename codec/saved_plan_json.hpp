// saved_plan_json.hpp — plans that a server keeps (docs/formats/http.md, "Saved plans").
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace breakeven::codec {

/// {"name":..., "document":{...}}: what is saved. The document is whatever its author makes of it.
struct PlanDocument {
  std::string name;
  std::string document;  ///< JSON on one line
};
/// Fails: parse_error, invalid_argument with a JSON pointer.
[[nodiscard]] Result<PlanDocument> plan_document_from_json(std::string_view body);

struct SavedPlanView {
  std::string id;
  std::string name;
  std::int64_t version = 0;
  std::string created_at;  ///< left out when empty
  std::string saved_at;
  std::string saved_by;
  std::string document;  ///< JSON; left out when empty
};
[[nodiscard]] std::string saved_plan_to_json(const SavedPlanView& plan);
/// {"plans":[...],"next_before":N or null}
[[nodiscard]] std::string saved_plans_to_json(std::span<const SavedPlanView> plans,
                                              std::int64_t next_before);
/// {"id":...,"versions":[...]}
[[nodiscard]] std::string plan_versions_to_json(std::string_view id,
                                                std::span<const SavedPlanView> versions);

}  // namespace breakeven::codec
