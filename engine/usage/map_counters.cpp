#include "engine/usage/map_counters.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "engine/base/text.hpp"
#include "engine/pricing/usage_fields.hpp"
#include "engine/usage/intake.hpp"
#include "engine/usage/mapper.hpp"
#include "engine/usage/reading.hpp"
#include "engine/usage/record.hpp"
#include "engine/usage/row.hpp"
#include "engine/usage/values.hpp"

namespace breakeven::usage {
namespace {

using pricing::Field;
using pricing::Fields;

class OtlpCounters final : public Mapper {
 public:
  explicit OtlpCounters(CounterBook* book) : Mapper({}), book_(book) {}

  void map(const Row& /*row*/, Fields::Ref record, Intake& intake) override {
    if (record["scopeMetrics"].there()) {
      take_resource(record, intake);
      return;
    }
    const Fields::Ref resources = record["resourceMetrics"];
    if (!resources.is(Field::Type::array)) {
      intake.reject(Reason::other_format);
      return;
    }
    for (Fields::Ref r = resources.first(); r.there(); r = r.next()) take_resource(r, intake);
  }

 private:
  void take_resource(Fields::Ref resource, Intake& intake) {
    std::string source;
    for (Fields::Ref a = resource["resource"]["attributes"].first(); a.there(); a = a.next()) {
      source +=
          std::string(a["key"].text()) + "=" + std::string(scalar_text(a["value"].first())) + ";";
    }
    const Fields::Ref scopes = resource["scopeMetrics"];
    for (Fields::Ref scope = scopes.first(); scope.there(); scope = scope.next()) {
      for (Fields::Ref m = scope["metrics"].first(); m.there(); m = m.next()) {
        const Fields::Ref histogram = m["histogram"];
        const bool tokens = m["name"].text() == "gen_ai.client.token.usage";
        const std::string_view kind = scalar_text(histogram["aggregationTemporality"]);
        const bool cumulative = kind == "2" || kind.find("CUMULATIVE") != std::string_view::npos;
        for (Fields::Ref point = histogram["dataPoints"].first(); point.there();
             point = point.next()) {
          if (tokens) {
            take_point(point, source, cumulative, intake);
          } else {
            intake.ignore("a point of a metric that counts no tokens");
          }
        }
      }
    }
  }

  void take_point(Fields::Ref point, const std::string& source, bool cumulative, Intake& intake) {
    UsageRecord record;
    record.single = false;
    std::string series = source;
    std::string_view type;
    for (Fields::Ref a = point["attributes"].first(); a.there(); a = a.next()) {
      const std::string_view key = a["key"].text();
      const std::string_view value = scalar_text(a["value"].first());
      series += std::string(key) + "=" + std::string(value) + ";";
      if (key == "gen_ai.token.type") type = value;
      if (key == "gen_ai.operation.name") read_call(value, record);
      if (key == "gen_ai.provider.name" || key == "gen_ai.system") record.vendor = value;
      if (key == "gen_ai.response.model" ||
          (key == "gen_ai.request.model" && record.model.empty())) {
        record.model = value;
      }
    }
    TimeText start;
    TimeText end;
    const std::string_view end_text = scalar_text(point["timeUnixNano"]);
    if (const Reason wrong = parse_time(end_text, end); wrong != Reason::none) {
      intake.reject(wrong, "timeUnixNano", end_text);
      return;
    }
    if (parse_time(scalar_text(point["startTimeUnixNano"]), start) != Reason::none) start = end;
    std::int64_t sum = 0;
    std::int64_t count = 0;
    bool exact = true;
    Reason wrong = parse_quantity(scalar_text(point["sum"]), 1, sum, exact);
    if (wrong == Reason::none && sum < 0) wrong = Reason::negative;
    if (wrong != Reason::none) {
      intake.reject(wrong, "sum", scalar_text(point["sum"]));
      return;
    }
    wrong = parse_count(scalar_text(point["count"]), kMaxBucketTokens, count);
    if (wrong != Reason::none || count < 0) {
      intake.reject(wrong == Reason::none ? Reason::negative : wrong, "count",
                    scalar_text(point["count"]));
      return;
    }
    if (!exact) intake.note("sums that are not whole tokens are rounded");
    if (cumulative && book_ != nullptr) {
      sum = book_->increase("otlp sum " + series, sum);
      count = book_->increase("otlp count " + series, count);
      auto& last = last_end_ns_[series];
      if (last > start.ns) start.ns = last;
      last = end.ns;
    }
    record.clock = Clock::utc;
    record.start_ns = start.ns;
    record.end_ns = end.ns;
    if (type == "input") {
      record.tokens[Bucket::uncached] = sum;
      record.requests = count;
    } else if (type == "output") {
      record.tokens[Bucket::output] = sum;
      record.requests = 0;
    } else {
      intake.ignore("a token type that input or output contain");
      return;
    }
    intake.keep(record, type);
  }

