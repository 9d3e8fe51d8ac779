// A plan packed with everything it was computed from, and computed again: whole and damaged.
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/cli/cli_fixture.hpp"

namespace {

using breakeven::cli_tests::Cli;
using breakeven::cli_tests::Outcome;
using breakeven::cli_tests::slurp;

class Dossier : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    const Outcome made = shell("breakeven " + question_ + " export --dossier plan.tar.gz");
    ASSERT_EQ(made.status, 0) << made.err;
    EXPECT_NE(made.out.find("SHA-256"), std::string::npos) << made.out;
    ASSERT_EQ(shell("mkdir parts && tar xzf plan.tar.gz -C parts").status, 0);
  }

  /// Packs parts/ again as any tar program does, with the manifest first.
  void pack(const std::string& to) const {
    const Outcome packed =
        shell("cd parts && tar --format=ustar -czf ../" + to +
              " manifest.json $(find . -type f ! -name manifest.json | cut -c3- | LC_ALL=C sort)");
    ASSERT_EQ(packed.status, 0) << packed.err;
  }

  /// Puts the length and hash of a changed part into the manifest, as a forger would.
  void forge(const std::string& part) const {
    const Outcome forged =
        shell("cd parts && sum=$(sha256sum " + part + " | cut -c1-64) && size=$(stat -c %s " +
              part + ") && sed -i \"/\\\"name\\\": \\\"" + part +
              "\\\"/,/sha256/{s/\\\"bytes\\\": [0-9]*/\\\"bytes\\\": $size/;s/\\\"sha256\\\": "
              "\\\"[0-9a-f]*/\\\"sha256\\\": \\\"$sum/}\" manifest.json");
    ASSERT_EQ(forged.status, 0) << forged.err;
  }

  const std::string question_ =
      plan_ + "--trace small.csv --accelerator H100-SXM --span 3h --paths 100 --seed 7";
};

TEST_F(Dossier, HoldsEverythingAndComesOutTheSame) {
  for (const char* part : {"README.txt", "question.json", "trace.csv", "answer.json", "prices.csv",
                           "facts.csv", "catalog/defaults.csv", "catalog/prices/anthropic.csv"}) {
    EXPECT_TRUE(std::filesystem::exists(folder_ / "parts" / part)) << part;
  }
  const std::string manifest = slurp(folder_ / "parts" / "manifest.json");
  EXPECT_NE(manifest.find("\"seed\": \"7\""), std::string::npos) << manifest;
  EXPECT_NE(slurp(folder_ / "parts" / "prices.csv").find("anthropic/claude-sonnet-4-6,input,3,"),
            std::string::npos);
  // The answer in it is what plan --json prints, and the same plan is the same file.
  const Outcome plain = shell("breakeven " + question_ + " --json");
  EXPECT_EQ(plain.out, slurp(folder_ / "parts" / "answer.json"));
  ASSERT_EQ(shell("breakeven " + question_ + " export --dossier again.tar.gz").status, 0);
  EXPECT_EQ(slurp(folder_ / "again.tar.gz"), slurp(folder_ / "plan.tar.gz"));
  // From nothing but the file: another folder, no catalogue, no trace.
  const Outcome replayed = shell(
      "mkdir away && mv plan.tar.gz away && rm small.csv && cd away && "
      "BREAKEVEN_CATALOG=/nonexistent breakeven replay plan.tar.gz");
  EXPECT_EQ(replayed.status, 0) << replayed.out << replayed.err;
  EXPECT_NE(replayed.out.find("the same"), std::string::npos) << replayed.out;
  const Outcome answer = shell("breakeven replay away/plan.tar.gz --json");
  EXPECT_EQ(answer.out, plain.out);
  const Outcome piped = shell("cat away/plan.tar.gz | breakeven replay -");
  EXPECT_EQ(piped.status, 0) << piped.err;
  // Packed again by another program it is the same dossier.
  pack("other.tar.gz");
  const Outcome other = shell("breakeven replay other.tar.gz");
  EXPECT_EQ(other.status, 0) << other.out << other.err;
}

