#include "apps/http/problem.hpp"

#include <utility>

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

Response json_answer(Result<std::string> body, int status) {
  if (!body) return problem(body.error());
  Response response;
  response.status = status;
  response.body = std::move(body).value();
  return response;
}

Response plans_used_up(const service::Caller& caller) {
  Response response =
      problem(429, "quota-exceeded", "Quota exceeded",
              "this token may run " + std::to_string(caller.plans_per_day.value_or(0)) +
                  " plans a day (UTC), and has");
  response.headers.emplace_back("Retry-After", "3600");
  return response;
}

Response problem(int status, std::string_view code, std::string_view title,
                 std::string_view detail) {
  return answer({status, code, title, detail, {}});
}

}  // namespace breakeven::http
