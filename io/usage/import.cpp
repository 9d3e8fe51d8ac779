#include "io/usage/import.hpp"

#include <memory>
#include <utility>

#include "io/usage/file_reader.hpp"
#include "io/usage/text_buffer.hpp"

namespace breakeven::io {

usage::FileReport UsageImporter::read(const std::string& path) {
  return read_stream(ByteStream::open(path), path, path == "-" ? std::string() : path);
}

usage::FileReport UsageImporter::read_bytes(std::string_view bytes, const std::string& name) {
  return read_stream(ByteStream::from_memory(bytes, name), name, {});
}

usage::FileReport UsageImporter::read_stream(Result<ByteStream> stream, const std::string& name,
                                             const std::string& path) {
  usage::FileReport report;
  report.file = name;
  if (!stream) {
    report.broken = stream.error();
    return report;
  }
  report.file = stream->name();
  report.packing = packing_name(stream->packing());
  std::function<void(std::int64_t)> heard;
  if (options_.progress) {
    heard = [&](std::int64_t bytes) { options_.progress(bytes, stream->packing()); };
  }
  TextBuffer text(*stream, std::move(heard));
  usage::Intake intake(options_.intake, seen_, sink_, report);
  const bool plain = stream->packing() == Packing::none;
  FileReader reader(options_, counters_, text, intake, plain ? path : std::string());
  reader.read();
  report.bytes = reader.bytes();
  if (text.error() && !report.broken) report.broken = *text.error();
  return report;
}

}  // namespace breakeven::io
