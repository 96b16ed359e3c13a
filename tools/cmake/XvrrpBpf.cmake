# SPDX-License-Identifier: BSD-2-Clause
#
# xvrrp_bpf_skeleton(TARGET NAME): compiles NAME.bpf.c with clang and makes NAME.skel.h, an INTERFACE library TARGET.
find_program(XVRRP_BPF_CLANG NAMES clang-19 clang REQUIRED)
find_program(XVRRP_BPFTOOL NAMES bpftool PATHS /usr/sbin REQUIRED)
find_program(XVRRP_LLVM_STRIP NAMES llvm-strip-19 llvm-strip REQUIRED)

function(xvrrp_bpf_skeleton target name)
    set(source "${CMAKE_CURRENT_SOURCE_DIR}/${name}.bpf.c")
    set(object "${CMAKE_CURRENT_BINARY_DIR}/${name}.bpf.o")
    set(skeleton "${CMAKE_CURRENT_BINARY_DIR}/${name}.skel.h")
    add_custom_command(
        OUTPUT "${object}"
        COMMAND "${XVRRP_BPF_CLANG}" -target bpf -mcpu=v3 -g -O2 -std=gnu11 -Wall -Wextra -Werror
                -I "${CMAKE_SOURCE_DIR}/include" -I "/usr/include/${CMAKE_LIBRARY_ARCHITECTURE}"
                -MD -MF "${object}.d" -MT "${object}" -c "${source}" -o "${object}"
        COMMAND "${XVRRP_LLVM_STRIP}" -g "${object}"
        DEPENDS "${source}"
        DEPFILE "${object}.d"
        COMMENT "Compiling BPF object ${name}.bpf.o"
        VERBATIM)
    add_custom_command(
        OUTPUT "${skeleton}"
        COMMAND sh -c "'${XVRRP_BPFTOOL}' gen skeleton '${object}' name ${name}_bpf > '${skeleton}.new' && mv '${skeleton}.new' '${skeleton}'"
        DEPENDS "${object}"
        COMMENT "Generating skeleton ${name}.skel.h"
        VERBATIM)
    add_custom_target(${target}_generated DEPENDS "${skeleton}")
    add_library(${target} INTERFACE)
    add_dependencies(${target} ${target}_generated)
    # Generated code: system headers keep it out of our warnings and of clang-tidy.
    target_include_directories(${target} SYSTEM INTERFACE "${CMAKE_CURRENT_BINARY_DIR}")
    target_link_libraries(${target} INTERFACE PkgConfig::LIBBPF)
endfunction()
