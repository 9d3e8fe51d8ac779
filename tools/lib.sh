# shellcheck shell=bash
# Set-up steps shared by ./run and ./test. Sourced; expects $root, the repository.
#
# A step is quiet: its output goes to build/log/, a line on stderr appears only when it lasts longer
# than a second, and the end of its log only when it fails. Nothing here writes to stdout.

state="${root:?}/build"
node_dir="$root/.tools"

say() { printf 'breakeven: %s\n' "$*" >&2; }

die() {
  say "$2"
  exit "$1"
}

# step NAME TITLE COMMAND...
step() {
  local log="$state/log/$1.log" title=$2 status=0 watcher
  shift 2
  mkdir -p "$state/log"
  { sleep 1 >/dev/null 2>&1 && say "$title ..."; } </dev/null >/dev/null 9>&- &
  watcher=$!
  "$@" </dev/null >"$log" 2>&1 || status=$?
  kill "$watcher" 2>/dev/null || true
  wait "$watcher" 2>/dev/null || true
  if [ "$status" -ne 0 ]; then
    say "$title failed (exit $status); the end of $log:"
    tail -n 40 "$log" >&2
  fi
  return "$status"
}

# Only one set-up at a time works on this tree; the lock is given back by unlock or by the exit.
lock() {
  mkdir -p "$state"
  command -v flock >/dev/null 2>&1 || return 0
  exec 9>"$state/.lock"
  flock -n 9 && return 0
  say "waiting for another set-up of this folder"
  flock 9
}

unlock() { { exec 9>&-; } 2>/dev/null || true; }

job_count() {
  if [ -n "${BREAKEVEN_JOBS:-}" ]; then echo "$BREAKEVEN_JOBS"; else nproc 2>/dev/null || echo 2; fi
}

# configure PRESET: runs CMake only when there is no usable build tree. Ninja repeats it by itself when
# a CMakeLists.txt changes.
configure() {
  local tree="$state/$1" home
  if [ -f "$tree/CMakeCache.txt" ]; then
    home=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$tree/CMakeCache.txt")
    # CMake refuses a build tree that was moved or copied along with the repository.
    [ "$home" = "$root" ] || rm -rf "$tree"
  fi
  if [ -f "$tree/build.ninja" ] && [ ! "$root/CMakePresets.json" -nt "$tree/build.ninja" ]; then
    return 0
  fi
  (cd "$root" && cmake --preset "$1") || return
  touch "$tree/build.ninja"
}

# build PRESET [TARGET...]
build() {
  local preset=$1
  shift
  configure "$preset" && nice -n 5 ninja -C "$state/$preset" -j "$(job_count)" "$@"
}

node_is_new_enough() {
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number);
           process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' >/dev/null 2>&1
}

# Puts a Node.js that can run the web tools first on PATH (docs/decisions/0004): the system's when it is
# 20.19 or newer, else one fetched as an npm package into .tools/.
ensure_node() {
  local bin="$node_dir/node/bin"
  if command -v node >/dev/null 2>&1 && node_is_new_enough node; then return 0; fi
  if ! node_is_new_enough "$bin/node"; then
    step node "fetching Node.js 22 into .tools" fetch_node || return
  fi
  PATH="$bin:$PATH"
  export PATH
}

fetch_node() {
  local cpu package
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) cpu=linux-x64 ;;
    Linux-aarch64) cpu=linux-arm64 ;;
    Darwin-arm64) cpu=darwin-arm64 ;;
    *) echo "no Node.js package for this machine: install Node.js 20.19 or newer"; return 1 ;;
  esac
  package="node-$cpu"
  rm -rf "$node_dir/fetch" && mkdir -p "$node_dir/fetch" "$node_dir/node/bin"
  npm install --prefix "$node_dir/fetch" --ignore-scripts --no-audit --no-fund --no-save "$package@22" || return
  mv "$node_dir/fetch/node_modules/$package/bin/node" "$node_dir/node/bin/node" || return
  rm -rf "$node_dir/fetch"
  node_is_new_enough "$node_dir/node/bin/node"
}

# npm from wherever it is, run by the Node.js that is first on PATH.
run_npm() {
  local script
  script=$(readlink -f "$(command -v npm)")
  case "$script" in
    *.js) node "$script" "$@" ;;
    *) npm "$@" ;;
  esac
}

# npm_install FOLDER: installs exactly the lock file, only when it changed.
npm_install() {
  local folder=$1 stamp="$1/node_modules/.breakeven-lock" want
  want="$(sha256sum <"$folder/package-lock.json") $(node --version)"
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] && return 0
  (cd "$folder" && run_npm ci --ignore-scripts --no-audit --no-fund) || return
  printf '%s\n' "$want" >"$stamp"
}

# The library of stored usage and of Parquet (docs/decisions/0052) into .tools/duckdb, where the program finds it. Where
# it is not to be had the program says so when it is asked for them, and nothing else changes: never a failure.
ensure_duckdb() {
  local place="$node_dir/duckdb" want
  [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] && command -v npm >/dev/null 2>&1 || return 0
  want=$(sha256sum <"$root/packaging/duckdb/package-lock.json")
  [ -f "$place/libduckdb.so" ] && [ "$(cat "$place/lock" 2>/dev/null)" = "$want" ] && return 0
  step duckdb "fetching the DuckDB library into .tools" fetch_duckdb "$place" "$want" ||
    say "no DuckDB library: usage is read, but not stored, and Parquet is not read"
  return 0
}

fetch_duckdb() {  # fetch_duckdb PLACE LOCK
  local fetch="$1.fetch"
  local package="$fetch/node_modules/@duckdb/node-bindings-linux-x64"
  rm -rf "$fetch" && mkdir -p "$fetch" "$1" || return
  cp "$root"/packaging/duckdb/*.json "$fetch/" || return
  (cd "$fetch" && run_npm ci --ignore-scripts --no-audit --no-fund) || return
  mv "$package/libduckdb.so" "$package/LICENSE" "$1/" || return
  rm -rf "$fetch"
  printf '%s\n' "$2" >"$1/lock"
}

# What the web app is made from: its own files, and the examples and documents that its pages show.
web_fingerprint() {
  (
    cd "$root" || exit
    find web docs examples catalog -type f -not -path '*/node_modules/*' -not -path 'web/dist/*' \
      -not -path '*/coverage/*' -print0 2>/dev/null | LC_ALL=C sort -z | xargs -0 sha256sum
    node --version
  ) | sha256sum
}

# The engine for the browser, put where the page looks for it. Where its compiler is missing (clang 19 with wasi-libc,
# packaging/apt-web.txt) the page is built without and asks the server instead.
build_wasm() {
  local made="$state/wasm/bin/engine.wasm" place="$root/web/src/engine/engine.wasm"
  if ! command -v clang++-19 >/dev/null 2>&1 || [ ! -d /usr/include/wasm32-wasi ]; then
    echo "no clang 19 for wasm32-wasi: the page will ask the server"
    return 0
  fi
  build wasm breakeven_wasm || return
  cmp -s "$made" "$place" || cp "$made" "$place"
}

build_web() {
  local stamp="$state/web.stamp" want
  npm_install "$root/web" && build_wasm || return
  want=$(web_fingerprint)
  [ -f "$root/web/dist/index.html" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] && return 0
  (cd "$root/web" && run_npm run build) || return
  printf '%s\n' "$want" >"$stamp"
}
