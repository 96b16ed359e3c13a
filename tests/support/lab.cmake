# SPDX-License-Identifier: BSD-2-Clause
#
# xvrrp_test_support: the laboratory with xvrrpd in it. Whoever links it gets xvrrpd and xvrrpctl built.
add_library(xvrrp_test_support STATIC configuration_text.cpp xvrrpd.cpp)
target_include_directories(xvrrp_test_support PUBLIC "${CMAKE_SOURCE_DIR}/tests")
target_link_libraries(xvrrp_test_support
    PUBLIC xvrrp_lab xvrrp_control
    PRIVATE xvrrp_options fmt::fmt nlohmann_json::nlohmann_json)
set_source_files_properties(xvrrpd.cpp PROPERTIES COMPILE_DEFINITIONS
    "XVRRPD_BINARY=\"$<TARGET_FILE:xvrrpd>\";XVRRPCTL_BINARY=\"$<TARGET_FILE:xvrrpctl>\"")
add_dependencies(xvrrp_test_support xvrrpd xvrrpctl)
