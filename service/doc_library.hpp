// doc_library.hpp — the documents that came with the program, for those who read them by name.
//
// Shape    Looked for in ../share/doc/breakeven beside the executable, then in the source tree. A
//          document is found among those listed, so no name leads anywhere else.
// Errors   not_found with near matches.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"

namespace breakeven::service {

struct Document {
  std::string id;     ///< "methodology/plan"
  std::string title;  ///< its first heading
};

/// Those of docs/methodology, docs/formats and docs/guides, by name.
[[nodiscard]] std::vector<Document> documents();
[[nodiscard]] Result<std::string> read_document(std::string_view id);
/// docs/openapi.json
[[nodiscard]] Result<std::string> openapi_document();

}  // namespace breakeven::service
