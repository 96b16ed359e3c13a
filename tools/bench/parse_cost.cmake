# SPDX-License-Identifier: BSD-2-Clause
add_executable(parse_cost "${CMAKE_CURRENT_LIST_DIR}/parse_cost.cpp")
target_link_libraries(parse_cost PRIVATE xvrrp_options fmt::fmt CLI11::CLI11)
target_compile_definitions(parse_cost PRIVATE XVRRPD_BINARY="$<TARGET_FILE:xvrrpd>")
add_dependencies(parse_cost xvrrpd)