TEST_F(Dossier, PricesAsALedgerKnewThemAndAPipedTraceAreInIt) {
  const std::string known =
      "plan export --api openai/o3 --model qwen3-32b --accelerator H100-SXM --paths 0 --trace - "
      "--store l.db --as-of 2025-06-20 --known 2025-06-20 --dossier known.tar.gz";
  const Outcome made = shell("breakeven " + known + " < small.csv && rm l.db small.csv");
  ASSERT_EQ(made.status, 0) << made.err;
  EXPECT_NE(shell("tar tzf known.tar.gz").out.find("known_prices.json"), std::string::npos);
  const Outcome replayed = shell("breakeven replay known.tar.gz");
  EXPECT_EQ(replayed.status, 0) << replayed.out << replayed.err;
  EXPECT_NE(replayed.out.find("byte for byte"), std::string::npos) << replayed.out;
}

TEST_F(Dossier, ChangedPartsAreRefused) {
  ASSERT_EQ(shell("sed -i s/800/900/ parts/trace.csv").status, 0);
  pack("changed.tar.gz");
  refuses("replay changed.tar.gz", 4, "changed.tar.gz:trace.csv: is not what the manifest says");
  ASSERT_EQ(shell("rm parts/trace.csv").status, 0);
  pack("missing.tar.gz");
  refuses("replay missing.tar.gz", 4, "trace.csv: this part of the dossier is missing");
  ASSERT_EQ(shell("rm -r parts && mkdir parts && tar xzf plan.tar.gz -C parts && "
                  "echo x > parts/extra.txt")
                .status,
            0);
  pack("extra.tar.gz");
  refuses("replay extra.tar.gz", 4, "extra.txt: expected only what the manifest names");
}

TEST_F(Dossier, AForgedAnswerIsFoundOut) {
  ASSERT_EQ(shell("sed -i 's/\"title\":\"The API is [^\"]*/\"title\":\"Self-hosting wins/' "
                  "parts/answer.json")
                .status,
            0);
  forge("answer.json");
  pack("forged.tar.gz");
  const Outcome got = shell("breakeven replay forged.tar.gz");
  EXPECT_EQ(got.status, 1) << got.out << got.err;
  EXPECT_NE(got.out.find("NOT the same"), std::string::npos) << got.out;
  EXPECT_NE(got.out.find("The verdict was: Self-hosting wins"), std::string::npos) << got.out;
  // An input that was changed with its hash makes another answer.
  ASSERT_EQ(shell("rm -r parts && mkdir parts && tar xzf plan.tar.gz -C parts && "
                  "sed -i 's/\"redundancy\":1/\"redundancy\":2/' parts/question.json")
                .status,
            0);
  forge("question.json");
  pack("other.tar.gz");
  const Outcome other = shell("breakeven replay other.tar.gz");
  EXPECT_EQ(other.status, 1) << other.out << other.err;
  EXPECT_NE(other.out.find("redundancy: 1 -> 2"), std::string::npos) << other.out;
  // A prices.csv that tells another story than the answer.
  ASSERT_EQ(shell("rm -r parts && mkdir parts && tar xzf plan.tar.gz -C parts && "
                  "sed -i 's/,input,3,/,input,2,/' parts/prices.csv")
                .status,
            0);
  forge("prices.csv");
  pack("story.tar.gz");
  const Outcome story = shell("breakeven replay story.tar.gz");
  EXPECT_EQ(story.status, 1) << story.out << story.err;
  EXPECT_NE(story.out.find("prices.csv"), std::string::npos) << story.out;
}

