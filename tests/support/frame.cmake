# SPDX-License-Identifier: BSD-2-Clause
add_library(xvrrp_test_frame STATIC "${CMAKE_CURRENT_LIST_DIR}/frame.cpp")
target_include_directories(xvrrp_test_frame PUBLIC "${CMAKE_SOURCE_DIR}/tests")
target_link_libraries(xvrrp_test_frame PRIVATE xvrrp_options)
