// The program itself: exit codes, where messages go, and what is left behind.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/cli/cli_fixture.hpp"

namespace {

namespace fs = std::filesystem;
using breakeven::cli_tests::Cli;
using breakeven::cli_tests::Outcome;
using breakeven::cli_tests::slurp;

TEST_F(Cli, EveryCommandHasHelp) {
  EXPECT_EQ(shell("breakeven --help").status, 0);
  for (const char* name : {"plan", "quick", "check claim", "finetune", "scale", "price", "simulate",
                           "size", "trace", "catalog", "registry", "serve", "finance", "backtest",
                           "report", "plan export", "replay", "completions"}) {
    const Outcome got = shell(std::string("breakeven ") + name + " --help");
    EXPECT_EQ(got.status, 0) << name;
    EXPECT_NE(got.out.find("Usage"), std::string::npos) << name;
  }
  const Outcome version = shell("breakeven --version");
  EXPECT_EQ(version.status, 0);
  EXPECT_NE(version.out.find("20"), std::string::npos);
}

TEST_F(Cli, RefusesBadTraces) {
  std::ofstream(folder_ / "negative.csv")
      << "arrival_s,input_tokens,output_tokens\n0,-5,10\n1,100,10\n";
  std::ofstream(folder_ / "absurd.csv")
      << "arrival_s,input_tokens,output_tokens\n0,99999999999,10\n1,100,10\n";
  const Outcome packed = shell("gzip -c small.csv | head -c 200 > cut.csv.gz");
  ASSERT_EQ(packed.status, 0);
  refuses(plan_ + "--trace nowhere.csv", 3, "nowhere.csv");
  EXPECT_NE(shell("breakeven " + plan_ + "--trace .").status, 0);
  EXPECT_NE(shell("breakeven " + plan_ + "--trace cut.csv.gz").status, 0);
  for (const char* name : {"negative.csv", "absurd.csv", "cut.csv.gz", "."}) {
    const Outcome got = shell("breakeven " + plan_ + "--trace " + name);
    EXPECT_NE(got.status, 0) << name;
    EXPECT_EQ(got.out, "") << name;
    EXPECT_NE(got.err.find("breakeven: "), std::string::npos) << got.err;
  }
}

TEST_F(Cli, RefusesWhatNobodyKnowsWithNearMatches) {
  const std::string trace = " --trace small.csv";
  refuses("plan --api anthropic/claude-sonet-4-6 --model qwen3-32b" + trace, 3, "claude-sonnet");
  refuses("plan --api anthropic/claude-sonnet-4-6 --model qwen3-33b" + trace, 3, "32B");
  refuses(plan_ + "--accelerator H100-SXN" + trace, 3, "H100-SXM");
  refuses(plan_ + "--explain api.montly" + trace, 3, "api.monthly");
}

TEST_F(Cli, RefusesTheImpossible) {
  const std::string trace = " --trace small.csv";
  refuses(plan_ + "--ttft 1ms" + trace, 6, "");
  refuses(plan_ + "--tpot 0.01ms" + trace, 6, "");
  refuses(plan_ + "--tpot 10us" + trace, 6, "10 us");
  refuses(plan_ + "--tpot 1week" + trace, 2, "--tpot");
  refuses(
      "plan --api anthropic/claude-sonnet-4-6 --model llama-3.1-405b-instruct "
      "--accelerator T4" +
          trace,
      6, "");
  refuses(plan_ + "--percentile 101" + trace, 2, "percentile");
  refuses("size" + trace, 2, "--min-quality");
  refuses("size --model qwen3-32b --min-quality 50" + trace, 2, "both");
  refuses("size --min-quality 1000" + trace, 6, "--min-quality");
  refuses(plan_ + "--horizon 0" + trace, 2, "horizon");
  refuses(plan_ + "--set people.sre_usd_mont=1" + trace, 3, "people.sre_usd_month");
  refuses(plan_ + "--set people.sre_usd_month" + trace, 2, "NAME=NUMBER");
  refuses(plan_ + "--set owned.pue=-1" + trace, 2, "owned.pue");
  refuses(plan_ + "--options rentd" + trace, 3, "rented");
  refuses(plan_ + "--require compliance.HIPAA" + trace, 3, "compliance.HIPAA_BAA");
  refuses(plan_ + "--require operations.max_fte=few" + trace, 2, "operations.max_fte=few");
  refuses(plan_ + "--risk privacy.zdr" + trace, 2, "USD a month");
  refuses(plan_ + "--provisioned usd_per_hour=2,units=3" + trace, 2, "units");
  refuses(plan_ + "--easy-share 0.5" + trace, 2, "easy-model");
  refuses(plan_ + "--people-region atlantis" + trace, 3, "people.region_factor");
}

TEST_F(Cli, FinanceAnswersObjectsLinesAndFlags) {
  const std::string answer = "{\"npv\":1188.4434123352235,\"rate_per_period\":0.1,\"periods\":4}\n";
  const std::string request = R"({"rate":0.1,"flows":[-10000,3000,4200,6800]})";
  EXPECT_EQ(shell("echo '" + request + "' | breakeven finance npv").out, answer);
  EXPECT_EQ(shell("breakeven finance npv --rate 10% --flows -10000,3000,4200,6800").out, answer);
  std::ofstream(folder_ / "npv.jsonl") << request << "\n{\"id\":7}\n\nnonsense\n" << request;
  for (const char* flag : {"", "--jsonl "}) {
    const Outcome got = shell(std::string("breakeven finance npv ") + flag + "npv.jsonl");
    EXPECT_EQ(got.status, 0) << got.err;
    EXPECT_EQ(got.out.substr(0, answer.size()), answer);
    EXPECT_NE(got.out.find("\n{\"id\":7,\"error\":{\"code\":\"invalid-argument\""),
              std::string::npos)
        << got.out;
    EXPECT_TRUE(got.out.ends_with(answer)) << got.out;
  }
  refuses("finance npw", 3, "npv");
  refuses("finance npv --rate x --flows 1", 2, "/rate");
  refuses("finance npv nowhere.json", 3, "nowhere.json");
  refuses("finance npv npv.jsonl --rate 1", 2, "both");
}

TEST_F(Cli, TheBacktestOfTheDocumentHappens) {
  const std::string page = slurp(BREAKEVEN_SOURCE_DIR "/docs/formats/backtest.md");
  const std::string prompt = "```text\n$ ";
  const std::size_t start = page.find(prompt) + prompt.size();
  const std::size_t line = page.find('\n', start);
  const std::string command = page.substr(start, line - start);
  ASSERT_TRUE(command.starts_with("breakeven backtest examples/")) << command;
  const std::string shown = page.substr(line + 1, page.find("```", line) - line - 1);
  const Outcome got = shell("cd \"" BREAKEVEN_SOURCE_DIR "\" && " + command);
  EXPECT_EQ(got.status, 0) << got.err;
  EXPECT_EQ(got.out, shown);
}

TEST_F(Cli, BacktestReadsBillsAsTheyCome) {
  std::ofstream(folder_ / "bills.csv") << "month,model,tokens,usd\n"
                                          "2026-01,a,80,240\n"
                                          "2026-02,a,100,200\n";
  std::ofstream(folder_ / "bills.jsonl")
      << R"({"month":"2026-01","model":"a","tokens":80,"usd":"240"})"
      << "\n\n"
      << R"({"month":"2026-02","model":"a","tokens":100,"price":2})" << "\n";
  const Outcome table = shell("breakeven backtest bills.csv --json");
  const Outcome lines = shell("breakeven backtest - --json < bills.jsonl");
  EXPECT_EQ(table.status, 0) << table.err;
  EXPECT_EQ(table.out, lines.out) << lines.err;
  for (const char* part : {R"("variance": "-40.00")", R"("price": "-100.00")",
                           R"("volume": "60.00")", R"("coverage": null)"}) {
    EXPECT_NE(table.out.find(part), std::string::npos) << part;
  }
  std::ofstream(folder_ / "usage.csv") << "month,model,tokens\n2026-03,b,5\n";
  std::ofstream(folder_ / "odd.csv") << "month,cost\n2026-01,1\n2026-02,many\n";
  std::ofstream(folder_ / "bands.csv") << "period,low,high\n2026-02,9,1\n";
  refuses("backtest nowhere.csv", 3, "nowhere.csv");
  refuses("backtest odd.csv", 4, "odd.csv:3/cost");
  refuses("backtest bills.csv --usage usage.csv", 2, "usage.csv:2");
  refuses("backtest bills.csv --forecast bands.csv", 2, "low <= high");
  refuses("backtest bills.csv --level 2 --forecast bands.csv", 2, "level");
  refuses("backtest small.csv", 3, "arrival_s");
}

TEST_F(Cli, ErrorsAreJsonOnRequest) {
  const Outcome got = shell("breakeven " + plan_ + "--json --trace nowhere.csv");
  EXPECT_EQ(got.status, 3);
  EXPECT_EQ(got.out, "");
  EXPECT_TRUE(got.err.starts_with("{\"error\":{\"code\":\"not-found\"")) << got.err;
}

TEST_F(Cli, AFullOrClosedOutputIsAnError) {
  if (fs::exists("/dev/full")) {
    const Outcome full = shell("breakeven catalog list models > /dev/full");
    EXPECT_EQ(full.status, 7) << full.err;
    EXPECT_NE(full.err.find("standard output"), std::string::npos) << full.err;
  }
  const Outcome closed = shell("set -o pipefail; breakeven catalog list models | head -c 1");
  EXPECT_LT(closed.status, 128) << "died by a signal";
  EXPECT_EQ(shell("mkfifo pipe; breakeven trace synth -o pipe").status, 7);
  EXPECT_TRUE(fs::is_fifo(folder_ / "pipe")) << "replaced by a file";
  EXPECT_NE(shell("breakeven trace synth -o no/such/folder/x.csv").status, 0);
  EXPECT_FALSE(fs::exists(folder_ / "no"));
}

TEST_F(Cli, PlansAndExplains) {
  const std::string trace = " --trace small.csv --accelerator H100-SXM --paths 100";
  const Outcome text = shell("breakeven " + plan_ + trace);
  EXPECT_EQ(text.status, 0) << text.err;
  EXPECT_NE(text.out.find("Verdict"), std::string::npos);
  EXPECT_NE(text.out.find("Against the best API"), std::string::npos);
  const Outcome why = shell("breakeven " + plan_ + trace + " --explain rung.run_rate.self_host");
  EXPECT_EQ(why.status, 0) << why.err;
  EXPECT_NE(why.out.find("rung.run_rate.bare_rent"), std::string::npos) << why.out;
}

/// The README shows the command and, with [...] for what it leaves out, the lines it prints.
TEST_F(Cli, PrintsTheVerdictThatTheReadmeShows) {
  const fs::path source(BREAKEVEN_SOURCE_DIR);
  std::ifstream readme(source / "README.md");
  std::string line;
  std::string command;
  while (std::getline(readme, line) && line != "## A real verdict, as printed") {
  }
  while (std::getline(readme, line) && line != "```") {
    if (line.starts_with("`./run ")) command = line.substr(7, line.rfind('`') - 7);
  }
  const std::string examples = "examples/";
  const std::size_t at = command.find(examples);
  ASSERT_NE(at, std::string::npos) << command;
  command.replace(at, examples.size(), (source / examples).string());
  const Outcome got = shell("breakeven " + command);
  ASSERT_EQ(got.status, 0) << got.err;
  std::size_t from = 0;
  int shown = 0;
  while (std::getline(readme, line) && line != "```") {
    if (line.empty() || line == "[...]") continue;
    const std::size_t found = got.out.find(line + "\n", from);
    ASSERT_NE(found, std::string::npos) << "no longer printed, or in another order: " << line;
    from = found + line.size();
    ++shown;
  }
  EXPECT_GT(shown, 20);
}

/// Every console block of docs/: "$ breakeven ..." and, in their order, lines that it prints.
TEST_F(Cli, PrintsWhatTheDocumentationShows) {
  const fs::path source(BREAKEVEN_SOURCE_DIR);
  int blocks = 0;
  for (const auto& page : fs::recursive_directory_iterator(source / "docs")) {
    if (page.path().extension() != ".md") continue;
    std::ifstream file(page.path());
    std::string line;
    while (std::getline(file, line)) {
      if (line != "```console") continue;
      ASSERT_TRUE(std::getline(file, line) && line.starts_with("$ breakeven ")) << page.path();
      const std::string command = line.substr(2);
      const Outcome got = shell("cd " + source.string() + " && " + command);
      EXPECT_EQ(got.status, 0) << command << "\n" << got.err;
      std::size_t from = 0;
      while (std::getline(file, line) && line != "```") {
        const std::size_t found = got.out.find(line + "\n", from);
        EXPECT_NE(found, std::string::npos)
            << page.path() << ": " << command << "\nno longer prints, or in another order: " << line
            << "\nbut\n"
            << got.out;
        if (found == std::string::npos) break;
        from = found + line.size();
      }
      ++blocks;
    }
  }
  EXPECT_GE(blocks, 4);
}

TEST_F(Cli, APlanBecomesABriefAndAReportInEveryFormat) {
  const std::string question = plan_ + "--trace small.csv --accelerator H100-SXM --paths 100";
  ASSERT_EQ(shell("breakeven " + question + " --json > plan.json").status, 0);
  const std::string answer = slurp(folder_ / "plan.json");
  for (const char* reader : {"cfo", "cto"}) {
    const Outcome brief = shell("breakeven " + question + " --brief " + reader);
    EXPECT_EQ(brief.status, 0) << brief.err;
    EXPECT_NE(brief.out.find("[verdict.saving]"), std::string::npos) << brief.out;
    // Every figure that a sentence names is one of the answer.
    std::istringstream lines(brief.out);
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("    [")) continue;
      std::istringstream names(line.substr(5, line.size() - 6));
      for (std::string name; std::getline(names >> std::ws, name, ',');) {
        EXPECT_NE(answer.find("\"" + name + "\":{"), std::string::npos) << name;
      }
    }
  }
  for (const char* extension : {"html", "md", "csv", "focus.csv", "json", "xlsx"}) {
    const std::string name = std::string("plan.out.") + extension;
    const Outcome made = shell("breakeven report plan.json -o " + name);
    EXPECT_EQ(made.status, 0) << made.err;
    EXPECT_GT(fs::file_size(folder_ / name), 1'000U) << name;
  }
  EXPECT_EQ(slurp(folder_ / "plan.json"), slurp(folder_ / "plan.out.json"));
  const Outcome printed = shell("breakeven report - --format md < plan.json");
  EXPECT_EQ(printed.status, 0) << printed.err;
  EXPECT_EQ(printed.out, slurp(folder_ / "plan.out.md"));
  // Every figure that a sentence names can be explained.
  EXPECT_EQ(shell("breakeven " + question + " --explain verdict.saving").status, 0);
  refuses("report plan.json --format docx", 2, "xlsx");
  refuses("report small.csv", 4, "small.csv:/");
  refuses("report nowhere.json", 3, "nowhere.json");
}

