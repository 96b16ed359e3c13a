# SPDX-License-Identifier: BSD-2-Clause
# Frames and the program's set-up are those of the tests.
if(BUILD_TESTING)
    add_executable(xdp_cost "${CMAKE_CURRENT_LIST_DIR}/xdp_cost.cpp")
    target_link_libraries(xdp_cost PRIVATE xvrrp_options xvrrp_bpf_harness fmt::fmt CLI11::CLI11)
endif()
