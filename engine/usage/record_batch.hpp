// record_batch.hpp — many requests in little room, for readers and sums that are bound by memory.
//
// Units    As in record.hpp.
// Shape    Requests of one file share few combinations of labels (model, team, kind, ...). A batch
//          holds each combination once, as a record without numbers, and of every request what is
//          its own. Order is the order of the file.
// Threads  A batch is a view; its texts live as long as the call that hands it over.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/usage/record.hpp"

namespace breakeven::usage {

/// A single request; what it shares with others is `likes[like]` of its batch.
struct BatchItem {
  RecordIdentity identity;  ///< of a request with an id
  std::int64_t start_ns = 0;
  std::int64_t cost_femto = 0;   ///< 1e-15 USD
  std::int64_t latency_ns = -1;  ///< -1: not known
  std::int64_t ttft_ns = -1;
  const char* id = nullptr;
  const char* session = nullptr;
  std::uint32_t id_size = 0;
  std::uint32_t session_size = 0;
  std::array<std::int32_t, kBuckets> tokens{};
  std::int32_t reasoning = 0;
  std::uint32_t like = 0;
  Clock clock = Clock::utc;
  bool has_cost = false;
  bool assumed = false;  ///< nothing proves where its cached tokens are counted
  bool naive = false;    ///< its time names no zone

  [[nodiscard]] std::string_view id_text() const { return {id, id_size}; }
  [[nodiscard]] Usd cost() const { return Usd::from_femto(cost_femto); }
  /// Whole prompt, cached tokens included.
  [[nodiscard]] std::int64_t input() const {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < kBuckets; ++i) {
      if (!is_output(static_cast<Bucket>(i))) sum += tokens[i];
    }
    return sum;
  }
};

struct RecordBatch {
  std::span<const UsageRecord> likes;
  std::span<const BatchItem> items;

  /// The request as a record of its own.
  [[nodiscard]] UsageRecord record(const BatchItem& item) const;
};

}  // namespace breakeven::usage