TEST_F(Cli, AReportSaysWhatChangedSinceThePreviousVersion) {
  const std::string question = plan_ + "--trace small.csv --accelerator H100-SXM --paths 100";
  ASSERT_EQ(shell("breakeven " + question + " --json > old.json").status, 0);
  ASSERT_EQ(shell("breakeven " + question + " --sre-fte 2 --json > new.json").status, 0);
  const Outcome same = shell("breakeven report old.json --previous old.json --format md");
  EXPECT_EQ(same.status, 0) << same.err;
  EXPECT_NE(same.out.find("Nothing differs: the same inputs"), std::string::npos);
  const Outcome changed = shell("breakeven report new.json --previous old.json --format md");
  EXPECT_EQ(changed.status, 0) << changed.err;
  EXPECT_NE(changed.out.find("## Changes since the previous version"), std::string::npos);
  EXPECT_NE(changed.out.find("| sre\\_fte |"), std::string::npos);
  EXPECT_NE(changed.out.find("[verdict.saving]"), std::string::npos);
  EXPECT_EQ(changed.out.find("[traffic.requests]"), changed.out.rfind("[traffic.requests]"));
  refuses("report new.json --previous small.csv", 4, "small.csv:/");
  refuses("report new.json --previous nowhere.json", 3, "nowhere.json");
}

