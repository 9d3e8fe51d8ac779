#include "service/secret_hash.hpp"

#include <gtest/gtest.h>

#include <string>

namespace breakeven::service {
namespace {

TEST(SecretHash, MatchesTheStandard) {
  // RFC 7914, section 12: "pleaseletmein" and "SodiumChloride", N = 16384, r = 8, p = 1.
  const std::string salt = "536f6469756d43686c6f72696465";
  const std::string key =
      "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a"
      "9af9e61e85dc0d651e40dfcf017b45575887";
  EXPECT_TRUE(secret_matches("pleaseletmein", "scrypt$16384$8$1$" + salt + "$" + key));
  EXPECT_FALSE(secret_matches("pleaseletmeim", "scrypt$16384$8$1$" + salt + "$" + key));
  EXPECT_FALSE(secret_matches("pleaseletmein", "scrypt$8192$8$1$" + salt + "$" + key));
}

TEST(SecretHash, KnowsItsSecretAndNoOther) {
  const auto hash = hash_secret("a secret");
  const auto again = hash_secret("a secret");
  ASSERT_TRUE(hash.ok() && again.ok());
  EXPECT_NE(*hash, *again) << "each has a salt of its own";
  EXPECT_TRUE(secret_matches("a secret", *hash));
  for (const char* wrong : {"", "a secre", "a secret ", "A secret"}) {
    EXPECT_FALSE(secret_matches(wrong, *hash)) << wrong;
  }
}

TEST(SecretHash, RefusesWhatIsNoHash) {
  for (const char* broken :
       {"", "scrypt", "scrypt$$$$$", "scrypt$16384$8$1$00$", "scrypt$16384$8$1$0$00",
        "scrypt$16384$8$1$zz$00", "bcrypt$16384$8$1$00$00", "scrypt$-1$8$1$00$00",
        "scrypt$1099511627776$8$1$00$00", "scrypt$16384$8$1$00$00$00"}) {
    EXPECT_FALSE(secret_matches("x", broken)) << broken;
  }
}

TEST(RandomHex, HasTheLengthItShould) {
  const auto one = random_hex(32);
  const auto other = random_hex(32);
  ASSERT_TRUE(one.ok() && other.ok());
  EXPECT_EQ(one->size(), 64U);
  EXPECT_NE(*one, *other);
}

}  // namespace
}  // namespace breakeven::service
