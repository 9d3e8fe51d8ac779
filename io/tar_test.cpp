#include "io/tar.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "io/trace_writer.hpp"

namespace breakeven::io {
namespace {

Result<std::vector<TarEntry>> read(std::string_view bytes, const TarLimits& limits = {}) {
  BREAKEVEN_TRY(auto stream, ByteStream::from_memory(bytes, "x.tar"));
  return read_tar(stream, limits);
}

std::string archive() {
  return write_tar({{"manifest.json", "{}\n"}, {"catalog/prices/a-b_c.csv", ""}}).value();
}

/// The same header with another byte, and its checksum made right again.
std::string changed(std::size_t at, std::string_view with) {
  std::string bytes = archive();
  bytes.replace(at, with.size(), with);
  std::uint64_t sum = 8 * ' ';
  for (std::size_t i = 0; i < 512; ++i) {
    if (i < 148 || i >= 156) sum += static_cast<unsigned char>(bytes[i]);
  }
  for (std::size_t i = 0; i < 6; ++i) {
    bytes[153 - i] = static_cast<char>('0' + (sum & 7U));
    sum >>= 3U;
  }
  return bytes;
}

void refuses(const std::string& bytes, const std::string& part,
             ErrorCode code = ErrorCode::parse_error, const TarLimits& limits = {}) {
  const auto got = read(bytes, limits);
  ASSERT_FALSE(got.ok()) << part;
  EXPECT_EQ(got.error().code, code) << got.error().text();
  EXPECT_NE(got.error().text().find(part), std::string::npos) << got.error().text();
}

TEST(Tar, ReadsBackWhatItWrote) {
  const auto got = read(archive());
  ASSERT_TRUE(got.ok()) << got.error().text();
  ASSERT_EQ(got->size(), 2U);
  EXPECT_EQ((*got)[0].name, "manifest.json");
  EXPECT_EQ((*got)[0].bytes, "{}\n");
  EXPECT_EQ((*got)[1].name, "catalog/prices/a-b_c.csv");
  EXPECT_EQ((*got)[1].bytes, "");
  const std::string packed = gzip(archive()).value();
  EXPECT_EQ(read(packed)->size(), 2U);
  EXPECT_EQ(archive().size() % 512, 0U);
  EXPECT_TRUE(read(write_tar({}).value())->empty());
}

RC_GTEST_PROP(Tar, KeepsEveryByte, (const std::vector<std::string>& contents)) {
  std::vector<TarEntry> entries;
  for (std::size_t i = 0; i < contents.size(); ++i) {
    entries.push_back({"f/" + std::to_string(i), contents[i]});
  }
  const auto got = read(write_tar(entries).value());
  RC_ASSERT(got.ok());
  RC_ASSERT(got->size() == entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) RC_ASSERT((*got)[i].bytes == contents[i]);
}

TEST(Tar, NamesStayBelowTheFolder) {
  for (const char* const name : {"a", "a/b.csv", "..a", "a..", "A-1_2/x"}) {
    EXPECT_TRUE(is_tar_name(name)) << name;
  }
  for (const std::string& name :
       {std::string(), std::string("/a"), std::string("a/"), std::string("../a"),
        std::string("a/../b"), std::string("."), std::string("a//b"), std::string("a\\b"),
        std::string("a b"), std::string("a\nb"), std::string(101, 'a')}) {
    EXPECT_FALSE(is_tar_name(name)) << name;
    EXPECT_FALSE(write_tar({{name, ""}}).ok()) << name;
  }
  refuses(changed(0, "../anifest.js"), "name of a file below");
  refuses(changed(0, "/etc/passwd\0\0"), "name of a file below");
  refuses(changed(345, "etc"), "name of a file below");
}

TEST(Tar, RefusesWhatIsNoPlainFile) {
  for (const char* const type : {"1", "2", "5", "x", "L"}) {
    refuses(changed(156, type), "regular files only");
  }
  refuses(changed(124, "99999999999"), "octal");
  refuses(changed(257, "zip"), "ustar");
  std::string damaged = archive();
  damaged[10] = 'X';
  refuses(damaged, "checksum");
  refuses(std::string(512, 'a'), "ustar");
  refuses(write_tar({{"a", "1"}, {"a", "2"}}).value(), "once");
}

TEST(Tar, RefusesWhatIsCutOffOrGoesOn) {
  const std::string whole = archive();
  for (std::size_t size = 0; size < whole.size(); size += 97) {
    const auto got = read(whole.substr(0, size));
    ASSERT_FALSE(got.ok()) << size;
    EXPECT_EQ(got.error().code, ErrorCode::parse_error);
  }
  EXPECT_TRUE(read(whole + std::string(512 * 3, '\0')).ok());
  refuses(whole + "x" + std::string(511, '\0'), "nothing after the end");
}

TEST(Tar, BelievesNoSize) {
  // Says that it holds 8 GiB, and is 2 kB long.
  refuses(changed(124, "77777777777"), "at most", ErrorCode::resource_limit);
  refuses(changed(124, "00000777777"), "cut off");
  refuses(archive(), "at most 1 files", ErrorCode::resource_limit, {1, 100});
  refuses(archive(), "at most", ErrorCode::resource_limit, {10, 2});
  // A megabyte of zeros packs to a kilobyte: what counts is what comes out.
  const std::string bomb = gzip(write_tar({{"a", std::string(1 << 20, 'a')}}).value()).value();
  refuses(bomb, "", ErrorCode::resource_limit, {10, 1'000});
}

}  // namespace
}  // namespace breakeven::io
