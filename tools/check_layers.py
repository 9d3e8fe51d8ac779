#!/usr/bin/env python3
"""Fails when an #include points the wrong way through the house.

The arrows are those of docs/architecture.md: a room may include only what is listed for it here.
It also keeps third-party libraries in their one room, and the engine free of clocks, files, threads
and of elementary functions that differ between C libraries.

    tools/check_layers.py              check the repository this file lies in
    tools/check_layers.py --self-test  prove that each rule catches a planted mistake
"""

import os
import re
import sys
import tempfile

ENGINE_ORDER = {  # room -> engine rooms it may use beside itself
    "base": [],
    "finance": ["base"],
    "explain": ["base"],
    "catalog": ["base", "explain"],
    "pricing": ["base", "explain", "catalog"],
    "traffic": ["base", "explain", "catalog"],
    "usage": ["base", "explain", "catalog", "pricing", "traffic"],
    "serving": ["base", "explain", "catalog", "pricing", "traffic"],
    "calibration": ["base", "explain", "catalog", "pricing", "traffic", "serving"],
    "sizing": ["base", "explain", "catalog", "pricing", "traffic", "serving"],
    "economics": ["base", "finance", "explain", "catalog", "pricing", "traffic", "serving", "sizing"],
}
ENGINE_ORDER["siblings"] = ENGINE_ORDER["economics"] + ["economics"]
ENGINE_ORDER["decision"] = ENGINE_ORDER["economics"] + ["economics"]
ENGINE_ORDER["advisor"] = ENGINE_ORDER["decision"] + ["decision"]

ENGINE = {"engine/" + room for room in ENGINE_ORDER}
ARROWS = {"engine/" + room: {"engine/" + other for other in used} for room, used in ENGINE_ORDER.items()}
for room in ("codec", "duckdb", "io", "store", "registry"):
    ARROWS[room] = set(ENGINE)
ARROWS["io"] |= {"duckdb"}  # reads Parquet by way of it
ARROWS["store"] |= {"duckdb"}  # keeps imported usage in it
ARROWS["registry"] |= {"io", "store"}  # crawls by way of readers, and keeps what it saw
ARROWS["report"] = ENGINE | {"codec"}
ARROWS["service"] = ENGINE | {"codec", "io", "store", "registry", "report"}
for app in ("cli", "http", "mcp"):
    ARROWS["apps/" + app] = ENGINE | {"codec", "service"}
ARROWS["apps/http"] |= {"apps/mcp"}  # one server: /mcp beside /api
ARROWS["apps/cli"] |= {"apps/http", "apps/mcp"}  # one binary: the command line starts the servers
ARROWS["apps/wasm"] = ENGINE | {"codec"}
EVERYTHING = set(ARROWS)
ARROWS["bench"] = EVERYTHING
ARROWS["tests"] = EVERYTHING

LIBRARY_ROOMS = {  # first part of a third-party include -> rooms that may use it
    "nlohmann": {"codec"},
    "simdjson.h": {"io"},
    "zlib.h": {"io"},
    "zstd.h": {"io"},
    "sqlite3.h": {"store"},
    "libpq-fe.h": {"store"},
    "dlfcn.h": {"duckdb"},
    "curl": {"registry"},
    "openssl": {"service"},
    "CLI": {"apps/cli"},
    "boost": {"apps/http"},
}

STANDARD = set(
    """algorithm array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv chrono cinttypes
    climits clocale cmath codecvt compare complex concepts condition_variable coroutine csetjmp csignal cstdarg
    cstddef cstdint cstdio cstdlib cstring ctime cuchar cwchar cwctype deque exception execution expected
    filesystem format forward_list fstream functional future initializer_list iomanip ios iosfwd iostream istream
    iterator latch limits list locale map memory memory_resource mutex new numbers numeric optional ostream queue
    random ranges ratio regex scoped_allocator semaphore set shared_mutex source_location span spanstream sstream
    stack stacktrace stdexcept stop_token streambuf string string_view strstream syncstream system_error thread
    tuple type_traits typeindex typeinfo unordered_map unordered_set utility valarray variant vector version
    """.split()
)
IMPURE = set(
    """chrono condition_variable csignal ctime filesystem fstream future iomanip iostream istream locale clocale
    mutex ostream random regex semaphore shared_mutex stop_token syncstream thread""".split()
)
LIBM = re.compile(
    r"\bstd::(exp|exp2|expm1|log|log2|log10|log1p|pow|cbrt|hypot|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|"
    r"asinh|acosh|atanh|erf|erfc|lgamma|tgamma)[fl]?\s*\("
)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
COMMENT_OR_STRING = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.S)
MAX_LINES = 500


def room_of(path):
    """The longest known room that holds `path`, or None."""
    best = None
    for room in ARROWS:
        if path.startswith(room + "/") and (best is None or len(room) > len(best)):
            best = room
    return best


def is_side_program(path):
    return re.search(r"(_(test|fuzz|bench)\.(cpp|hpp)|/test_[a-z_]+\.(hpp|cpp))$", path) is not None


