#include "apps/http/problem.hpp"

#include "codec/http_json.hpp"

namespace breakeven::http {
namespace {

Response answer(const codec::Problem& found) {
  Response response;
  response.status = found.status;
  response.content_type = "application/problem+json";
  response.body = codec::problem_to_json(found);
  return response;
}

}  // namespace

Response problem(const Error& error) {
  const ErrorInfo info = error_info(error.code);
  return answer({info.http_status, info.name, info.title, error.message, error.where});
}

Response problem(int status, std::string_view code, std::string_view title,
                 std::string_view detail) {
  return answer({status, code, title, detail, {}});
}

}  // namespace breakeven::http
