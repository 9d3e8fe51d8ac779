// public_address.hpp — which addresses a crawler may connect to.
//
// Shape    Only addresses of the public Internet. A URL that leads, by its name, a redirect or a name
//          server's answer, to this machine or its network is refused at the moment of connecting.
// Sources  IANA special-purpose address registries (RFC 6890 and its updates).
#pragma once

#include <string_view>

struct sockaddr;

namespace breakeven::registry {

/// IPv4 and IPv6; everything else is not public.
[[nodiscard]] bool is_public_address(const sockaddr& address);
/// As is_public_address, for "192.168.0.1" or "::1"; false for what is no address.
[[nodiscard]] bool is_public_address(std::string_view text);

}  // namespace breakeven::registry
