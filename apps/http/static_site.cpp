#include "apps/http/static_site.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "apps/http/problem.hpp"

namespace breakeven::http {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMaxSiteBytes = 64U << 20U;

constexpr std::string_view kMissingPage = R"(<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Breakeven</title><meta name="viewport" content="width=device-width"></head>
<body>
<main>
<h1>Breakeven is running; the web app is not built</h1>
<p>Start it with <code>./run</code>, or build the app with <code>npm ci &amp;&amp; npm run build</code> in
<code>web/</code> and start the server again. Another folder is named with <code>breakeven serve --web DIR</code>.</p>
<p>The interface works: <a href="/api/v1/health">/api/v1/health</a>,
<a href="/api/v1/version">/api/v1/version</a>.</p>
</main>
</body>
</html>
)";

std::string mime_type(std::string_view path) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kTypes{{
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".wasm", "application/wasm"},
      {".txt", "text/plain; charset=utf-8"},
  }};
  for (const auto& [ending, type] : kTypes) {
    if (path.ends_with(ending)) return std::string(type);
  }
  return "application/octet-stream";
}

/// FNV-1a: tells two builds of a file apart; nobody gains by a collision with a page of one's own.
std::string etag_of(std::string_view bytes) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "\"%016llx\"", static_cast<unsigned long long>(hash));
  return text.data();
}

bool accepts_gzip(std::string_view header) {
  const std::size_t at = header.find("gzip");
  if (at == std::string_view::npos) return false;
  const std::string_view rest = header.substr(at + 4, header.substr(at + 4).find(','));
  return rest.find("q=0") == std::string_view::npos || rest.find("q=0.") != std::string_view::npos;
}

}  // namespace

void StaticSite::add(const std::string& path, std::string bytes) {
  File& file = files_[path];
  file.type = mime_type(path);
  file.etag = etag_of(bytes);
  file.keep = path.starts_with("/assets/");
  file.bytes = std::make_shared<const std::string>(std::move(bytes));
}

Result<StaticSite> StaticSite::load(const std::string& folder) {
  StaticSite site;
  std::error_code failed;
  std::uintmax_t total = 0;
  std::vector<std::pair<std::string, std::string>> packed;
  for (fs::recursive_directory_iterator it(folder, failed), end; !failed && it != end;
       it.increment(failed)) {
    if (!it->is_regular_file()) continue;
    std::ifstream in(it->path(), std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (!in) return Error{ErrorCode::io_error, "cannot read the file", it->path().string()};
    total += bytes.size();
    if (total > kMaxSiteBytes) {
      return Error{ErrorCode::resource_limit, "the web app is larger than 64 MB: a wrong folder?",
                   folder};
    }
    std::string path = "/" + it->path().lexically_relative(folder).generic_string();
    if (path.ends_with(".gz")) {
      packed.emplace_back(path.substr(0, path.size() - 3), std::move(bytes));
    } else {
      site.add(path, std::move(bytes));
    }
  }
  if (failed) return Error{ErrorCode::io_error, failed.message(), folder};
  for (auto& [path, bytes] : packed) {
    const auto file = site.files_.find(path);
    if (file == site.files_.end()) continue;
    file->second.gzip = std::make_shared<const std::string>(std::move(bytes));
  }
  return site;
}

StaticSite StaticSite::missing() {
  StaticSite site;
  site.add("/index.html", std::string(kMissingPage));
  return site;
}

Response StaticSite::answer(const Request& request) const {
  auto found = files_.find(request.path);
  // The app routes by path: what is no file and has no ending is one of its pages.
  const std::string_view last =
      std::string_view(request.path).substr(request.path.find_last_of('/') + 1);
  // Names of models have points in them: "/registry/openai/gpt-5.4".
  const bool page =
      last.find('.') == std::string_view::npos || request.path.starts_with("/registry/");
  if (found == files_.end() && page) {
    found = files_.find("/index.html");
  }
  if (found == files_.end()) {
    return problem({ErrorCode::not_found, "there is no such page", request.path});
  }
  const File& file = found->second;
  Response response;
  response.content_type = file.type;
  response.headers.emplace_back("ETag", file.etag);
  response.headers.emplace_back("Cache-Control",
                                file.keep ? "public, max-age=31536000, immutable" : "no-cache");
  if (file.gzip) response.headers.emplace_back("Vary", "Accept-Encoding");
  if (request.header("if-none-match") == file.etag) {
    response.status = 304;
    return response;
  }
  if (file.gzip && accepts_gzip(request.header("accept-encoding"))) {
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.shared_body = file.gzip;
  } else {
    response.shared_body = file.bytes;
  }
  return response;
}

Result<std::string> find_web_folder(const std::string& named) {
  std::error_code ignored;
  const auto has_app = [&](const fs::path& folder) {
    return fs::is_regular_file(folder / "index.html", ignored);
  };
  if (!named.empty()) {
    if (has_app(named)) return named;
    return Error{ErrorCode::not_found, "expected a folder with index.html", named};
  }
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  const std::array<fs::path, 2> candidates{
      program.parent_path().parent_path() / "share" / "breakeven" / "web",
      fs::path(BREAKEVEN_SOURCE_DIR) / "web" / "dist"};
  for (const fs::path& folder : candidates) {
    if (has_app(folder)) return folder.string();
  }
  return std::string();
}

}  // namespace breakeven::http
