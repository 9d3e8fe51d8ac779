// conditional.hpp — entity tags: an answer that the client has already is not sent again.
//
// Sources  RFC 9110, sections 8.8.3 and 13.1.2.
#pragma once

#include "apps/http/message.hpp"

namespace breakeven::http {

/// Gives a 200 to a GET an ETag (a fingerprint of its body) and lets caches keep it for checking;
/// makes it a 304 when If-None-Match names that tag. Answers that have an ETag of their own, or that
/// are streams, stay as they are.
void make_conditional(const Request& request, Response& response);

/// Makes an answer that has an ETag a 304 when If-None-Match names that.
void answer_not_modified(const Request& request, Response& response);

}  // namespace breakeven::http
