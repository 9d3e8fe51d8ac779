#include "service/secret_hash.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/text.hpp"

namespace breakeven::service {
namespace {

using Bytes = std::vector<unsigned char>;

constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kKeyBytes = 32;
constexpr std::uint64_t kCost = 16'384;
constexpr std::uint64_t kBlock = 8;
constexpr std::uint64_t kParallel = 1;
constexpr std::uint64_t kMostMemory = 64U << 20U;

std::string hex(const Bytes& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : bytes) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

std::optional<Bytes> unhex(std::string_view text) {
  const auto digit = [](char c) -> int {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const int high = digit(text[i]);
    const int low = digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<unsigned char>(high * 16 + low));
  }
  if (text.size() % 2 != 0) return std::nullopt;
  return bytes;
}

struct Cost {
  std::uint64_t n = kCost;
  std::uint64_t r = kBlock;
  std::uint64_t p = kParallel;
};

std::optional<Bytes> derive(std::string_view secret, const Bytes& salt, const Cost& cost,
                            std::size_t size) {
  Bytes key(size);
  const int done = EVP_PBE_scrypt(secret.data(), secret.size(), salt.data(), salt.size(), cost.n,
                                  cost.r, cost.p, kMostMemory, key.data(), key.size());
  if (done != 1) return std::nullopt;
  return key;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t at = text.find('$');
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

}  // namespace

Result<std::string> random_hex(std::size_t bytes) {
  Bytes random(bytes);
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
    return Error{ErrorCode::internal, "the system gives no random numbers", {}};
  }
  return hex(random);
}

Result<std::string> hash_secret(std::string_view secret) {
  BREAKEVEN_TRY(const std::string salt, random_hex(kSaltBytes));
  const auto bytes = unhex(salt);
  const auto key = bytes ? derive(secret, *bytes, {}, kKeyBytes) : std::nullopt;
  if (!key) return Error{ErrorCode::resource_limit, "no memory to hash a secret", {}};
  return "scrypt$" + std::to_string(kCost) + "$" + std::to_string(kBlock) + "$" +
         std::to_string(kParallel) + "$" + salt + "$" + hex(*key);
}

bool secret_matches(std::string_view secret, std::string_view hash) {
  const std::vector<std::string_view> parts = split(hash);
  if (parts.size() != 6 || parts[0] != "scrypt") return false;
  const auto n = parse_int(parts[1]);
  const auto r = parse_int(parts[2]);
  const auto p = parse_int(parts[3]);
  const auto salt = unhex(parts[4]);
  const auto key = unhex(parts[5]);
  if (!n || !r || !p || *n <= 0 || *r <= 0 || *p <= 0 || !salt || !key || key->empty()) {
    return false;
  }
  const Cost cost{static_cast<std::uint64_t>(*n), static_cast<std::uint64_t>(*r),
                  static_cast<std::uint64_t>(*p)};
  const auto found = derive(secret, *salt, cost, key->size());
  return found && CRYPTO_memcmp(found->data(), key->data(), key->size()) == 0;
}

}  // namespace breakeven::service