TEST_F(Dossier, AnotherVersionSaysWhatDiffers) {
  ASSERT_EQ(shell("cd parts && sed -i '0,/\"version\":\"[^\"]*\"/s//\"version\":\"0.0.1\"/' "
                  "answer.json && sed -i 's/\"program\": \"[^\"]*\"/\"program\": \"0.0.1\"/' "
                  "manifest.json")
                .status,
            0);
  forge("answer.json");
  pack("older.tar.gz");
  const Outcome older = shell("breakeven replay older.tar.gz");
  EXPECT_EQ(older.status, 0) << older.out << older.err;
  EXPECT_NE(older.out.find("Made by breakeven 0.0.1"), std::string::npos) << older.out;
  EXPECT_NE(older.out.find("the same inputs, facts and"), std::string::npos) << older.out;
  ASSERT_EQ(shell("cd parts && sed -i 's/\"horizon\":{\"title\":\"[^\"]*\",\"value\":\"36\"/"
                  "\"horizon\":{\"title\":\"Months\",\"value\":\"48\"/' answer.json")
                .status,
            0);
  forge("answer.json");
  pack("moved.tar.gz");
  const Outcome moved = shell("breakeven replay moved.tar.gz");
  EXPECT_EQ(moved.status, 1) << moved.out << moved.err;
  EXPECT_NE(moved.out.find("horizon: 48 -> 36"), std::string::npos) << moved.out;
  ASSERT_EQ(
      shell("sed -i 's/\"format_version\": 1/\"format_version\": 2/' parts/manifest.json").status,
      0);
  pack("newer.tar.gz");
  refuses("replay newer.tar.gz", 5, "found format 2");
}

TEST_F(Dossier, HostileAndBrokenFilesAreRefused) {
  refuses("replay nowhere.tar.gz", 3, "nowhere.tar.gz");
  refuses("replay small.csv", 4, "small.csv");
  ASSERT_EQ(shell("head -c 20000 plan.tar.gz > cut.tar.gz").status, 0);
  refuses("replay cut.tar.gz", 4, "cut.tar.gz");
  ASSERT_EQ(shell("gzip -dc plan.tar.gz | head -c 100000 | gzip -n > short.tar.gz").status, 0);
  refuses("replay short.tar.gz", 4, "cut off");
  ASSERT_EQ(shell("echo evil > evil.txt && tar --format=ustar -cPzf up.tar.gz --transform "
                  "s,^,../../, evil.txt && tar --format=ustar -cPzf root.tar.gz $PWD/evil.txt")
                .status,
            0);
  refuses("replay up.tar.gz", 4, "the name of a file below this folder");
  refuses("replay root.tar.gz", 4, "the name of a file below this folder");
  ASSERT_EQ(shell("ln -s /etc/passwd manifest.json && tar --format=ustar -czf link.tar.gz "
                  "manifest.json && rm manifest.json")
                .status,
            0);
  refuses("replay link.tar.gz", 4, "regular files only");
  ASSERT_EQ(shell("truncate -s 2G manifest.json && tar --format=ustar -c manifest.json | head -c "
                  "1000000 | gzip > huge.tar.gz && rm manifest.json")
                .status,
            0);
  refuses("replay huge.tar.gz", 8, "at most");
  ASSERT_EQ(shell("echo '{}' > parts/manifest.json").status, 0);
  pack("empty.tar.gz");
  refuses("replay empty.tar.gz", 4, "empty.tar.gz:manifest.json:/format");
  // Nothing was written by any of them, and an export that fails leaves nothing behind.
  EXPECT_EQ(shell("ls /tmp/evil.txt ../evil.txt 2>/dev/null").out, "");
  refuses(question_ + " export --dossier nowhere/plan.tar.gz", 7, "nowhere/plan.tar.gz");
  refuses(question_ + " --redundancy -1 export --dossier half.tar.gz", 2, "redundancy");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "half.tar.gz"));
  EXPECT_EQ(shell("ls | grep part[0-9]").out, "");
  refuses("plan export --trace small.csv", 2, "");
}

}  // namespace
