# How every room of the house is built: one static library per folder, unit tests beside the code.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

option(BREAKEVEN_WERROR "Treat warnings as errors" ON)
set(BREAKEVEN_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")

add_library(breakeven_options INTERFACE)
# Headers where they are built and where they are installed; warnings are ours alone.
target_include_directories(breakeven_options INTERFACE "$<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}>"
  "$<INSTALL_INTERFACE:include/breakeven>")
target_compile_features(breakeven_options INTERFACE $<INSTALL_INTERFACE:cxx_std_20>)
target_compile_options(breakeven_options INTERFACE
  $<BUILD_INTERFACE:-Wall> $<BUILD_INTERFACE:-Wextra> $<BUILD_INTERFACE:-Wpedantic> $<BUILD_INTERFACE:-Wconversion>
  $<BUILD_INTERFACE:-Wshadow> -ffp-contract=off "$<BUILD_INTERFACE:-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.>")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC bug 105651: std::string::insert and operator+ are reported falsely at -O2.
  target_compile_options(breakeven_options INTERFACE $<BUILD_INTERFACE:-Wno-restrict>)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # std::stable_sort of libstdc++ 12 uses a function that the same library calls deprecated.
  target_compile_options(breakeven_options INTERFACE $<BUILD_INTERFACE:-Wno-deprecated-declarations>)
endif()
if(BREAKEVEN_WERROR)
  target_compile_options(breakeven_options INTERFACE $<BUILD_INTERFACE:-Werror>)
endif()
if(BREAKEVEN_SANITIZE)
  target_compile_options(breakeven_options INTERFACE
    "-fsanitize=${BREAKEVEN_SANITIZE}" -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(breakeven_options INTERFACE "-fsanitize=${BREAKEVEN_SANITIZE}")
endif()

find_program(BREAKEVEN_CCACHE ccache)
if(BREAKEVEN_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND};-E;env;CCACHE_BASEDIR=${CMAKE_SOURCE_DIR};CCACHE_NOHASHDIR=1;${BREAKEVEN_CCACHE}")
endif()
find_program(BREAKEVEN_MOLD mold)
if(BREAKEVEN_MOLD AND NOT BREAKEVEN_WASM)
  add_link_options(-fuse-ld=mold)
endif()

# Under sanitizers optimising costs most of the build and only the engine and the readers need it: the rest and
# all tests are built as they are.
function(breakeven_plain_under_sanitizers target)
  if(BREAKEVEN_SANITIZE AND NOT BREAKEVEN_FUZZ)
    target_compile_options(${target} PRIVATE -O0)
  endif()
endfunction()

# breakeven_room(<name> [PURE] [HOT] [LINKS target...])
#
# Makes library breakeven_<name> from *.cpp of the current folder and, when tests are on, one test
# program breakeven_<name>_tests from *_test.cpp. PURE rooms (the engine) build without exceptions;
# their tests do not have to. HOT rooms, and PURE ones, are optimised under sanitizers too.
function(breakeven_room name)
  cmake_parse_arguments(arg "PURE;HOT" "" "LINKS;TEST_LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz|bench)\\.cpp$")
  if(sources)
    add_library(breakeven_${name} STATIC ${sources})
    target_link_libraries(breakeven_${name} PUBLIC breakeven_options ${arg_LINKS})
    if(arg_PURE)
      target_compile_options(breakeven_${name} PRIVATE -fno-exceptions)
    elseif(NOT arg_HOT)
      breakeven_plain_under_sanitizers(breakeven_${name})
    endif()
  else()
    add_library(breakeven_${name} INTERFACE)
    target_link_libraries(breakeven_${name} INTERFACE breakeven_options ${arg_LINKS})
  endif()
  if(BREAKEVEN_TESTS AND tests)
    add_executable(breakeven_${name}_tests ${tests})
    target_link_libraries(breakeven_${name}_tests PRIVATE breakeven_${name} ${arg_TEST_LINKS}
      GTest::gmock GTest::gtest_main rapidcheck)
    target_compile_definitions(breakeven_${name}_tests PRIVATE
      BREAKEVEN_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    breakeven_plain_under_sanitizers(breakeven_${name}_tests)
    gtest_discover_tests(breakeven_${name}_tests DISCOVERY_TIMEOUT 60)
  endif()
endfunction()

# breakeven_fuzzer(<name> SOURCE <file> LINKS target...): a libFuzzer program fuzz_<name>.
function(breakeven_fuzzer name)
  if(NOT BREAKEVEN_FUZZ)
    return()
  endif()
  cmake_parse_arguments(arg "" "SOURCE" "LINKS" ${ARGN})
  add_executable(fuzz_${name} ${arg_SOURCE})
  target_link_libraries(fuzz_${name} PRIVATE breakeven_options ${arg_LINKS})
  target_compile_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
endfunction()

# breakeven_bench(<name> SOURCE <file> LINKS target...): a Google Benchmark program bench_<name>.
function(breakeven_bench name)
  if(NOT BREAKEVEN_BENCH)
    return()
  endif()
  find_package(benchmark REQUIRED)
  cmake_parse_arguments(arg "" "SOURCE" "LINKS" ${ARGN})
  add_executable(bench_${name} ${arg_SOURCE})
  target_link_libraries(bench_${name} PRIVATE breakeven_options benchmark::benchmark ${arg_LINKS})
  target_compile_definitions(bench_${name} PRIVATE BREAKEVEN_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
endfunction()
