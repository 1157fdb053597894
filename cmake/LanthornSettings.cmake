# Settings that every target of the project shares.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

add_library(lanthorn_settings INTERFACE)
# Results are the same bytes on every x86-64: no contraction to fused multiply-add.
target_compile_options(lanthorn_settings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wno-missing-field-initializers
  -ffp-contract=off)
# g++ 12 sees overlapping copies in "text" + std::string (gcc.gnu.org/PR105651) and uninitialised or endless strings
# in designated initialisers.
target_compile_options(lanthorn_settings INTERFACE
  "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict;-Wno-maybe-uninitialized;-Wno-stringop-overflow>")
if(LANTHORN_WERROR)
  target_compile_options(lanthorn_settings INTERFACE -Werror)
endif()
if(LANTHORN_CHECKED)
  target_compile_definitions(lanthorn_settings INTERFACE LANTHORN_CHECKED)
endif()
if(LANTHORN_SANITIZE)
  add_compile_options(-fsanitize=${LANTHORN_SANITIZE} -fno-omit-frame-pointer -g)
  add_link_options(-fsanitize=${LANTHORN_SANITIZE})
endif()
