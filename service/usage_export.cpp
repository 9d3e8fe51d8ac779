#include "service/usage_export.hpp"

#include <fmt/format.h>

#include <array>

#include "engine/base/money.hpp"
#include "engine/usage/values.hpp"

namespace breakeven::service {
namespace {

using usage::Bucket;
using usage::Kind;

constexpr std::size_t kPiece = std::size_t{1} << 16;

// Names that the reader of files of no known program finds by themselves (engine/usage/map_generic).
constexpr std::array<std::string_view, 31> kColumns{"request_id",
                                                    "timestamp",
                                                    "bucket_end",
                                                    "requests",
                                                    "vendor",
                                                    "model",
                                                    "key_name",
                                                    "team",
                                                    "project",
                                                    "session_id",
                                                    "call_type",
                                                    "status",
                                                    "cache_hit",
                                                    "batch",
                                                    "service_tier",
                                                    "residency",
                                                    "context_window",
                                                    "uncached_input_tokens",
                                                    "cached_tokens",
                                                    "cache_write_5m_tokens",
                                                    "cache_write_1h_tokens",
                                                    "output_tokens",
                                                    "reasoning_tokens",
                                                    "input_audio_tokens",
                                                    "output_audio_tokens",
                                                    "input_image_tokens",
                                                    "output_image_tokens",
                                                    "web_searches",
                                                    "cost_usd",
                                                    "latency_ms",
                                                    "ttft_ms"};

/// Nanoseconds as milliseconds, exactly: 12345678 is "12.345678".
std::string milliseconds(std::int64_t ns) {
  return Usd::from_femto(Int128{ns} * (kFemtoPerUsd / 1'000'000)).decimal();
}

}  // namespace

void CsvText::field(std::string_view value) {
  if (!first_) text_ += ',';
  first_ = false;
  const bool plain = value.find_first_of(",\"\r\n") == std::string_view::npos &&
                     (value.empty() || (value.front() != ' ' && value.back() != ' '));
  if (plain) {
    text_ += value;
    return;
  }
  text_ += '"';
  for (const char c : value) text_.append(c == '"' ? 2 : 1, c);
  text_ += '"';
}

Status CsvText::end_row() {
  text_ += '\n';
  first_ = true;
  return text_.size() < kPiece ? Status() : flush();
}

Status CsvText::flush() {
  const Status written = write_(text_);
  text_.clear();
  return written;
}

UsageCsv::UsageCsv(CsvText& csv) : csv_(csv) {
  for (const std::string_view name : kColumns) csv_.field(name);
  status_ = csv_.end_row();
}

void UsageCsv::number(std::int64_t value) {
  csv_.field(value == 0 ? std::string() : std::to_string(value));
}

void UsageCsv::take(const usage::UsageRecord& r) {
  if (!status_) return;
  if (grain_ == usage::Grain::charge || r.clock != usage::Clock::utc) {
    ++left_out_;
    return;
  }
  // Sums of one period and model that differ in what has no column stay apart by their identity.
  csv_.field(r.id.empty() ? fmt::format("id-{:016x}{:016x}", identity_.high, identity_.low)
                          : std::string(r.id));
  csv_.field(usage::iso_time(r.start_ns));
  csv_.field(r.single ? std::string() : usage::iso_time(r.end_ns));
  csv_.field(r.single || !r.requests ? std::string() : std::to_string(*r.requests));
  for (const std::string_view text : {r.vendor, r.model, r.key, r.team, r.project, r.session}) {
    csv_.field(text);
  }
  csv_.field(r.kind == Kind::embedding ? "embedding" : r.kind == Kind::other ? "moderation" : "");
  csv_.field(r.kind == Kind::failed ? "failed" : "");
  csv_.field(r.kind == Kind::gateway_cache_hit ? "true" : "");
  csv_.field(r.kind == Kind::batch ? "true" : "");
  csv_.field(r.mode ? catalog::to_string(*r.mode) : std::string_view());
  csv_.field(r.residency);
  csv_.field(r.long_context ? "> 200k" : "");
  // What is read back as text gives way to sounds and pictures, which count in it.
  csv_.field(std::to_string(r.tokens[Bucket::uncached] + r.tokens[Bucket::audio_input] +
                            r.tokens[Bucket::image_input]));
  number(r.tokens[Bucket::cache_read]);
  number(r.tokens[Bucket::cache_write_5m]);
  number(r.tokens[Bucket::cache_write_1h]);
  csv_.field(std::to_string(r.tokens.all_output()));
  number(r.tokens.reasoning);
  number(r.tokens[Bucket::audio_input]);
  number(r.tokens[Bucket::audio_output]);
  number(r.tokens[Bucket::image_input]);
  number(r.tokens[Bucket::image_output]);
  number(r.web_searches);
  csv_.field(r.cost ? r.cost->decimal() : std::string());
  csv_.field(r.latency_ns ? milliseconds(*r.latency_ns) : std::string());
  csv_.field(r.ttft_ns ? milliseconds(*r.ttft_ns) : std::string());
  status_ = csv_.end_row();
}

}  // namespace breakeven::service