  CounterBook* book_;
  std::map<std::string, std::int64_t> last_end_ns_;
};

/// name{label="value",...} value [timestamp]
struct Sample {
  std::string_view name;
  std::map<std::string, std::string> labels;
  std::string_view value;
  std::string_view time;
};

bool parse_labels(std::string_view text, std::size_t& at, Sample& sample) {
  ++at;  // {
  while (at < text.size() && text[at] != '}') {
    if (text[at] == ',' || text[at] == ' ') {
      ++at;
      continue;
    }
    const std::size_t equals = text.find("=\"", at);
    if (equals == std::string_view::npos) return false;
    const std::string key(trim(text.substr(at, equals - at)));
    std::string value;
    for (at = equals + 2; at < text.size() && text[at] != '"'; ++at) {
      if (text[at] == '\\' && at + 1 < text.size()) ++at;
      value += text[at];
    }
    if (at == text.size()) return false;
    ++at;  // "
    sample.labels[key] = value;
  }
  if (at == text.size()) return false;
  ++at;
  return true;
}

bool parse_sample(std::string_view text, Sample& sample) {
  std::size_t at = text.find_first_of("{ \t");
  if (at == std::string_view::npos) return false;
  sample.name = text.substr(0, at);
  if (text[at] == '{' && !parse_labels(text, at, sample)) return false;
  const std::string_view rest = trim(text.substr(at));
  const std::size_t blank = rest.find_first_of(" \t");
  sample.value = rest.substr(0, blank);
  if (blank != std::string_view::npos) sample.time = trim(rest.substr(blank));
  return !sample.value.empty();
}

enum class Counter : std::uint8_t { prompt, cached, generated, requests, failed };
constexpr std::size_t kCounters = 5;

struct Known {
  std::string_view name;
  Counter counter;
};
/// Names with and without the _total that newer client libraries add.
constexpr std::array<Known, 11> kKnown{{
    {"vllm:prompt_tokens", Counter::prompt},
    {"vllm:prompt_tokens_cached", Counter::cached},
    {"vllm:generation_tokens", Counter::generated},
    {"vllm:request_success", Counter::requests},
    {"sglang:prompt_tokens", Counter::prompt},
    {"sglang:cached_tokens", Counter::cached},
    {"sglang:generation_tokens", Counter::generated},
    {"sglang:num_requests", Counter::requests},
    {"tgi_request_input_length_sum", Counter::prompt},
    {"tgi_request_generated_tokens_sum", Counter::generated},
    {"tgi_request_input_length_count", Counter::requests},
}};

class PrometheusCounters final : public Mapper {
 public:
  explicit PrometheusCounters(CounterBook* book) : Mapper({}), book_(book) {}

  void map(const Row& row, Fields::Ref /*record*/, Intake& intake) override {
    const std::string_view line = row[Role::object].text;
    Sample sample;
    if (!parse_sample(line, sample)) {
      intake.reject_because(Reason::not_a_number, "expected NAME{LABELS} VALUE");
      return;
    }
    if (sample.name == "process_start_time_seconds") {
      TimeText time;
      if (parse_time(sample.value, time) == Reason::none) started_ns_ = time.ns;
      return;
    }
    std::string_view name = sample.name;
    if (name.size() > 6 && name.substr(name.size() - 6) == "_total") {
      name.remove_suffix(6);
    }
    for (const Known& known : kKnown) {
      if (known.name == name) {
        add(sample, known.counter, intake);
        return;
      }
    }
  }

