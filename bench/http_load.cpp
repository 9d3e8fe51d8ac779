// Load on a running server: quick evaluations at a fixed rate over connections that stay open, beside
// idle connections and plans that wait for each other. Latency counts from the moment at which a request
// was due, so a server that stalls is charged for everybody who had to wait.
//
//   breakeven serve --port 8799 --store :memory: --max-connections 12000 &
//   build/bench/bin/bench_http_load --port 8799 --pid $! --rate 2000 --seconds 30 --idle 10000 --plans 50
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

struct Options {
  int port = 8787;
  long pid = 0;
  int rate = 2'000;
  int seconds = 10;
  int connections = 64;
  int idle = 0;
  int plans = 0;
  int paths = 512;  ///< as the sliders ask while they move; the usual 100 000 take 100 ms
  std::string token;
};

int connect_to(int port) {
  const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(file);
    return -1;
  }
  const int on = 1;
  ::setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return file;
}

std::string request(const Options& options, std::string_view method, std::string_view path,
                    std::string_view body) {
  std::string text =
      std::string(method) + " " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n";
  if (!options.token.empty()) text += "Authorization: Bearer " + options.token + "\r\n";
  if (!body.empty()) text += "Content-Type: application/json\r\n";
  return text + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

/// How long the answer is that begins `text`; 0: not all of its header is there.
std::size_t answer_size(std::string_view text) {
  const std::size_t end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  const std::size_t at = text.find("Content-Length: ");
  const std::size_t body =
      at < end ? static_cast<std::size_t>(std::atoll(text.data() + at + 16)) : 0;
  return end + 4 + body;
}

/// One request and its answer on a connection that blocks; empty when the server closed it.
std::string ask_once(int file, const std::string& text) {
  if (::send(file, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size())) {
    return {};
  }
  std::string answer;
  std::array<char, 65'536> part{};
  for (std::size_t size = 0; size == 0 || answer.size() < size; size = answer_size(answer)) {
    const ssize_t got = ::recv(file, part.data(), part.size(), 0);
    if (got <= 0) return {};
    answer.append(part.data(), static_cast<std::size_t>(got));
  }
  return answer;
}

/// Processor seconds that a process has used.
double cpu_seconds(long pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  std::istringstream fields(text.substr(std::min(text.size(), text.rfind(')') + 2)));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

long resident_kb(long pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("VmRSS:")) return std::atol(line.c_str() + 6);
  }
  return 0;
}

struct Connection {
  int file = -1;
  std::string received;
  Clock::time_point due;
};

struct Outcome {
  std::vector<double> milliseconds;
  std::size_t failed = 0;
  double seconds = 0;
};

Outcome quick_at_rate(const Options& options) {
  const std::string text = request(
      options, "POST", "/api/v1/quick",
      R"({"api_spend_usd_month":"40000","gpu_usd_month":"8000","ops_usd_month":"25000","detail":"live","paths":)" +
          std::to_string(options.paths) + "}");
  const int poll = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<Connection> connections(static_cast<std::size_t>(options.connections));
  std::deque<std::size_t> free;
  for (std::size_t i = 0; i < connections.size(); ++i) {
    connections[i].file = connect_to(options.port);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, connections[i].file, &event);
    free.push_back(i);
  }
  Outcome outcome;
  const auto total = static_cast<std::int64_t>(options.rate) * options.seconds;
  const auto start = Clock::now();
  const auto due = [&](std::int64_t i) {
    return start + microseconds(i * 1'000'000 / options.rate);
  };
  std::int64_t sent = 0;
  std::array<epoll_event, 256> events{};
  std::array<char, 65'536> part{};
  while (static_cast<std::int64_t>(outcome.milliseconds.size() + outcome.failed) < total) {
    while (sent < total && !free.empty() && due(sent) <= Clock::now()) {
      Connection& one = connections[free.front()];
      free.pop_front();
      one.due = due(sent++);
      if (::send(one.file, text.data(), text.size(), MSG_NOSIGNAL) < 0) ++outcome.failed;
    }
    const int count = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), 1);
    for (int i = 0; i < count; ++i) {
      const auto which = static_cast<std::size_t>(events[static_cast<std::size_t>(i)].data.u64);
      Connection& one = connections[which];
      const ssize_t got = ::recv(one.file, part.data(), part.size(), MSG_DONTWAIT);
      if (got <= 0) {
        if (got < 0 && errno == EAGAIN) continue;
        std::fprintf(stderr, "the server closed a connection\n");
        std::exit(1);
      }
      one.received.append(part.data(), static_cast<std::size_t>(got));
      const std::size_t size = answer_size(one.received);
      if (size == 0 || one.received.size() < size) continue;
      if (one.received.starts_with("HTTP/1.1 200")) {
        outcome.milliseconds.push_back(
            std::chrono::duration<double, std::milli>(Clock::now() - one.due).count());
      } else {
        ++outcome.failed;
      }
      one.received.clear();
      free.push_back(which);
    }
    if (Clock::now() - start > std::chrono::seconds(4 * options.seconds + 20)) break;
  }
  outcome.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  for (const Connection& one : connections) ::close(one.file);
  ::close(poll);
  return outcome;
}

