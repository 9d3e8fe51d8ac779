#include "service/progress_text.hpp"

#include <gtest/gtest.h>

namespace breakeven::service {
namespace {

TEST(ProgressText, ShowsShareRateAndTimeLeft) {
  EXPECT_EQ(progress_text({"usage.csv", 45'000'000, 100'000'000}, 0.5),
            "usage.csv [#########...........] 45 %, 90 MB/s, 1 s left");
  EXPECT_EQ(progress_text({"a", 1'000'000, 1'000'000'000}, 1),
            "a [....................] 0 %, 1 MB/s, 17 min left");
  EXPECT_EQ(progress_text({"a", 1'000'000, 1'000'000}, 1),
            "a [####################] 100 %, 1 MB/s, 0 s left");
}

TEST(ProgressText, WithoutASizeThereIsNoEnd) {
  EXPECT_EQ(progress_text({"-", 30'000'000, 0}, 2), "standard input 30 MB, 15 MB/s");
  EXPECT_EQ(progress_text({"a.gz", 0, 10}, 0), "a.gz 0 MB, 0 MB/s");
}

TEST(ProgressText, GrownFilesAndLongNamesFitTheLine) {
  EXPECT_EQ(progress_text({"a", 200, 100}, 1), "a [####################] 100 %, 0 MB/s, 0 s left");
  EXPECT_EQ(progress_text({std::string(100, 'x') + "end", 1, 0}, 1),
            std::string(37, 'x') + "end 0 MB, 0 MB/s");
}

}  // namespace
}  // namespace breakeven::service
