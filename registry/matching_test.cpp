#include "registry/matching.hpp"

#include <gtest/gtest.h>

#include <string>

#include "registry/test_catalog.hpp"

namespace breakeven::registry {
namespace {

struct Case {
  const char* vendor;
  const char* name;
  const char* ours;
};

TEST(MatchModel, ReadsTheNamesOfTheWild) {
  const Case cases[] = {
      {"", "claude-sonnet-4-5-20250929", "anthropic/claude-sonnet-4-5"},
      {"bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic/claude-sonnet-4-5"},
      {"vertex_ai", "claude-sonnet-4-5@20250929", "anthropic/claude-sonnet-4-5"},
      {"azure", "gpt-4o-2024-05-13", "openai/gpt-4o-2024-05-13"},
      {"azure", "gpt-5.4-mini", "openai/gpt-5.4-mini"},
      {"", "models/gemini-2.5-pro", "google/gemini-2.5-pro"},
      {"", "openrouter/openai/gpt-5.4", "openai/gpt-5.4"},
      {"", "GPT-5.4-Mini", "openai/gpt-5.4-mini"},
      {"openai", "gpt-4o", "openai/gpt-4o"},
      {"", "xai/grok-4", "xai/grok-4"},
  };
  for (const Case& one : cases) {
    const auto match = match_model(our_book(), one.vendor, one.name);
    ASSERT_TRUE(match.ok()) << one.name << ": " << match.error().text();
    EXPECT_EQ(match->model->id(), one.ours) << one.name;
  }
}

TEST(MatchModel, ExactBeatsPattern) {
  const auto snapshot = match_model(our_book(), "openai", "gpt-4o-2024-05-13");
  ASSERT_TRUE(snapshot.ok());
  EXPECT_EQ(snapshot->model->name, "gpt-4o-2024-05-13");
  EXPECT_EQ(snapshot->how, Match::How::exact);
  const auto other = match_model(our_book(), "openai", "gpt-4o-2024-11-20");
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(other->model->name, "gpt-4o");
  EXPECT_EQ(other->how, Match::How::pattern);
}

TEST(MatchModel, AFineTuneIsNotItsBase) {
  for (const char* name : {"ft:gpt-4o-mini-2024-07-18:acme::abc123", "openai/ft:gpt-3.5-turbo:a::b",
                           "davinci:ft-acme-2023-01-01-00-00-00"}) {
    const auto match = match_model(our_book(), "openai", name);
    ASSERT_FALSE(match.ok()) << name;
    EXPECT_EQ(match.error().code, ErrorCode::unsupported) << name;
  }
  EXPECT_EQ(base_of_fine_tune("ft:gpt-4o-mini:acme::x"), "gpt-4o-mini");
  EXPECT_EQ(base_of_fine_tune("gpt-4o-mini"), "");
}

TEST(MatchModel, AmbiguousIsAnErrorWithCandidates) {
  const std::string models =
      "vendor,model,context_window,max_output,min_cacheable_tokens,source,source_date\n"
      "one,llama-x,,,,page,2026-01-02\n"
      "two,llama-x,,,,page,2026-01-02\n";
  const std::string prices =
      "vendor,model,meter,mode,above_input_tokens,threshold,when,usd,kind,rule,effective_from,"
      "effective_to,source,source_date\n"
      "one,llama-x,input_mtok,standard,,,always,1,published,,,,page,2026-01-02\n"
      "two,llama-x,input_mtok,standard,,,always,2,published,,,,page,2026-01-02\n";
  const std::vector<catalog::NamedText> files{{"prices/models.csv", models},
                                              {"prices/x.csv", prices}};
  const auto book = catalog::PriceBook::load(files);
  ASSERT_TRUE(book.ok());
  const auto match = match_model(*book, "", "llama-x");
  ASSERT_FALSE(match.ok());
  EXPECT_EQ(match.error().code, ErrorCode::invalid_argument);
  EXPECT_NE(match.error().message.find("one/llama-x"), std::string::npos) << match.error().message;
  EXPECT_NE(match.error().message.find("two/llama-x"), std::string::npos);
  EXPECT_EQ(match_model(*book, "two", "llama-x")->model->vendor, "two");
}

TEST(MatchModel, UnknownIsAnErrorWithNearMatches) {
  const auto match = match_model(our_book(), "anthropic", "claude-sonet-4-6");
  ASSERT_FALSE(match.ok());
  EXPECT_EQ(match.error().code, ErrorCode::not_found);
  EXPECT_NE(match.error().message.find("claude-sonnet-4-6"), std::string::npos);
}

}  // namespace
}  // namespace breakeven::registry
