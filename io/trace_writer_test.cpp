#include "io/trace_writer.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "engine/traffic/profile.hpp"
#include "io/trace_reader.hpp"

namespace breakeven::io {
namespace {

namespace fs = std::filesystem;

TEST(TraceWriter, WritesExactDecimals) {
  traffic::Trace trace;
  trace.arrival_ns = {0, 52'000'000, 1'500'000'001, 2'000'000'000};
  trace.input_tokens = {1, 2, 3, 4};
  trace.output_tokens = {5, 6, 7, 8};
  trace.session = {0, 1, 0, 1};
  EXPECT_EQ(trace_csv(trace),
            "arrival_s,input_tokens,output_tokens,session\n"
            "0,1,5,0\n0.052,2,6,1\n1.500000001,3,7,0\n2,4,8,1\n");
}

TEST(TraceWriter, FilesReadBackAsTheSameTrace) {
  traffic::Profile profile = *traffic::preset("agentic");
  profile.requests_per_day = 2'000;
  const auto made = traffic::generate(profile);
  ASSERT_TRUE(made.ok());
  const fs::path folder =
      fs::path(testing::TempDir()) / ("breakeven_trace_writer" + std::to_string(::getpid()));
  fs::create_directories(folder);
  for (const char* name : {"t.csv", "t.csv.gz"}) {
    const std::string path = (folder / name).string();
    ASSERT_TRUE(write_trace(made->trace, path).ok());
    const auto back = read_trace(path);
    ASSERT_TRUE(back.ok()) << back.error().text();
    EXPECT_EQ(back->trace.arrival_ns, made->trace.arrival_ns);
    EXPECT_EQ(back->trace.cached_tokens, made->trace.cached_tokens);
    EXPECT_EQ(back->packing == Packing::gzip, std::string(name).ends_with(".gz"));
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator{}), 2);
  fs::remove_all(folder);
}

TEST(TraceWriter, LeavesNothingBehindWhenItFails) {
  const traffic::Trace empty;
  EXPECT_EQ(write_trace(empty, "/nonexistent/folder/t.csv").error().code, ErrorCode::io_error);
  EXPECT_FALSE(write_trace(empty, "").ok());
  const fs::path folder =
      fs::path(testing::TempDir()) / ("breakeven_trace_dir" + std::to_string(::getpid()));
  fs::create_directories(folder / "taken");
  EXPECT_FALSE(write_trace(empty, (folder / "taken").string()).ok());
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator{}), 1);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace breakeven::io
