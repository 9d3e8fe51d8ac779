#include "apps/http/sibling_routes.hpp"

#include <utility>

#include "apps/http/problem.hpp"
#include "codec/siblings_json.hpp"

namespace breakeven::http {

void add_sibling_routes(Router& router, const SiblingUseCase& answer) {
  for (const service::Sibling sibling : service::kSiblings) {
    const std::string path = "/api/v1/" + std::string(service::path_of(sibling));
    router.add(Method::get, path + "/fields", [sibling](const Request&) {
      return json_answer(codec::fields_to_json(service::sibling_fields(sibling), -1));
    });
    router.add(
        Method::post, path,
        [answer, sibling](const Request& request) {
          return json_answer(answer(sibling, request.body, {}));
        },
        Body::json, service::Scope::read);
    router.add(
        Method::post, path + "/explain",
        [answer, sibling](const Request& request) {
          const std::string figure = request.query_value("figure");
          if (figure.empty()) {
            return problem(
                {ErrorCode::invalid_argument, "expected the name of a figure", "figure"});
          }
          return json_answer(answer(sibling, request.body, figure));
        },
        Body::json, service::Scope::read);
  }
}

}  // namespace breakeven::http
