# SPDX-License-Identifier: BSD-2-Clause
xvrrp_test(test_unit_failover
    SOURCES
        ${CMAKE_CURRENT_LIST_DIR}/failover_judge_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/failover_outages_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/failover_output_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/failover_setting_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/failover_statistics_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/failover_timeline_test.cpp
    LINK xvrrp_failover_parts
    LABEL unit)