/// Orders plans at once, and waits until all are done; the seconds at which they were.
std::vector<double> run_plans(const Options& options) {
  const auto start = Clock::now();
  const int file = connect_to(options.port);
  std::vector<std::string> waiting;
  for (int i = 0; i < options.plans; ++i) {
    const std::string answer = ask_once(
        file,
        request(options, "POST", "/api/v1/plans",
                R"({"trace":"support-chat","api_model":"anthropic/claude-sonnet-4-6",)"
                R"("open_model":"qwen3-32b","accelerators":["H100-SXM"],"paths":1000,"seed":)" +
                    std::to_string(i + 1) + "}"));
    const std::size_t at = answer.find(R"("id":")");
    if (!answer.starts_with("HTTP/1.1 202") || at == std::string::npos) {
      std::fprintf(stderr, "plan %d was refused: %s\n", i, answer.substr(0, 300).c_str());
      continue;
    }
    waiting.push_back(answer.substr(at + 6, answer.find('"', at + 6) - at - 6));
  }
  std::vector<double> done;
  while (!waiting.empty()) {
    std::erase_if(waiting, [&](const std::string& id) {
      const std::string answer = ask_once(file, request(options, "GET", "/api/v1/plans/" + id, {}));
      const bool ended = answer.find(R"("state":"queued")") == std::string::npos &&
                         answer.find(R"("state":"running")") == std::string::npos;
      if (ended) done.push_back(std::chrono::duration<double>(Clock::now() - start).count());
      if (ended && answer.find(R"("state":"done")") == std::string::npos) {
        std::fprintf(stderr, "a plan ended otherwise: %s\n", answer.substr(0, 200).c_str());
      }
      return ended;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  ::close(file);
  return done;
}

double percentile(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1));
  return sorted[at];
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    const std::string value = argv[i + 1];
    const int number = std::atoi(value.c_str());
    if (name == "--port") options.port = number;
    if (name == "--pid") options.pid = number;
    if (name == "--rate") options.rate = std::max(1, number);
    if (name == "--seconds") options.seconds = std::max(1, number);
    if (name == "--connections") options.connections = std::max(1, number);
    if (name == "--idle") options.idle = number;
    if (name == "--plans") options.plans = number;
    if (name == "--paths") options.paths = number;
    if (name == "--token") options.token = value;
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse(argc, argv);
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  const long before_kb = resident_kb(options.pid);
  std::vector<int> idle;
  for (int i = 0; i < options.idle; ++i) {
    const int file = connect_to(options.port);
    if (file >= 0) idle.push_back(file);
  }
  const long idle_kb = resident_kb(options.pid);
  std::vector<double> plans;
  std::jthread planner([&] {
    if (options.plans > 0) plans = run_plans(options);
  });
  const double cpu_before = cpu_seconds(options.pid);
  Outcome outcome = quick_at_rate(options);
  const double cpu = cpu_seconds(options.pid) - cpu_before;
  planner.join();
  std::ranges::sort(outcome.milliseconds);
  const auto answered = static_cast<double>(outcome.milliseconds.size());
  std::printf("quick: %.0f answered, %zu failed, %.0f/s; p50 %.2f ms, p99 %.2f ms, max %.2f ms\n",
              answered, outcome.failed, answered / outcome.seconds,
              percentile(outcome.milliseconds, 0.5), percentile(outcome.milliseconds, 0.99),
              percentile(outcome.milliseconds, 1));
  if (options.pid > 0) {
    std::printf("server: %.0f us of processor per request%s; resident %ld MB, %ld MB before\n",
                cpu / answered * 1e6, options.plans > 0 ? " (plans included)" : "",
                resident_kb(options.pid) / 1'024, before_kb / 1'024);
  }
  if (options.idle > 0) {
    std::printf("idle: %zu connections, %.1f KB each\n", idle.size(),
                static_cast<double>(idle_kb - before_kb) / static_cast<double>(idle.size()));
  }
  if (options.plans > 0) {
    std::printf("plans: %zu done, first after %.1f s, last after %.1f s\n", plans.size(),
                plans.empty() ? 0 : plans.front(), plans.empty() ? 0 : plans.back());
  }
  for (const int file : idle) ::close(file);
  return outcome.failed == 0 ? 0 : 1;
}
