// cli_fixture.hpp — the program itself in a folder of its own: what it prints, where, and its exit status.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace breakeven::cli_tests {

struct Outcome {
  int status = -1;
  std::string out;
  std::string err;
};

inline std::string slurp(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

class Cli : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() / ("breakeven-cli-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    std::ofstream trace(folder_ / "small.csv");
    trace << "arrival_s,input_tokens,output_tokens\n";
    for (int i = 0; i < 120; ++i) trace << 30 * i << ",800,120\n";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  /// Runs a shell command in which "breakeven" is the program under test.
  Outcome shell(const std::string& command) const {
    const std::filesystem::path err = folder_ / "stderr";
    const std::filesystem::path out = folder_ / "stdout";
    const std::string line = "cd '" + folder_.string() +
                             "' && breakeven() { '" BREAKEVEN_BINARY "' \"$@\"; }; { " + command +
                             "; } >'" + out.string() + "' 2>'" + err.string() + "' </dev/null";
    const int raw = std::system(("bash -c '" + quoted(line) + "'").c_str());
    return {WIFEXITED(raw) ? WEXITSTATUS(raw) : 128, slurp(out), slurp(err)};
  }

  /// Runs a program that would go on for ever, asks it to end once it has said `text` on either
  /// stream, however long that takes on a busy machine, and gives its own exit status.
  Outcome shell_until(const std::string& arguments, const std::string& text) const {
    return shell("\"" BREAKEVEN_BINARY "\" " + arguments +
                 " >said.out 2>said.err & pid=$!; for i in $(seq 1200); do grep -q \"" + text +
                 "\" said.out said.err && break; sleep 0.1; done; kill -TERM $pid; wait $pid; "
                 "status=$?; cat said.out; cat said.err >&2; exit $status");
  }

  /// A mistake: this exit status, one line on standard error with `part`, nothing on standard output.
  void refuses(const std::string& arguments, int status, const std::string& part) const {
    const Outcome got = shell("breakeven " + arguments);
    EXPECT_EQ(got.status, status) << arguments << "\n" << got.err;
    EXPECT_EQ(got.out, "") << arguments;
    EXPECT_NE(got.err.find(part), std::string::npos) << arguments << "\n" << got.err;
    EXPECT_EQ(std::count(got.err.begin(), got.err.end(), '\n'), 1) << arguments << "\n" << got.err;
  }

  static std::string quoted(const std::string& text) {
    std::string safe;
    for (const char c : text) safe += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return safe;
  }

  const std::string plan_ = "plan --api anthropic/claude-sonnet-4-6 --model qwen3-32b ";
  std::filesystem::path folder_;
};

}  // namespace breakeven::cli_tests
