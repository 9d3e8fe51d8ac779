// static_site.hpp — the files of the web app, read once and served from memory.
//
// Shape    A request is looked up among the files found at the start, so no path can lead outside
//          the folder. FILE.gz beside FILE is its packed form and goes to clients that accept gzip.
//          Files below assets/ carry a hash in their name and may be kept for good; all others are
//          revalidated by ETag.
// Errors   A missing folder is not an error: a page explains how to build the web app, the API
//          works.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "apps/http/message.hpp"
#include "engine/base/result.hpp"

namespace breakeven::http {

class StaticSite {
 public:
  /// Reads every file below `folder`. Fails: io_error, and resource_limit above 64 MB.
  [[nodiscard]] static Result<StaticSite> load(const std::string& folder);
  /// The page that says what is missing.
  [[nodiscard]] static StaticSite missing();

  [[nodiscard]] Response answer(const Request& request) const;
  [[nodiscard]] std::size_t size() const { return files_.size(); }

 private:
  struct File {
    std::shared_ptr<const std::string> bytes;
    std::shared_ptr<const std::string> gzip;  ///< null: none
    std::string type;
    std::string etag;
    bool keep = false;
  };
  void add(const std::string& path, std::string bytes);
  std::map<std::string, File, std::less<>> files_;
};

/// web/dist as built: `named` when given, else beside the executable's ../share/breakeven/web, else
/// in the source tree. Empty when there is none. Fails: not_found when `named` holds no index.html.
[[nodiscard]] Result<std::string> find_web_folder(const std::string& named);

}  // namespace breakeven::http
