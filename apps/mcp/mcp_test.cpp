// The server without a transport: revisions, headers, tools, cancellation, limits.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "apps/mcp/prompts.hpp"
#include "apps/mcp/protocol.hpp"
#include "apps/mcp/server.hpp"
#include "apps/mcp/stdio.hpp"
#include "codec/json_text.hpp"
#include "codec/plan_json.hpp"
#include "service/thread_pool.hpp"

namespace breakeven::mcp {
namespace {

/// What a call sent back.
class Kept final : public Outlet {
 public:
  void send(std::string_view message) override {
    const std::lock_guard lock(mutex_);
    messages_.emplace_back(message);
  }
  [[nodiscard]] bool gone() const override { return gone_; }
  void close() override {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  void leave() { gone_ = true; }
  std::vector<std::string> wait() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(60), [this] { return closed_; });
    EXPECT_TRUE(closed_);
    return messages_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> messages_;
  std::atomic<bool> gone_{false};
  bool closed_ = false;
};

class Mcp : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto engine = load_engine("", ":memory:", std::make_shared<service::ThreadPool>(2),
                              service::example_source());
    ASSERT_TRUE(engine.ok()) << engine.error().text();
    engine_ = new Engine(*engine);
  }
  static void TearDownTestSuite() {
    delete engine_;
    engine_ = nullptr;
  }

  static std::unique_ptr<Server> server(const Limits& limits = {}) {
    auto made = Server::make(*engine_, limits);
    EXPECT_TRUE(made.ok()) << made.error().text();
    return std::move(*made);
  }
  static std::string plan_call(int id, double days) {
    return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) +
           R"(,"method":"tools/call","params":{"_meta":{"progressToken":"p"},"name":"plan","arguments":{)"
           R"("profile":{"preset":"chat","requests_per_day":20000,"days":)" +
           std::to_string(days) + R"(,"seed":)" + std::to_string(id) +
           R"(},"api_model":"anthropic/claude-sonnet-4-6","open_model":"qwen3-32b","paths":0}}})";
  }
  static Engine* engine_;
};
Engine* Mcp::engine_ = nullptr;

TEST_F(Mcp, SchemasAndFieldsAreTheSame) {
  const auto tools = make_tools(*engine_);
  ASSERT_TRUE(tools.ok()) << tools.error().text();
  std::set<std::string> names;
  for (const Tool& tool : *tools) {
    EXPECT_TRUE(names.insert(tool.name).second) << tool.name;
    EXPECT_TRUE(codec::JsonSchema::parse(tool.output).ok()) << tool.name << tool.output;
    EXPECT_EQ(tool_entry(tool).find('\n'), std::string::npos) << tool.name;
  }
  const auto plan = std::ranges::find(*tools, "plan", &Tool::name);
  std::vector<std::string> asked = plan->schema.properties();
  std::erase(asked, "trace");
  std::erase(asked, "profile");
  const auto question = codec::plan_question_from_json(R"({"api_model":"a","open_model":"b"})");
  ASSERT_TRUE(question.ok());
  const std::string fields = codec::plan_question_to_json(*question);
  std::string rest = fields;
  for (const std::string& name : asked) {
    EXPECT_NE(fields.find("\"" + name + "\":"), std::string::npos) << name;
    const std::array<std::string_view, 1> one = {name};
    rest = codec::without_members(rest, one);
  }
  EXPECT_EQ(rest, "{}") << "fields of a question that the tool does not offer";
}

TEST_F(Mcp, ToldApartByTheRequest) {
  const auto s = server();
  const Reply modern = s->handle(
      R"({"jsonrpc":"2.0","id":"x","method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}})");
  EXPECT_TRUE(modern.message.starts_with(
      R"({"jsonrpc":"2.0","id":"x","result":{"resultType":"complete","ttlMs":3600000,)"))
      << modern.message.substr(0, 200);
  const Reply old = s->handle(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})");
  EXPECT_TRUE(old.message.starts_with(R"({"jsonrpc":"2.0","id":1,"result":{"tools":[)"));
  EXPECT_EQ(s->handle(R"({"jsonrpc":"2.0","method":"anything"})").kind, Reply::Kind::nothing);
}