TEST_F(Cli, ChecksAClaimFromStandardInput) {
  const Outcome got = shell(
      "echo \"{\\\"claims\\\":{\\\"gpu_usd_per_month\\\":730},\\\"gpu\\\":{\\\"count\\\":1}}\" | "
      "breakeven check claim - --gpu-usd-per-gpu-hour 1");
  EXPECT_EQ(got.status, 0) << got.err;
  EXPECT_NE(got.out.find("exactly"), std::string::npos) << got.out;
  std::ofstream(folder_ / "typo.json") << R"({"gpu":{"cuont":1}})";
  refuses("check claim typo.json", 3, "typo.json:/gpu/cuont");
  refuses("check claim nowhere.json", 3, "nowhere.json");
  refuses("check claim --gpu-count 0 --claims-fits true", 2, "--gpu-count");
  refuses("check claim", 2, "claims");
}

TEST_F(Cli, TheRegistryAnswersFromALedgerOfItsOwn) {
  const std::string store = " --store registry.db --now 2026-11-21T12:00:00Z";
  const Outcome status = shell("breakeven registry status" + store);
  EXPECT_EQ(status.status, 0) << status.err;
  EXPECT_NE(status.out.find("vendors verified"), std::string::npos) << status.out;
  EXPECT_TRUE(fs::exists(folder_ / "registry.db"));
  EXPECT_EQ(shell("breakeven registry history o3 --json" + store).status, 0);
  EXPECT_EQ(shell("breakeven registry inferred" + store).status, 0);
  EXPECT_EQ(shell("breakeven registry changes --limit 3" + store).status, 0);
  EXPECT_EQ(shell("breakeven registry export" + store).status, 0);
  EXPECT_EQ(shell("breakeven registry review" + store).status, 0);
  // A year on nobody has looked: the audit says so, with its own exit status.
  const Outcome late =
      shell("breakeven registry audit --json --store registry.db --now 2027-11-21T12:00:00Z");
  EXPECT_EQ(late.status, 1) << late.err;
  EXPECT_NE(late.out.find("\"passed\": false"), std::string::npos);
  refuses("registry history claude-sonet-4-6" + store, 3, "claude-sonnet");
  refuses("registry review --reject 1" + store, 2, "reason");
  refuses("registry verify --file nowhere.json --registry litellm --date 2026-08-01" + store, 3,
          "nowhere.json");
  refuses("registry status --store no/such/folder/x.db", 3, "no/such/folder");
  refuses("registry import nowhere.json --source litelm" + store, 3, "litellm");
  const Outcome own = shell("XDG_DATA_HOME=$PWD/data breakeven registry status");
  EXPECT_EQ(own.status, 0) << own.err;
  EXPECT_TRUE(fs::exists(folder_ / "data" / "breakeven" / "registry.db"));
}

