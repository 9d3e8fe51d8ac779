// record.hpp — one record of an import of API usage: a request, a time bucket, or a line of a bill.
//
// Units    Instants in nanoseconds since 1970-01-01T00:00:00Z; tokens are counts; money is Usd.
// Shape    Token buckets exclude each other: whatever a vendor includes in what, a token is in
//          exactly one bucket, and their sum is what was processed. Reasoning is a part of the
//          output and is told beside it. Counts may be negative on lines of a bill only (credits,
//          corrections).
// Threads  A record's texts are views that live as long as the call that hands the record over.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/money.hpp"
#include "engine/catalog/price_book.hpp"

namespace breakeven::usage {

/// Where a token is counted.
enum class Bucket : std::uint8_t {
  uncached,        ///< prompt text that was neither read from nor written to a cache
  cache_read,      ///< prompt, read from the cache
  cache_write_5m,  ///< prompt, written to the cache (five minutes, or the vendor's only kind)
  cache_write_1h,  ///< prompt, written for an hour
  output,          ///< answer text, reasoning included
  audio_input,     ///< prompt sound, not cached
  audio_output,
  image_input,  ///< prompt pictures, not cached
  image_output
};
inline constexpr std::size_t kBuckets = 9;

/// "cache_read", as in JSON.
[[nodiscard]] std::string_view bucket_name(Bucket bucket);
/// Part of the answer, not of the prompt.
[[nodiscard]] constexpr bool is_output(Bucket bucket) {
  return bucket == Bucket::output || bucket == Bucket::audio_output ||
         bucket == Bucket::image_output;
}

struct Tokens {
  std::array<std::int64_t, kBuckets> count{};
  std::int64_t reasoning = 0;  ///< part of `output`

  [[nodiscard]] std::int64_t& operator[](Bucket b) { return count[static_cast<std::size_t>(b)]; }
  [[nodiscard]] std::int64_t operator[](Bucket b) const {
    return count[static_cast<std::size_t>(b)];
  }
  /// Whole prompt, cached tokens included.
  [[nodiscard]] std::int64_t input() const {
    return (*this)[Bucket::uncached] + (*this)[Bucket::cache_read] +
           (*this)[Bucket::cache_write_5m] + (*this)[Bucket::cache_write_1h] +
           (*this)[Bucket::audio_input] + (*this)[Bucket::image_input];
  }
  [[nodiscard]] std::int64_t all_output() const {
    return (*this)[Bucket::output] + (*this)[Bucket::audio_output] + (*this)[Bucket::image_output];
  }
};

/// What a record is to a plan. Only `chat` is load that a fleet would have to answer at once.
enum class Kind : std::uint8_t {
  chat,
  embedding,
  batch,              ///< through a batch interface: no arrival meaning, batch prices
  failed,             ///< refused, cancelled or broken off
  gateway_cache_hit,  ///< answered by the gateway; the provider was not called
  other               ///< pictures, speech, moderation, fees without tokens
};
inline constexpr std::size_t kKinds = 6;

/// "gateway-cache-hit", as in JSON.
[[nodiscard]] std::string_view kind_name(Kind kind);

/// How a record lies in time.
enum class Clock : std::uint8_t {
  none,      ///< no time at all (a scrape of counters)
  utc,       ///< [start_ns, end_ns)
  relative,  ///< the same, from the unknown zero of a trace
};

/// What a record of a format is.
enum class Grain : std::uint8_t {
  request,  ///< one call
  bucket,   ///< calls summed over a time bucket
  charge,   ///< a line of a bill: money by day or hour and token class
  counter   ///< running totals of a server
};

/// "charge", as in JSON.
[[nodiscard]] std::string_view grain_name(Grain grain);

struct UsageRecord {
  std::string_view id;  ///< of the request; empty when the source has none
  Clock clock = Clock::none;
  std::int64_t start_ns = 0;
  std::int64_t end_ns = 0;  ///< of the bucket; equal to start_ns for a single request
  bool single = true;       ///< one request; else a sum over a bucket or a line of a bill
  Kind kind = Kind::chat;

  std::string_view vendor;  ///< as the source says it; may be empty
  std::string_view model;
  std::string_view key;  ///< label of the API key; never the key
  std::string_view team;
  std::string_view project;
  std::string_view session;
  std::optional<catalog::Mode> mode;
  std::string_view residency;
  bool long_context = false;  ///< a bucket of prompts above the vendor's context threshold

  Tokens tokens;
  std::optional<std::int64_t> requests = 1;  ///< nothing: the source does not count them
  std::int64_t web_searches = 0;
  std::optional<Usd> cost;  ///< what the source says it cost
  std::optional<std::int64_t> latency_ns;
  std::optional<std::int64_t> ttft_ns;  ///< time to the first token
};

/// Tells a record from every other one, by 128 bits of its identity; the same whenever the same
/// record is exported again.
struct RecordIdentity {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  std::uint64_t content = 0;  ///< of what it says; differs between conflicting tellings
};

struct RecordBatch;

/// Takes the records of an import, one after another.
class RecordSink {
 public:
  RecordSink() = default;
  RecordSink(const RecordSink&) = delete;
  RecordSink& operator=(const RecordSink&) = delete;
  virtual ~RecordSink() = default;
  /// The records that follow come from a source of this grain.
  virtual void begin(Grain /*grain*/) {}
  /// Whether identify() is to be called for records without an id too, which costs memory.
  [[nodiscard]] virtual bool wants_identity() const { return false; }
  /// Who the record is that the next take() brings.
  virtual void identify(const RecordIdentity& /*identity*/) {}
  virtual void take(const UsageRecord& record) = 0;
  /// Many records that differ in little (record_batch.hpp): the same as identify() and take() of
  /// each, which is what happens when nobody knows better.
  virtual void take_all(const RecordBatch& batch);
};

}  // namespace breakeven::usage
