#!/usr/bin/env bash
# Installs what is missing: tools/bootstrap.sh build [web] [test]
#
# Each word names packaging/apt-WORD.txt. Asks dpkg first, so a second run costs milliseconds and needs
# neither network nor root. Exit status: 0 everything is there, 3 something must be installed by hand.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=tools/lib.sh
. "$root/tools/lib.sh"

wanted_packages() {
  local list package command
  for list in "$@"; do
    while read -r package command _; do
      case "$package" in '' | '#'*) continue ;; esac
      if [ -n "$command" ] && command -v "$command" >/dev/null 2>&1; then continue; fi
      printf '%s\n' "$package"
    done <"$root/packaging/apt-$list.txt"
  done
}

print_recipe() {
  cat >&2 <<'RECIPE'
breakeven: this system has no apt, so install by hand:
  a C++20 compiler (g++ 12 or clang 16 and newer), CMake 3.22+, Ninja, and optionally ccache and mold;
  Boost (headers), CLI11, fmt, nlohmann-json, simdjson, zlib, zstd; Node.js 20.19+ with npm for the web app.
  Fedora    dnf install gcc-c++ cmake ninja-build ccache mold boost-devel cli11-devel fmt-devel json-devel simdjson-devel zlib-devel libzstd-devel nodejs npm
  macOS     brew install cmake ninja ccache boost cli11 fmt nlohmann-json simdjson zstd node
  Container docker run -it -v "$PWD":/breakeven -w /breakeven debian:12 ./run
Then start again with BREAKEVEN_SKIP_BOOTSTRAP=1.
RECIPE
}

[ "${BREAKEVEN_SKIP_BOOTSTRAP:-}" = 1 ] && exit 0
if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
  print_recipe
  exit 3
fi

mapfile -t wanted < <(wanted_packages "$@")
[ "${#wanted[@]}" -eq 0 ] && exit 0
# Provided names count as well (g++ may come from another package than the one asked for).
mapfile -t missing < <(
  comm -13 \
    <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null | sed -n 's/^installed //p' | sort -u) \
    <(printf '%s\n' "${wanted[@]}" | sort -u)
)
[ "${#missing[@]}" -eq 0 ] && exit 0

install=(apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}")
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null 2>&1 && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
    as_root=(sudo)
    [ -t 0 ] && sudo -v
  else
    say "some Debian packages are missing and this user may not install them. Ask an administrator to run:"
    printf '  apt-get update && %s\n' "${install[*]}" >&2
    exit 3
  fi
fi
as_root+=(env DEBIAN_FRONTEND=noninteractive)
say "installing ${#missing[@]} Debian packages: ${missing[*]}"
step apt-update "reading the package lists" "${as_root[@]}" apt-get update || exit 3
step apt-install "installing packages" "${as_root[@]}" "${install[@]}" || exit 3