TEST_F(Cli, APriceAsItWasKnownThen) {
  const std::string call =
      "breakeven price --model o3 --input 1000000 --output 0 --json --store l.db ";
  const Outcome before = shell(call + "--effective 2025-06-01 --known 2026-10-01");
  const Outcome after = shell(call + "--effective 2025-06-11 --known 2026-10-01");
  ASSERT_EQ(before.status, 0) << before.err;
  ASSERT_EQ(after.status, 0) << after.err;
  EXPECT_NE(before.out.find("\"usd\":\"10\""), std::string::npos) << before.out;
  EXPECT_NE(after.out.find("\"usd\":\"2\""), std::string::npos) << after.out;
}

TEST_F(Cli, APlanAsItWasKnownThen) {
  // Our evidence for the cut of 10 June 2025, from 10 to 2 USD, is of 2026: two answers to the same
  // question, by when it is asked.
  const std::string plan =
      "breakeven plan --trace small.csv --api openai/o3 --model qwen3-32b --accelerator H100-SXM "
      "--paths 100 --store l.db --as-of 2025-06-20 --json --known ";
  const auto bill = [](const Outcome& got) {
    const std::string start = "\"api\":{\"model\":\"openai/o3\",\"usd_month\":\"";
    const std::size_t at = got.out.find(start);
    return at == std::string::npos ? 0 : std::stod(got.out.substr(at + start.size()));
  };
  const Outcome before = shell(plan + "2025-06-20");
  const Outcome after = shell(plan + "2026-10-01");
  ASSERT_EQ(before.status, 0) << before.err;
  ASSERT_EQ(after.status, 0) << after.err;
  EXPECT_GT(bill(after), 0) << after.out;
  EXPECT_NEAR(bill(before), 5 * bill(after), 1e-6 * bill(before));
  EXPECT_EQ(shell(plan + "yesterday").status, 4);
}