def check_file(path, text):
    """Yields (line, message) for each broken rule of one file."""
    room = room_of(path)
    if room is None:
        yield 1, "this folder is not in the map: add it to tools/check_layers.py and docs/architecture.md"
        return
    in_engine = room in ENGINE
    side = is_side_program(path) or room in ("bench", "tests")
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        bracket, target = match.groups()
        if bracket == '"':
            other = room_of(target)
            if other is None:
                yield number, f'"{target}": includes are written from the repository root, as "engine/base/money.hpp"'
            elif other != room and other not in ARROWS[room]:
                allowed = ", ".join(sorted(ARROWS[room])) or "nothing"
                yield number, f'"{target}": {room} may not use {other} (allowed: {allowed})'
            continue
        head = target.split("/")[0]
        if side:
            continue
        if head in LIBRARY_ROOMS and room not in LIBRARY_ROOMS[head]:
            yield number, f"<{target}> belongs in {', '.join(sorted(LIBRARY_ROOMS[head]))} only"
        elif in_engine and target not in STANDARD:
            yield number, f"<{target}>: the engine uses the C++ standard library only"
        elif in_engine and target in IMPURE:
            yield number, f"<{target}>: the engine has no clock, files, threads, streams or library randomness"
    if in_engine and not side and not path.startswith("engine/base/det_math."):
        blank = lambda m: re.sub(r"[^\n]", " ", m.group())
        for number, line in enumerate(COMMENT_OR_STRING.sub(blank, text).splitlines(), 1):
            match = LIBM.search(line)
            if match:
                yield number, f"std::{match.group(1)} differs between C libraries: use engine/base/det_math.hpp"


def sources(root):
    top = sorted({room.split("/")[0] for room in ARROWS} | {"apps"})
    for folder in top:
        for where, folders, files in os.walk(os.path.join(root, folder)):
            folders[:] = sorted(f for f in folders if f not in ("node_modules", "build", "dist"))
            for name in sorted(files):
                if name.endswith((".hpp", ".cpp", ".h", ".cc")):
                    yield os.path.relpath(os.path.join(where, name), root)


def check_tree(root):
    broken = 0
    count = 0
    for path in sources(root):
        count += 1
        with open(os.path.join(root, path), encoding="utf-8") as file:
            text = file.read()
        for line, message in check_file(path, text):
            broken += 1
            print(f"{path}:{line}: {message}")
        lines = text.count("\n")
        if lines > MAX_LINES:
            print(f"{path}:{lines}: note: over {MAX_LINES} lines; ask what it is two of", file=sys.stderr)
    if count == 0:
        print("found no source file: wrong folder?")
        broken += 1
    print(f"layers: {count} files, {broken} wrong")
    return broken


PLANTED = [  # (path, text, part of the expected message or None)
    ("engine/base/a.cpp", '#include "engine/catalog/facts.hpp"\n', "engine/base may not use engine/catalog"),
    ("engine/traffic/a.cpp", '#include "engine/pricing/x.hpp"\n', "engine/traffic may not use engine/pricing"),
    ("engine/pricing/a.cpp", '#include "engine/traffic/x.hpp"\n', "engine/pricing may not use engine/traffic"),
    ("engine/pricing/a_test.cpp", '#include "codec/x.hpp"\n', "engine/pricing may not use codec"),
    ("codec/a.cpp", '#include "io/x.hpp"\n', "codec may not use io"),
    ("io/a.cpp", '#include "service/x.hpp"\n', "io may not use service"),
    ("apps/http/a.cpp", '#include "io/x.hpp"\n', "apps/http may not use io"),
    ("apps/wasm/a.cpp", '#include "service/x.hpp"\n', "apps/wasm may not use service"),
    ("service/a.cpp", "#include <nlohmann/json.hpp>\n", "belongs in codec"),
    ("codec/a.cpp", "#include <simdjson.h>\n", "belongs in io"),
    ("service/a.cpp", "#include <CLI/CLI.hpp>\n", "belongs in apps/cli"),
    ("apps/cli/a.cpp", "#include <boost/beast.hpp>\n", "belongs in apps/http"),
    ("engine/sizing/a.cpp", "#include <fmt/core.h>\n", "standard library only"),
    ("engine/sizing/a.cpp", "# include <thread>\n", "no clock"),
    ("engine/sizing/a.cpp", "double f(double x) { return std::pow(x, 2); }\n", "det_math"),
    ("engine/sizing/a.cpp", '#include "money.hpp"\n', "from the repository root"),
    ("engine/attic/a.cpp", "\n", "not in the map"),
    ("engine/sizing/a.cpp", "// std::exp(x) differs\n#include <vector>\n", None),
    ("engine/sizing/a.cpp", '#include "engine/serving/x.hpp"\n#include "engine/explain/x.hpp"\n', None),
    ("engine/sizing/a_test.cpp", "#include <fstream>\n#include <gtest/gtest.h>\n", None),
    ("engine/base/det_math.cpp", "double f(double x) { return std::exp(x); }\n", None),
    ("service/a.cpp", '#include "io/x.hpp"\n#include "codec/x.hpp"\n#include "engine/advisor/x.hpp"\n', None),
]


def self_test():
    failed = 0
    for path, text, expected in PLANTED:
        messages = [message for _, message in check_file(path, text)]
        good = any(expected in m for m in messages) if expected else not messages
        if not good:
            failed += 1
            print(f"self-test: {path}: {text!r}: expected {expected!r}, found {messages}")
    with tempfile.TemporaryDirectory() as empty:
        devnull, kept = open(os.devnull, "w"), sys.stdout
        sys.stdout = devnull
        try:
            found = check_tree(empty)
        finally:
            sys.stdout = kept
            devnull.close()
        if found == 0:
            failed += 1
            print("self-test: a folder without sources must not pass")
    print(f"layers self-test: {len(PLANTED) + 1 - failed} right, {failed} wrong")
    return failed


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        sys.exit(1 if self_test() else 0)
    if len(sys.argv) > 1:
        print("usage: tools/check_layers.py [--self-test]", file=sys.stderr)
        sys.exit(2)
    repository = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    sys.exit(1 if check_tree(repository) else 0)
