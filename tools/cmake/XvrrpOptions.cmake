# SPDX-License-Identifier: BSD-2-Clause
#
# How everything is compiled. Targets link xvrrp_options; its properties reach nothing outside the project.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

option(XVRRP_WERROR "Warnings are errors" ON)
set(XVRRP_SANITIZE "" CACHE STRING "Sanitizers for everything but BPF, as -fsanitize takes them")
option(XVRRP_FUZZ "Build the fuzzers (clang)" OFF)

add_library(xvrrp_options INTERFACE)
target_compile_options(xvrrp_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
if(XVRRP_WERROR)
    target_compile_options(xvrrp_options INTERFACE -Werror)
endif()
if(XVRRP_SANITIZE)
    target_compile_options(xvrrp_options INTERFACE -fsanitize=${XVRRP_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(xvrrp_options INTERFACE -fsanitize=${XVRRP_SANITIZE})
endif()
if(XVRRP_FUZZ)
    target_compile_options(xvrrp_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# A layer of userspace/ or tools/: static, sees include/, userspace/ and what it links.
function(xvrrp_library name)
    cmake_parse_arguments(arg "" "" "SOURCES;LINK;PRIVATE_LINK" ${ARGN})
    add_library(${name} STATIC ${arg_SOURCES})
    target_include_directories(${name} PUBLIC "${CMAKE_SOURCE_DIR}/include" "${CMAKE_SOURCE_DIR}/userspace")
    target_link_libraries(${name} PUBLIC ${arg_LINK} PRIVATE xvrrp_options ${arg_PRIVATE_LINK})
endfunction()
