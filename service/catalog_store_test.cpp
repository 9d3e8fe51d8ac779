#include "service/catalog_store.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace breakeven::service {
namespace {

namespace fs = std::filesystem;

class CatalogStore : public ::testing::Test {
 protected:
  CatalogStore()
      : dir_(fs::path(::testing::TempDir()) / ("catalog_store_" + std::to_string(::getpid()))) {
    fs::create_directories(dir_);
  }
  ~CatalogStore() override {
    unsetenv("BREAKEVEN_CATALOG");
    fs::remove_all(dir_);
  }
  void copy_shipped() const {
    fs::copy(fs::path(BREAKEVEN_SOURCE_DIR) / "catalog", dir_, fs::copy_options::recursive);
  }
  fs::path dir_;
};

TEST_F(CatalogStore, FallsBackToTheSourceTree) {
  const auto catalog = load_catalog();
  ASSERT_TRUE(catalog.ok()) << catalog.error().text();
  EXPECT_GE(catalog->models().size(), 40U);
}

TEST_F(CatalogStore, ReadsTheDirectoryThatWasNamed) {
  copy_shipped();
  EXPECT_EQ(find_catalog_dir(dir_.string()).value(), dir_.string());
  setenv("BREAKEVEN_CATALOG", dir_.c_str(), 1);
  EXPECT_EQ(find_catalog_dir("").value(), dir_.string());
}

TEST_F(CatalogStore, ANamedDirectoryIsNeverPassedOver) {
  const auto explicit_dir = find_catalog_dir("/no/such/dir");
  ASSERT_FALSE(explicit_dir.ok());
  EXPECT_EQ(explicit_dir.error().code, ErrorCode::not_found);
  EXPECT_EQ(explicit_dir.error().where, "/no/such/dir");
  setenv("BREAKEVEN_CATALOG", dir_.c_str(), 1);
  const auto from_environment = find_catalog_dir("");
  ASSERT_FALSE(from_environment.ok());
  EXPECT_NE(from_environment.error().text().find("BREAKEVEN_CATALOG"), std::string::npos);
}

TEST_F(CatalogStore, MistakesCarryThePath) {
  copy_shipped();
  std::ofstream(dir_ / "accelerators.csv") << "id,vendor\n";
  const auto catalog = load_catalog(dir_.string());
  ASSERT_FALSE(catalog.ok());
  EXPECT_EQ(catalog.error().where, (dir_ / "accelerators.csv").string() + ":1:1");
}

TEST_F(CatalogStore, AMissingFileIsNamed) {
  copy_shipped();
  fs::remove(dir_ / "gpu_offers.csv");
  const auto catalog = load_catalog(dir_.string());
  ASSERT_FALSE(catalog.ok());
  EXPECT_EQ(catalog.error().where, (dir_ / "gpu_offers.csv").string());
}

}  // namespace
}  // namespace breakeven::service