TEST_F(Cli, ADailyPassRecordsWhatFailedAndAudits) {
  refuses("registry daily --once --at 24:00", 2, "--at");
  refuses("registry daily --store d.db --now 2026-11-21", 2, "--once");
  // An address inside one's own network is refused before anything is sent.
  const Outcome pass = shell(
      "breakeven registry daily --once --store d.db --source litellm --url http://127.0.0.1:9/x");
  EXPECT_EQ(pass.status, 1) << pass.err;
  EXPECT_NE(pass.out.find("last-run-failed"), std::string::npos) << pass.out;
  const Outcome stopped = shell_until("registry daily --store d.db", "Next pass at");
  EXPECT_EQ(stopped.status, 0) << stopped.err;
  EXPECT_NE(stopped.err.find("Next pass at"), std::string::npos) << stopped.err;
}

TEST_F(Cli, AServerThatReadsSourcesDailyStopsAtOnce) {
  refuses("serve --registry-daily --registry-at 25:00", 2, "--registry-at");
  const Outcome served =
      shell_until("serve --port 0 --store served.db --registry-daily", "Breakeven is at");
  EXPECT_EQ(served.status, 0) << served.err;
  EXPECT_NE(served.out.find("Breakeven is at"), std::string::npos) << served.err;
  // Nothing was due yet: the ledger has what came with the program and no crawler's run.
  const Outcome status = shell("breakeven registry status --store served.db");
  EXPECT_NE(status.out.find("never"), std::string::npos) << status.out;
}

