# What `cmake --install` and CPack put where. Component "program": everything to run it; "library": what other C++
# programs need of the engine.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(share "${CMAKE_INSTALL_DATADIR}/breakeven")

install(TARGETS breakeven RUNTIME COMPONENT program)
install(DIRECTORY catalog/ DESTINATION "${share}/catalog" COMPONENT program FILES_MATCHING PATTERN "*.csv")
install(DIRECTORY examples/ DESTINATION "${share}/examples" COMPONENT program
  FILES_MATCHING PATTERN "*.csv.gz" PATTERN "consumer" EXCLUDE)
if(EXISTS "${CMAKE_SOURCE_DIR}/web/dist/index.html")
  install(DIRECTORY web/dist/ DESTINATION "${share}/web" COMPONENT program)
endif()
install(DIRECTORY docs/methodology docs/formats docs/guides docs/schemas
  DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT program)
install(FILES docs/openapi.json docs/openapi.yaml docs/operations.md README.md CHANGELOG.md LICENSE
  DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT program)

# Opened by the program when usage is stored or Parquet is read (duckdb/library.hpp); there when the set-up has fetched it.
install(FILES .tools/duckdb/libduckdb.so DESTINATION lib/breakeven COMPONENT program OPTIONAL)
install(FILES .tools/duckdb/LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}" RENAME LICENSE.duckdb COMPONENT program OPTIONAL)

# Completions and manual come from the program's own options.
set(made "${CMAKE_BINARY_DIR}/shell")
add_custom_command(OUTPUT "${made}/breakeven.1"
  COMMAND ${CMAKE_COMMAND} -E make_directory "${made}"
  COMMAND breakeven completions bash > "${made}/breakeven"
  COMMAND breakeven completions zsh > "${made}/_breakeven"
  COMMAND breakeven completions fish > "${made}/breakeven.fish"
  COMMAND breakeven completions man > "${made}/breakeven.1"
  DEPENDS breakeven VERBATIM)
add_custom_target(breakeven_shell_files ALL DEPENDS "${made}/breakeven.1")
install(FILES "${made}/breakeven" DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" COMPONENT program)
install(FILES "${made}/_breakeven" DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions" COMPONENT program)
install(FILES "${made}/breakeven.fish" DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d" COMPONENT program)
install(FILES "${made}/breakeven.1" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" COMPONENT program)

# Units name the program by its place. They are written at configuration, so the prefix is that of CMAKE_INSTALL_PREFIX.
foreach(unit breakeven.service breakeven-registry.service breakeven-registry.timer)
  file(READ "packaging/systemd/${unit}" text)
  string(REPLACE "/usr/local/bin" "${CMAKE_INSTALL_FULL_BINDIR}" text "${text}")
  file(WRITE "${CMAKE_BINARY_DIR}/systemd/${unit}" "${text}")
  install(FILES "${CMAKE_BINARY_DIR}/systemd/${unit}" DESTINATION lib/systemd/system COMPONENT program)
endforeach()
install(FILES packaging/systemd/breakeven.conf DESTINATION lib/sysusers.d COMPONENT program)

# The engine as a library: pure C++20, no dependencies. Order: users before what they use.
set(engine_rooms advisor decision siblings economics sizing calibration serving usage traffic pricing catalog explain
  finance base)
set(engine_libraries)
set(engine_targets)
foreach(room IN LISTS engine_rooms)
  if(TARGET breakeven_${room})
    list(APPEND engine_targets breakeven_${room})
    get_target_property(kind breakeven_${room} TYPE)
    if(kind STREQUAL "STATIC_LIBRARY")
      string(APPEND engine_libraries " -lbreakeven_${room}")
    endif()
  endif()
endforeach()
install(TARGETS breakeven_options ${engine_targets} EXPORT breakevenTargets ARCHIVE COMPONENT library)
install(DIRECTORY engine DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/breakeven" COMPONENT library
  FILES_MATCHING PATTERN "*.hpp" PATTERN "test_*.hpp" EXCLUDE)
set(package "${CMAKE_INSTALL_LIBDIR}/cmake/breakeven")
install(EXPORT breakevenTargets NAMESPACE breakeven:: DESTINATION "${package}" COMPONENT library)
file(WRITE "${CMAKE_BINARY_DIR}/breakeven-config.cmake" "\
# find_package(breakeven CONFIG) gives breakeven::breakeven_advisor and the rooms below it (docs/architecture.md).
include(CMakeFindDependencyMacro)
find_dependency(Threads)
include(\"\${CMAKE_CURRENT_LIST_DIR}/breakevenTargets.cmake\")
")
write_basic_package_version_file("${CMAKE_BINARY_DIR}/breakeven-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_BINARY_DIR}/breakeven-config.cmake" "${CMAKE_BINARY_DIR}/breakeven-config-version.cmake"
  DESTINATION "${package}" COMPONENT library)
file(WRITE "${CMAKE_BINARY_DIR}/breakeven.pc" "\
prefix=\${pcfiledir}/../..
Name: breakeven
Description: Exact LLM API prices, simulated GPU fleets and break-evens
Version: ${PROJECT_VERSION}
Cflags: -I\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}/breakeven
Libs: -L\${prefix}/${CMAKE_INSTALL_LIBDIR}${engine_libraries}
")
# Beside lib/<architecture>/pkgconfig the prefix is three folders up.
if(NOT CMAKE_INSTALL_LIBDIR STREQUAL "lib")
  file(READ "${CMAKE_BINARY_DIR}/breakeven.pc" text)
  string(REPLACE "pcfiledir}/../.." "pcfiledir}/../../.." text "${text}")
  file(WRITE "${CMAKE_BINARY_DIR}/breakeven.pc" "${text}")
endif()
install(FILES "${CMAKE_BINARY_DIR}/breakeven.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT library)

set(CPACK_PACKAGE_NAME breakeven)
set(CPACK_PACKAGE_VENDOR "Breakeven")
set(CPACK_PACKAGE_CONTACT "Breakeven maintainers <breakeven@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Should we keep paying for an LLM API or host an open-weight model?")
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL program library)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME breakeven)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libbreakeven-dev)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_CONTROL_EXTRA "${CMAKE_SOURCE_DIR}/packaging/debian/postinst")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_STRIP_FILES ON)
include(CPack)
