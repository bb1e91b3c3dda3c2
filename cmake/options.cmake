# Flags that every target of ours shares: target_link_libraries(x PRIVATE paperround_options).
add_library(paperround_options INTERFACE)
target_compile_options(paperround_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
  # Designated initialisers leave out what has a default on purpose.
  -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False positives of GCC 12 inside libstdc++ at -O1/-O2 (PR 105329, PR 105651, PR 105937).
  target_compile_options(paperround_options INTERFACE -Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # What a mutex guards is touched with it held (base/mutex.hpp).
  target_compile_options(paperround_options INTERFACE -Wthread-safety)
endif()
if(PAPERROUND_WARNINGS_AS_ERRORS)
  target_compile_options(paperround_options INTERFACE -Werror)
endif()
if(PAPERROUND_SANITIZE)
  target_compile_options(paperround_options INTERFACE
    -fsanitize=${PAPERROUND_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
    # UBSan watches what is tested. In the tests' own code it costs a third of their compilation and finds nothing.
    $<$<BOOL:$<TARGET_PROPERTY:PAPERROUND_CODE_OF_TESTS>>:-fno-sanitize=undefined>)
  target_link_options(paperround_options INTERFACE -fsanitize=${PAPERROUND_SANITIZE})
  target_compile_definitions(paperround_options INTERFACE _GLIBCXX_ASSERTIONS)
endif()
if(PAPERROUND_FUZZ)
  target_compile_options(paperround_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Files that are compiled together read the headers that they share once, and emit these headers' inline functions once:
# with sanitizers that is most of the work. Off: each file by itself, as editors want it.
option(PAPERROUND_UNITY "Compile several files of a library as one" OFF)
if(PAPERROUND_UNITY AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # It is the file that is compiled, which is not the one that holds the unnamed namespace.
  target_compile_options(paperround_options INTERFACE -Wno-subobject-linkage)
endif()
if(PAPERROUND_UNITY)
  # A name that hides one in another file's unnamed namespace must not stop a build; `lint` looks for these.
  target_compile_options(paperround_options INTERFACE -Wno-shadow)
endif()
function(paperround_unity target)
  if(PAPERROUND_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 24)
  endif()
endfunction()

find_program(MOLD mold)
if(MOLD AND CMAKE_BUILD_TYPE STREQUAL "Debug")
  target_link_options(paperround_options INTERFACE -fuse-ld=mold)
endif()
find_program(CCACHE ccache)
if(CCACHE)
  # Paths relative to the build folder: a second clone finds what the first one compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
    CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
endif()