TEST_F(Cli, TheServiceOfTheTimerIsAPassOfThisProgram) {
  const fs::path units = fs::path(BREAKEVEN_SOURCE_DIR) / "packaging" / "systemd";
  const std::string service = slurp(units / "breakeven-registry.service");
  const std::string start = "\nExecStart=/usr/local/bin/";
  const std::size_t at = service.find(start);
  ASSERT_NE(at, std::string::npos);
  std::string command = service.substr(at + start.size());
  command.resize(command.find('\n'));
  const std::string state = "%S/breakeven/";
  ASSERT_NE(command.find(state), std::string::npos) << command;
  command.replace(command.find(state), state.size(), "");
  // As the unit runs it, but for an address that is refused before anything is sent.
  const Outcome pass = shell(command + " --source litellm --url http://127.0.0.1:9/x");
  EXPECT_EQ(pass.status, 1) << pass.err;
  EXPECT_TRUE(fs::exists(folder_ / "registry.db")) << command;
  // The timer starts at the hour at which the program would.
  const Outcome help = shell("breakeven registry daily --help");
  EXPECT_NE(help.out.find("04:17"), std::string::npos);
  EXPECT_NE(slurp(units / "breakeven-registry.timer").find("OnCalendar=*-*-* 04:17:00 UTC"),
            std::string::npos);
}

TEST_F(Cli, TokensAreMadeOnceShownAndTakenBack) {
  const Outcome made =
      shell("breakeven token create ci --scope write --expires 30d --store s.db --json");
  ASSERT_EQ(made.status, 0) << made.err;
  const std::size_t at = made.out.find("bkv_");
  ASSERT_NE(at, std::string::npos) << made.out;
  const std::string token = made.out.substr(at, 81);
  EXPECT_EQ(shell("grep -c " + token.substr(20, 40) + " s.db s.db-wal").out.find(":1"),
            std::string::npos)
      << "the secret is not in the store";
  refuses("token create ci --store s.db", 2, "live token of this name");
  refuses("token create x --expires yesterday --store s.db", 2, "--expires");
  const Outcome listed = shell("breakeven token list --store s.db");
  EXPECT_NE(listed.out.find("ci"), std::string::npos);
  EXPECT_EQ(listed.out.find(token.substr(20)), std::string::npos);
  EXPECT_EQ(shell("breakeven token revoke ci --store s.db").status, 0);
  refuses("token revoke ci --store s.db", 3, "no live token named");
  refuses("serve --port 0 --require-tokens --store s.db", 3, "no live token");
  const Outcome log = shell("breakeven audit-log --store s.db");
  EXPECT_NE(log.out.find("token.create"), std::string::npos);
  EXPECT_NE(log.out.find("token.revoke"), std::string::npos);
  EXPECT_NE(log.out.find("command line: "), std::string::npos);
}

TEST_F(Cli, AStoreIsBackedUpExaminedAndRepaired) {
  ASSERT_EQ(shell("breakeven token create ci --store s.db").status, 0);
  EXPECT_EQ(shell("breakeven doctor --store s.db").status, 0);
  ASSERT_EQ(shell("breakeven backup --store s.db").status, 0);
  ASSERT_EQ(shell("breakeven backup other.db --store s.db").status, 0);
  const Outcome healthy = shell("breakeven doctor --store s.db");
  EXPECT_EQ(healthy.status, 0) << healthy.out;
  EXPECT_NE(healthy.out.find("backups/s-"), std::string::npos) << healthy.out;
  // A page in the middle is overwritten.
  ASSERT_EQ(shell("dd if=/dev/urandom of=s.db bs=4096 seek=2 count=40 conv=notrunc").status, 0);
  const Outcome sick = shell("breakeven doctor --store s.db");
  EXPECT_EQ(sick.status, 1);
  EXPECT_NE(sick.out.find("PROBLEM"), std::string::npos) << sick.out;
  const Outcome failed = shell("breakeven token list --store s.db");
  EXPECT_EQ(failed.status, 4) << failed.err;
  EXPECT_NE(failed.err.find("breakeven doctor --store s.db"), std::string::npos) << failed.err;
  refuses("doctor --repair --backups /nowhere --store s.db", 3, "no good backup");
  const Outcome repaired = shell("breakeven doctor --repair --store s.db");
  EXPECT_EQ(repaired.status, 0) << repaired.out << repaired.err;
  EXPECT_NE(repaired.out.find("s.db.before-"), std::string::npos) << repaired.out;
  EXPECT_NE(shell("breakeven token list --store s.db").out.find("ci"), std::string::npos);
  refuses("restore nothing.db --store s.db", 3, "no such file");
  refuses("backup x.db --store postgres://u:hunter2@h/d", 5, "pg_dump");
  EXPECT_EQ(shell("breakeven doctor --store missing.db").status, 1);
  EXPECT_FALSE(fs::exists(folder_ / "missing.db"));
}