TEST_F(Mcp, TellsProgressAndStopsWhenCancelled) {
  const auto s = server();
  const auto kept = std::make_shared<Kept>();
  Reply reply = s->handle(plan_call(1, 10));
  ASSERT_EQ(reply.kind, Reply::Kind::later);
  reply.start(kept);
  const auto twice = std::make_shared<Kept>();
  s->handle(plan_call(1, 10)).start(twice);
  EXPECT_NE(twice->wait().at(0).find("is under way"), std::string::npos);
  EXPECT_EQ(
      s->handle(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})")
          .kind,
      Reply::Kind::nothing);
  for (const std::string& message : kept->wait()) {
    EXPECT_NE(message.find("notifications/progress"), std::string::npos) << message;
  }
  const auto left = std::make_shared<Kept>();
  s->handle(plan_call(2, 10)).start(left);
  left->leave();
  for (const std::string& message : left->wait()) {
    EXPECT_NE(message.find("notifications/progress"), std::string::npos) << message;
  }
}

TEST_F(Mcp, LimitsTimeSizeAndNumber) {
  Limits limits;
  limits.call_s = 0.05;
  limits.max_message = 2000;
  limits.slow_calls = 1;
  limits.waiting_calls = 1;
  const auto s = server(limits);
  EXPECT_EQ(s->handle(std::string(2001, ' ')).http_status, 413);
  std::vector<std::shared_ptr<Kept>> calls;
  for (int i = 0; i < 5; ++i) {
    calls.push_back(std::make_shared<Kept>());
    s->handle(plan_call(i, 10)).start(calls.back());
  }
  int late = 0;
  int refused = 0;
  for (const auto& call : calls) {
    const std::string last = call->wait().back();
    late += last.find("longer than 0.05 s") != std::string::npos ? 1 : 0;
    refused += last.find("too many calls are waiting") != std::string::npos ? 1 : 0;
    EXPECT_NE(last.find(R"("code":"resource-limit")"), std::string::npos) << last;
  }
  EXPECT_GE(late, 1);
  EXPECT_GE(refused, 2);
  EXPECT_EQ(late + refused, 5);
}

TEST_F(Mcp, AskingAgainFindsThePlan) {
  Ticker ticker;
  service::ThreadPool pool(1);
  const auto trace = service::load_example("support-chat");
  ASSERT_TRUE(trace.ok());
  const std::string question =
      R"({"api_model":"anthropic/claude-sonnet-4-6","open_model":"qwen3-32b","accelerators":["H100-SXM"],"paths":0})";
  const auto first = engine_->plans->answer(question, "support-chat", trace->trace, pool, ticker);
  ASSERT_TRUE(first.ok()) << first.error().text();
  const auto again = engine_->plans->answer(question, "support-chat", trace->trace, pool, ticker);
  EXPECT_EQ(first->get(), again->get());
  const auto prompt = get_prompt(*engine_, "cfo_brief", R"({"plan":")" + (*first)->id + "\"}");
  ASSERT_TRUE(prompt.ok());
  EXPECT_NE(prompt->find("breakeven://plans/" + (*first)->id), std::string::npos);
  EXPECT_FALSE(get_prompt(*engine_, "cfo_brief", R"({"paln":"x"})").ok());
}

TEST_F(Mcp, LinesStayLines) {
  const auto s = server();
  std::FILE* in = std::tmpfile();
  std::FILE* out = std::tmpfile();
  const std::string text =
      "\n{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/"
      "call\",\"params\":{\"name\":\"quick_explain\","
      "\"arguments\":{\"figure\":\"difference.run_rate\"}}}\r\n{\"jsonrpc\":\"2.0\",\"id\":2,"
      "\"method\":"
      "\"ping\"}";
  std::fwrite(text.data(), 1, text.size(), in);
  std::rewind(in);
  EXPECT_TRUE(serve_stdio(*s, in, out).ok());
  std::rewind(out);
  std::string got;
  for (int c = std::fgetc(out); c != EOF; c = std::fgetc(out)) got += static_cast<char>(c);
  EXPECT_EQ(std::ranges::count(got, '\n'), 2) << got;
  EXPECT_TRUE(got.ends_with("{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}\n"));
  std::fclose(in);
  std::fclose(out);
}

}  // namespace
}  // namespace breakeven::mcp
