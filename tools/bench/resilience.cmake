# SPDX-License-Identifier: BSD-2-Clause
#
# Scenarios that xvrrpd and keepalived go through alike; the tests run short ones, the benchmarks long ones.
if(BUILD_TESTING)
    xvrrp_library(xvrrp_scenarios
        SOURCES "${CMAKE_CURRENT_LIST_DIR}/contender.cpp" "${CMAKE_CURRENT_LIST_DIR}/many.cpp"
                "${CMAKE_CURRENT_LIST_DIR}/punctuality.cpp" "${CMAKE_CURRENT_LIST_DIR}/reloads.cpp"
                "${CMAKE_CURRENT_LIST_DIR}/resilience.cpp" "${CMAKE_CURRENT_LIST_DIR}/takeover.cpp"
        LINK xvrrp_test_support
        PRIVATE_LINK fmt::fmt)
    target_include_directories(xvrrp_scenarios PUBLIC "${CMAKE_SOURCE_DIR}/tools")
    add_executable(xvrrp_bench "${CMAKE_CURRENT_LIST_DIR}/xvrrp_bench.cpp")
    target_link_libraries(xvrrp_bench PRIVATE xvrrp_options xvrrp_scenarios fmt::fmt CLI11::CLI11)
endif()
