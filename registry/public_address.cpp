#include "registry/public_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace breakeven::registry {
namespace {

struct Block4 {
  std::uint32_t from;
  int bits;
};

constexpr std::uint32_t ip4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

constexpr std::array<Block4, 15> kNotPublic4{{
    {ip4(0, 0, 0, 0), 8},        // this host
    {ip4(10, 0, 0, 0), 8},       // private
    {ip4(100, 64, 0, 0), 10},    // shared by carriers
    {ip4(127, 0, 0, 0), 8},      // loopback
    {ip4(169, 254, 0, 0), 16},   // link-local, with the clouds' metadata services
    {ip4(172, 16, 0, 0), 12},    // private
    {ip4(192, 0, 0, 0), 24},     // protocol assignments
    {ip4(192, 0, 2, 0), 24},     // documentation
    {ip4(192, 88, 99, 0), 24},   // relays of 6to4, withdrawn
    {ip4(192, 168, 0, 0), 16},   // private
    {ip4(198, 18, 0, 0), 15},    // benchmarks
    {ip4(198, 51, 100, 0), 24},  // documentation
    {ip4(203, 0, 113, 0), 24},   // documentation
    {ip4(224, 0, 0, 0), 4},      // multicast
    {ip4(240, 0, 0, 0), 4},      // reserved, broadcast
}};

bool is_public4(std::uint32_t address) {
  return std::ranges::none_of(kNotPublic4, [&](const Block4& block) {
    return (address ^ block.from) >> (32 - block.bits) == 0;
  });
}

bool is_public6(std::span<const std::uint8_t, 16> a) {
  const auto starts = [&](std::initializer_list<std::uint8_t> with) {
    return std::equal(with.begin(), with.end(), a.begin());
  };
  const auto embedded = [&](std::size_t at) {
    return is_public4(ip4(a[at], a[at + 1], a[at + 2], a[at + 3]));
  };
  const bool zeros = std::all_of(a.begin(), a.begin() + 10, [](auto byte) { return byte == 0; });
  if (zeros && a[10] == 0xff && a[11] == 0xff) return embedded(12);  // IPv4 as IPv6
  if (zeros) return false;                                           // ::, ::1, IPv4-compatible
  if (starts({0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) return embedded(12);  // NAT64
  if (starts({0x20, 0x02})) return embedded(2);                                       // 6to4
  if (starts({0x20, 0x01, 0x0d, 0xb8}) || starts({0x20, 0x01, 0x00, 0x00})) return false;
  // Global unicast is 2000::/3; beside it are unique local, link-local and multicast addresses.
  return (a[0] & 0xe0U) == 0x20U;
}

}  // namespace

bool is_public_address(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return is_public4(ntohl(v4.sin_addr.s_addr));
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return is_public6(bytes);
  }
  return false;
}

bool is_public_address(std::string_view text) {
  const std::string name(text);
  sockaddr_in v4{};
  if (inet_pton(AF_INET, name.c_str(), &v4.sin_addr) == 1) {
    return is_public4(ntohl(v4.sin_addr.s_addr));
  }
  in6_addr v6{};
  if (inet_pton(AF_INET6, name.c_str(), &v6) == 1) {
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &v6, bytes.size());
    return is_public6(bytes);
  }
  return false;
}

}  // namespace breakeven::registry
