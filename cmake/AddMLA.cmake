# How this project finds LLVM and how its folders declare libraries, tools and generated code.
#
# LLVM is linked statically everywhere: the tools must run on machines without LLVM, and a static and a shared LLVM in
# one process register every command-line option twice and abort.

find_package(MLIR ${MLA_LLVM_VERSION} EXACT REQUIRED CONFIG PATHS ${MLA_LLVM_PREFIX}/lib/cmake/mlir NO_DEFAULT_PATH)
list(APPEND CMAKE_MODULE_PATH ${MLIR_CMAKE_DIR} ${LLVM_CMAKE_DIR})
set(MLIR_BINARY_DIR ${CMAKE_BINARY_DIR})
set(LLVM_RUNTIME_OUTPUT_INTDIR ${CMAKE_BINARY_DIR}/bin)
set(LLVM_LIBRARY_OUTPUT_INTDIR ${CMAKE_BINARY_DIR}/lib)
set(LLVM_EXTERNAL_LIT ${MLA_LLVM_PREFIX}/bin/lit)
include(TableGen)
include(AddLLVM)
include(AddMLIR)

set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Debian's MLIR targets name the shared LLVM in their interface; swap it for the static components that we use.
llvm_map_components_to_libnames(MLA_LLVM_STATIC
  core support irreader bitwriter transformutils target mc codegen asmprinter targetparser
  NVPTXCodeGen NVPTXDesc NVPTXInfo)
foreach(target IN LISTS MLIR_EXPORTED_TARGETS)
  get_target_property(libraries ${target} INTERFACE_LINK_LIBRARIES)
  if(libraries AND "LLVM" IN_LIST libraries)
    list(REMOVE_ITEM libraries LLVM)
    list(APPEND libraries ${MLA_LLVM_STATIC})
    set_target_properties(${target} PROPERTIES INTERFACE_LINK_LIBRARIES "${libraries}")
  endif()
endforeach()

# TableGen takes its include folders from the directory.
include_directories(${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
include_directories(SYSTEM ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})

# What every C++ target of the compiler inherits.
add_library(mla_options INTERFACE)
target_include_directories(mla_options INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
target_include_directories(mla_options SYSTEM INTERFACE ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
separate_arguments(MLA_LLVM_DEFINITIONS NATIVE_COMMAND "${LLVM_DEFINITIONS}")
target_compile_definitions(mla_options INTERFACE ${MLA_LLVM_DEFINITIONS})
target_compile_options(mla_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti -fno-exceptions -Wall -Wextra -Wno-unused-parameter>
  -ffunction-sections -fdata-sections -fvisibility=hidden
  $<$<CXX_COMPILER_ID:Clang>:-Xclang -fno-pch-timestamp>)
target_link_options(mla_options INTERFACE -Wl,--gc-sections -Wl,--as-needed -static-libstdc++ -static-libgcc)
if(EXISTS ${MLA_LLVM_PREFIX}/bin/ld.lld AND CMAKE_CXX_COMPILER_ID STREQUAL Clang)
  target_link_options(mla_options INTERFACE --ld-path=${MLA_LLVM_PREFIX}/bin/ld.lld)
endif()
if(CMAKE_BUILD_TYPE STREQUAL Release)
  target_link_options(mla_options INTERFACE -s)
endif()

# One precompiled header for all: MLIR's headers cost 5 to 20 seconds each, the precompiled set costs one.
add_library(mla_pch OBJECT ${PROJECT_SOURCE_DIR}/cmake/Precompiled.cpp)
target_link_libraries(mla_pch PUBLIC mla_options)
target_precompile_headers(mla_pch PRIVATE ${PROJECT_SOURCE_DIR}/cmake/Precompiled.h)

# ccache cannot see into precompiled headers unless told what to ignore.
find_program(MLA_CCACHE ccache)
if(MLA_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(MLA_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${MLA_CCACHE})
  set_target_properties(mla_pch PROPERTIES CXX_COMPILER_LAUNCHER "${MLA_LAUNCHER}")
  set(CMAKE_CXX_COMPILER_LAUNCHER ${MLA_LAUNCHER})
  set(CMAKE_C_COMPILER_LAUNCHER ${MLA_LAUNCHER})
endif()

# mla_add_library(NAME sources… [DEPENDS generated-target…] [LINK library…])
function(mla_add_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PUBLIC mla_options ${ARG_LINK})
  target_precompile_headers(${name} REUSE_FROM mla_pch)
  add_dependencies(${name} mla-headers ${ARG_DEPENDS})
endfunction()

# mla_add_tool(NAME sources… [LINK library…]): an executable in build/bin that `check-mla` depends on.
function(mla_add_tool name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE mla_options ${ARG_LINK})
  target_precompile_headers(${name} REUSE_FROM mla_pch)
  # -fPIC as in the libraries, not an executable's -fPIE: the precompiled header must match.
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  target_compile_options(${name} PRIVATE -fPIC)
  set_property(GLOBAL APPEND PROPERTY MLA_TOOLS ${name})
  add_dependencies(${name} mla-headers)
endfunction()

# All generated headers; libraries depend on it so that a parallel build never meets a missing .inc.
add_custom_target(mla-headers)

# mla_add_docs(NAME SOURCE OPTION…): target mla-docs makes docs/NAME.md in the build folder of what SOURCE says
function(mla_add_docs name source)
  set(LLVM_TARGET_DEFINITIONS ${source})
  mlir_tablegen(${name}.md ${ARGN})
  set(page ${PROJECT_BINARY_DIR}/docs/${name}.md)
  add_custom_command(OUTPUT ${page}
    COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_CURRENT_BINARY_DIR}/${name}.md ${page}
    DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/${name}.md VERBATIM)
  add_custom_target(${name}Docs DEPENDS ${page})
  if(NOT TARGET mla-docs)
    add_custom_target(mla-docs)
  endif()
  add_dependencies(mla-docs ${name}Docs)
endfunction()

# mla_add_passes(PREFIX): Passes.td in this folder → Passes.h.inc, and a page
function(mla_add_passes prefix)
  set(LLVM_TARGET_DEFINITIONS Passes.td)
  mlir_tablegen(Passes.h.inc -gen-pass-decls -name ${prefix})
  add_public_tablegen_target(${prefix}PassesIncGen)
  add_dependencies(mla-headers ${prefix}PassesIncGen)
  mla_add_docs(${prefix}Passes Passes.td -gen-pass-doc)
endfunction()
