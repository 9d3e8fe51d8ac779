# Toolchain of the preset "wasm": clang 19 with Debian's wasi-libc and libc++. No exception runtime exists for this
# target, so only rooms that live without exceptions are built: the engine and what apps/wasm takes from codec.
set(CMAKE_SYSTEM_NAME Generic)
set(BREAKEVEN_WASM ON)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
set(CMAKE_CXX_COMPILER clang++-19)
find_program(CMAKE_AR ar REQUIRED)
set(CMAKE_CXX_COMPILER_TARGET wasm32-wasi)
set(CMAKE_CXX_FLAGS_INIT "-fno-exceptions -stdlib=libc++")
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