  void finish(Intake& intake) override {
    for (auto& [key, server] : servers_) take(key, server, intake);
    if (servers_.empty())
      intake.reject_because(Reason::missing_field,
                            "expected token counters of vLLM, SGLang or TGI");
  }

 private:
  struct Server {
    std::string model;
    std::array<std::int64_t, kCounters> value{};
    std::int64_t time_ns = 0;
  };

  void add(const Sample& sample, Counter counter, Intake& intake) {
    std::int64_t value = 0;
    bool exact = true;
    Reason wrong = parse_quantity(sample.value, 1, value, exact);
    if (wrong == Reason::none && value < 0) wrong = Reason::negative;
    if (wrong != Reason::none) {
      intake.reject(wrong, sample.name, sample.value);
      return;
    }
    std::string key(sample.name.substr(0, sample.name.find_first_of(":_")));
    for (const auto& [label, text] : sample.labels) {
      if (label != "finished_reason") key += ";" + label + "=" + text;
    }
    Server& server = servers_[key];
    if (const auto model = sample.labels.find("model_name"); model != sample.labels.end()) {
      server.model = model->second;
    }
    const auto reason = sample.labels.find("finished_reason");
    const bool broken =
        reason != sample.labels.end() && (reason->second == "abort" || reason->second == "error");
    std::int64_t& sum = server.value[static_cast<std::size_t>(broken ? Counter::failed : counter)];
    if (sum > 1'000 * kMaxBucketTokens) {
      intake.reject(Reason::too_large, sample.name, sample.value);
      return;
    }
    sum += value;
    TimeText time;
    if (!sample.time.empty() && parse_time(sample.time, time) == Reason::none) {
      server.time_ns = time.ns;
    }
  }

  void take(const std::string& key, Server& server, Intake& intake) {
    if (book_ != nullptr) {
      for (std::size_t i = 0; i < kCounters; ++i) {
        server.value[i] =
            book_->increase("scrape " + std::to_string(i) + " " + key, server.value[i]);
      }
    }
    const auto of = [&](Counter counter) {
      return server.value[static_cast<std::size_t>(counter)];
    };
    UsageRecord record;
    record.single = false;
    record.model = server.model;
    if (server.time_ns > 0) {
      record.clock = Clock::utc;
      record.start_ns = started_ns_ > 0 ? started_ns_ : server.time_ns;
      record.end_ns = server.time_ns;
    } else {
      intake.note("the scrape has no time: it counts, but it makes no traffic to replay");
    }
    if (of(Counter::cached) > of(Counter::prompt)) {
      intake.reject(Reason::cached_exceeds_input, "cached tokens",
                    std::to_string(of(Counter::cached)));
      return;
    }
    record.tokens[Bucket::cache_read] = of(Counter::cached);
    record.tokens[Bucket::uncached] = of(Counter::prompt) - of(Counter::cached);
    record.tokens[Bucket::output] = of(Counter::generated);
    record.requests = of(Counter::requests);
    // Two scrapes may add nothing; they are two records all the same.
    const std::string group = key + std::to_string(scrape_++);
    intake.keep(record, intake.report().file + group);
    if (of(Counter::failed) > 0) {
      UsageRecord broken = record;
      broken.kind = Kind::failed;
      broken.tokens = {};
      broken.requests = of(Counter::failed);
      intake.keep(broken, intake.report().file + group);
    }
  }

  CounterBook* book_;
  std::map<std::string, Server> servers_;
  std::int64_t started_ns_ = 0;
  std::int64_t scrape_ = 0;
};

}  // namespace

std::int64_t CounterBook::increase(const std::string& series, std::int64_t value) {
  const auto [entry, fresh] = last_.try_emplace(series, value);
  if (fresh) return value;
  const std::int64_t before = entry->second;
  entry->second = value;
  if (value >= before) return value - before;
  ++restarts_;
  return value;
}

std::unique_ptr<Mapper> make_otlp_counters(CounterBook* book) {
  return std::make_unique<OtlpCounters>(book);
}

std::unique_ptr<Mapper> make_prometheus_counters(CounterBook* book) {
  return std::make_unique<PrometheusCounters>(book);
}

}  // namespace breakeven::usage