TEST_F(Cli, AStoreThatAServerHasOpenIsNotReplaced) {
  ASSERT_EQ(
      shell("breakeven token create ci --store s.db && breakeven backup b.db --store s.db").status,
      0);
  const Outcome got = shell(
      "\"" BREAKEVEN_BINARY
      "\" serve --port 0 --store s.db >said.out 2>&1 & pid=$!; for i in $(seq 1200); do grep -q "
      "http said.out && break; sleep 0.1; done; breakeven restore b.db --store s.db; echo "
      "status=$?; breakeven backup online.db --store s.db >/dev/null; echo backup=$?; kill -TERM "
      "$pid; wait $pid; breakeven restore b.db --store s.db >/dev/null; echo after=$?");
  EXPECT_NE(got.out.find("status=8\nbackup=0\nafter=0\n"), std::string::npos) << got.out << got.err;
  EXPECT_NE(got.err.find("has this store open"), std::string::npos) << got.err;
}

TEST_F(Cli, CompletionsAreValidShell) {
  for (const char* name : {"bash", "zsh", "fish"}) {
    const Outcome got = shell(std::string("breakeven completions ") + name + " > done." + name);
    EXPECT_EQ(got.status, 0) << got.err;
    EXPECT_GT(fs::file_size(folder_ / (std::string("done.") + name)), 100U);
    const Outcome checked =
        shell(std::string("! command -v ") + name + " || " + name + " -n done." + name);
    EXPECT_EQ(checked.status, 0) << name << checked.err;
  }
}

TEST_F(Cli, UsageImportReportsAndStoresNothing) {
  const std::string folder = std::string(BREAKEVEN_SOURCE_DIR) + "/tests/usage/";
  const Outcome json = shell("breakeven usage import --dry-run --json " + folder +
                             "litellm_spendlogs.csv " + folder + "openai_costs_1d.json");
  EXPECT_EQ(json.status, 0) << json.err;
  EXPECT_NE(json.out.find("\"format\":\"litellm\""), std::string::npos);
  EXPECT_NE(json.out.find("\"format\":\"openai-costs\""), std::string::npos);
  const Outcome piped =
      shell("gzip -c " + folder + "gateway_access.jsonl | breakeven usage import --dry-run -");
  EXPECT_EQ(piped.status, 0) << piped.err;
  EXPECT_NE(piped.out.find("2 records read: 2 kept"), std::string::npos) << piped.out;
  const Outcome unknown = shell(
      "breakeven usage import --dry-run small.csv /dev/null; echo x >y; "
      "breakeven usage import --dry-run y");
  EXPECT_EQ(unknown.status, 4) << unknown.err;
  EXPECT_NE(unknown.err.find("expected a usage export"), std::string::npos) << unknown.err;
}

