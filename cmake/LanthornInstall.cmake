# Install rules and the exported package: find_package(lanthorn), targets lanthorn::study and its rooms.
include(CMakePackageConfigHelpers)

get_property(LANTHORN_MODULES GLOBAL PROPERTY LANTHORN_MODULES)
list(TRANSFORM LANTHORN_MODULES PREPEND lanthorn_ OUTPUT_VARIABLE module_targets)
install(TARGETS ${module_targets} EXPORT lanthornTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/src/lanthorn/*.hpp)
get_property(private_headers GLOBAL PROPERTY LANTHORN_PRIVATE_HEADERS)
list(REMOVE_ITEM headers ${private_headers})
foreach(header IN LISTS headers)
  cmake_path(GET header PARENT_PATH folder)
  install(FILES src/${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/${folder})
endforeach()
install(FILES LICENSE CITATION.cff DESTINATION ${CMAKE_INSTALL_DOCDIR})

# A static library asks its user for what it links: how each of those is found.
set(find_fmt::fmt "find_dependency(fmt CONFIG)")
set(find_tomlplusplus::tomlplusplus "find_dependency(tomlplusplus CONFIG)")
set(find_hdf5::hdf5 "find_dependency(HDF5 1.10 COMPONENTS C)")
set(find_SQLite::SQLite3 "find_dependency(SQLite3 3.40)")
set(find_Threads::Threads "find_dependency(Threads)")
set(find_ZLIB::ZLIB "find_dependency(ZLIB)")
get_property(linked GLOBAL PROPERTY LANTHORN_LINKED)
list(REMOVE_DUPLICATES linked)
set(LANTHORN_FIND_DEPENDENCIES "")
foreach(library IN LISTS linked)
  if(NOT DEFINED find_${library})
    message(FATAL_ERROR "A module links ${library}; say in cmake/LanthornInstall.cmake how an installed lanthorn finds it")
  endif()
  string(APPEND LANTHORN_FIND_DEPENDENCIES "${find_${library}}\n")
endforeach()

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/lanthorn)
configure_package_config_file(cmake/lanthornConfig.cmake.in ${PROJECT_BINARY_DIR}/lanthornConfig.cmake
  INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/lanthornConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/lanthornConfig.cmake ${PROJECT_BINARY_DIR}/lanthornConfigVersion.cmake
  DESTINATION ${package_dir})
install(EXPORT lanthornTargets NAMESPACE lanthorn:: DESTINATION ${package_dir})
