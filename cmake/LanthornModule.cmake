# lanthorn_module(<name> SOURCES <file>... [PRIVATE_HEADERS <file>...] [NEEDS <module>...] [PRIVATE_LIBS <target>...])
#
# One room of the house: the static library lanthorn_<name>, alias lanthorn::<name>.
# NEEDS is the graph that tools/layers.py checks every include against; it is transitive.
# PRIVATE_HEADERS are for the module itself and its tests: not installed, and nobody else's include.
# PRIVATE_LIBS are libraries of others; those that are headers only are not asked of a user of the installed package.
set(LANTHORN_HEADER_ONLY Eigen3::Eigen CLI11::CLI11 nlohmann_json::nlohmann_json)

function(lanthorn_module name)
  cmake_parse_arguments(arg "" "" "SOURCES;PRIVATE_HEADERS;NEEDS;PRIVATE_LIBS" ${ARGN})
  set(target lanthorn_${name})
  add_library(${target} STATIC ${arg_SOURCES})
  add_library(lanthorn::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON)
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:lanthorn_settings>)
  foreach(library IN LISTS arg_PRIVATE_LIBS)
    if(library IN_LIST LANTHORN_HEADER_ONLY)
      target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:${library}>)
    else()
      target_link_libraries(${target} PRIVATE ${library})
      set_property(GLOBAL APPEND PROPERTY LANTHORN_LINKED ${library})
    endif()
  endforeach()
  foreach(need IN LISTS arg_NEEDS)
    target_link_libraries(${target} PUBLIC lanthorn_${need})
  endforeach()
  set_property(GLOBAL APPEND PROPERTY LANTHORN_MODULES ${name})
  list(TRANSFORM arg_PRIVATE_HEADERS PREPEND lanthorn/${name}/)
  set_property(GLOBAL APPEND PROPERTY LANTHORN_PRIVATE_HEADERS ${arg_PRIVATE_HEADERS})
endfunction()