TEST_F(Cli, UsageIsStoredOnceAndReadByName) {
  const std::string import = "usage import --store u.duckdb --name march " +
                             std::string(BREAKEVEN_SOURCE_DIR) +
                             "/tests/usage/gateway_access.jsonl";
  // Without the library the program works on and says what is missing.
  const std::string without = "BREAKEVEN_DUCKDB=/nowhere breakeven ";
  for (const std::string& command : {import, std::string("usage show --store u.duckdb")}) {
    const Outcome missing = shell(without + command);
    EXPECT_EQ(missing.status, 5) << missing.err;
    EXPECT_NE(missing.err.find("need the DuckDB library"), std::string::npos) << missing.err;
  }
  EXPECT_FALSE(fs::exists(folder_ / "u.duckdb"));
  const Outcome first = shell("breakeven " + import);
  if (first.status == 5) return;  // this machine has no library: that is all there is
  EXPECT_EQ(first.status, 0) << first.err;
  EXPECT_NE(first.out.find("stored: 2 new, 0 known"), std::string::npos) << first.out;
  const Outcome again = shell("breakeven " + import + " --json");
  EXPECT_NE(again.out.find("\"stored\":{\"added\":0,\"known\":2,\"conflicting\":0}"),
            std::string::npos)
      << again.out;
  const Outcome asked = shell(
      "breakeven usage sql --store u.duckdb --csv \"SELECT sum(output) AS a, count(*) AS b FROM "
      "records\"");
  EXPECT_EQ(asked.out, "a,b\n80,2\n") << asked.out << asked.err;
  const Outcome stats = shell("breakeven usage stats --store u.duckdb store:march");
  EXPECT_NE(stats.out.find("every arrival as logged"), std::string::npos) << stats.err;
  const Outcome shown = shell("breakeven usage show --store u.duckdb march");
  EXPECT_NE(shown.out.find("2 kept"), std::string::npos) << shown.out;
  const Outcome exported = shell(
      "breakeven usage export --store u.duckdb march --output out.csv && "
      "breakeven usage import --dry-run out.csv");
  EXPECT_NE(exported.out.find("2 records read: 2 kept"), std::string::npos) << exported.out;
  refuses("usage stats --store u.duckdb store:marsh", 3, "march");
  refuses("usage sql --store u.duckdb \"DROP TABLE records\"", 4, "");
  refuses("usage show --store none.duckdb", 3, "usage import");
  refuses("usage import --store u.duckdb store:march", 2, "expected files");
  const Outcome gone = shell(
      "breakeven usage delete --store u.duckdb march; breakeven usage show --store u.duckdb march");
  EXPECT_EQ(gone.status, 3) << gone.err;
}

TEST_F(Cli, UsageIsTrafficOfAPlan) {
  const Outcome size = shell(
      "for i in $(seq 0 59); do echo "
      "'{\"time\":'$((1772442000 + 30 * i))',\"request_id\":\"'$i'\",\"status\":200,"
      "\"prompt_tokens\":800,\"completion_tokens\":120}'; done > log.jsonl; "
      "breakeven usage stats log.jsonl && breakeven size --usage log.jsonl --model qwen3-32b "
      "--accelerator H100-SXM");
  EXPECT_EQ(size.status, 0) << size.err;
  EXPECT_NE(size.out.find("every arrival as logged"), std::string::npos) << size.out;
  refuses(plan_ + "--trace small.csv --usage small.csv", 2, "found both");
  refuses(plan_, 2, "--trace FILE or --usage");
}

TEST_F(Cli, SimulatesFleetsThatChangeAndWritesTheirTimelines) {
  const std::string fleet =
      "breakeven simulate --trace small.csv --model llama-3.1-8b-instruct --accelerator H100-SXM ";
  const Outcome scaled = shell(fleet +
                               "--replicas 3 --autoscale 0.5 --cold-start 5s --timeline t.json "
                               "--timeline t.csv --json");
  EXPECT_EQ(scaled.status, 0) << scaled.err;
  EXPECT_NE(scaled.out.find("\"cold_starts\":"), std::string::npos) << scaled.out;
  EXPECT_NE(scaled.out.find("\"reliability\":{\"regime\":\"low load\""), std::string::npos);
  EXPECT_EQ(slurp(folder_ / "t.csv").substr(0, 25), "start_s,window_s,replica,");
  EXPECT_NE(slurp(folder_ / "t.json").find("\"KV cache %\""), std::string::npos);
  const Outcome apart =
      shell(fleet + "--prefill-replicas 1 --draft-tokens 3 --schedule \"else=1\"");
  EXPECT_EQ(apart.status, 0) << apart.err;
  EXPECT_NE(apart.out.find("Extrapolated: "), std::string::npos) << apart.out;
  EXPECT_NE(apart.out.find("Prefill pool: 1 replicas"), std::string::npos) << apart.out;

  const Outcome ending = shell(fleet + "--timeline t.txt");
  EXPECT_NE(ending.status, 0);
  EXPECT_NE(ending.err.find("--timeline"), std::string::npos) << ending.err;
  EXPECT_FALSE(fs::exists(folder_ / "t.txt"));
  const Outcome week = shell(fleet + "--schedule \"mon-fri 8:30=2\"");
  EXPECT_NE(week.status, 0);
  EXPECT_NE(week.err.find("--schedule"), std::string::npos) << week.err;
}

}  // namespace
