#include "service/trace_library.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace breakeven::service {
namespace {

TEST(TraceLibrary, ExamplesAreListedAndLoad) {
  const auto list = example_traces();
  ASSERT_TRUE(list.ok());
  EXPECT_NE(list->find("\"support-chat\""), std::string::npos);
  const auto trace = load_example("support-chat");
  ASSERT_TRUE(trace.ok()) << trace.error().text();
  EXPECT_GT(trace->trace->size(), 1000U);
  EXPECT_NE(trace->description.find("\"requests\""), std::string::npos);
}

TEST(TraceLibrary, OnlyExamplesCanBeNamed) {
  for (const char* id : {"../README", "support-chats", "", "/etc/passwd"}) {
    const auto trace = load_example(id);
    ASSERT_FALSE(trace.ok()) << id;
    EXPECT_EQ(trace.error().code, ErrorCode::not_found);
  }
  EXPECT_NE(load_example("support-chats").error().message.find("support-chat"), std::string::npos);
}

TEST(TraceLibrary, MessagesUseTheNameTheUserKnows) {
  const auto path = std::filesystem::temp_directory_path() / "breakeven-trace-library-test";
  std::ofstream(path) << "nonsense\n1\n";
  const auto trace = load_trace(path.string(), "my-week.csv");
  std::filesystem::remove(path);
  ASSERT_FALSE(trace.ok());
  EXPECT_EQ(trace.error().text().find(path.string()), std::string::npos);
  EXPECT_NE(trace.error().text().find("my-week.csv"), std::string::npos);
}

}  // namespace
}  // namespace breakeven::service
