# The data library inside the program. Two uses:
#   include(EmbedData); lanthorn_embed_data(<out.cpp>)   a rule that writes the source file from data/**
#   cmake -DLIST=<names> -DROOT=<data folder> -DOUTPUT=<out.cpp> -P EmbedData.cmake   the rule's command

if(CMAKE_SCRIPT_MODE_FILE)
  file(STRINGS ${LIST} names)
  set(entries "")
  foreach(name IN LISTS names)
    file(READ ${ROOT}/${name} bytes HEX)
    string(LENGTH "${bytes}" digits)
    math(EXPR size "${digits} / 2")
    string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${bytes}")
    # One literal of 32 bytes per line.
    string(REPEAT "." 128 line)
    string(REGEX REPLACE "(${line})" "\\1\"\n\"" bytes "${bytes}")
    string(APPEND entries "{\"${name}\", {\n\"${bytes}\", ${size}}},\n")
  endforeach()
  file(WRITE ${OUTPUT} "#include \"lanthorn/files/embedded.hpp\"\n\nnamespace lanthorn {\n\nnamespace {\n\n"
    "constexpr EmbeddedFile files[] = {\n${entries}};\n\n}  // namespace\n\n"
    "std::span<EmbeddedFile const> embedded_files() { return files; }\n\n}  // namespace lanthorn\n")
  return()
endif()

set(LANTHORN_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(lanthorn_embed_data output)
  set(root ${PROJECT_SOURCE_DIR}/data)
  file(GLOB_RECURSE names RELATIVE ${root} CONFIGURE_DEPENDS ${root}/*.toml ${root}/*.bib ${root}/*.csv)
  list(SORT names)
  list(JOIN names "\n" lines)
  file(GENERATE OUTPUT ${output}.list CONTENT "${lines}\n")
  list(TRANSFORM names PREPEND ${root}/ OUTPUT_VARIABLE paths)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DLIST=${output}.list -DROOT=${root} -DOUTPUT=${output} -P ${LANTHORN_EMBED_SCRIPT}
    DEPENDS ${paths} ${output}.list ${LANTHORN_EMBED_SCRIPT}
    COMMENT "Embedding the data library" VERBATIM)
endfunction()
