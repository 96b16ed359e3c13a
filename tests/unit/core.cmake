# SPDX-License-Identifier: BSD-2-Clause
xvrrp_test(test_unit_core
    SOURCES
        ${CMAKE_CURRENT_LIST_DIR}/core_announce_schedule_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/core_detector_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/core_detector_window_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/core_effective_priority_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/core_router_active_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/core_router_backup_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/core_router_degraded_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/core_router_following_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/core_router_health_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/core_router_deposed_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/core_router_initialize_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/core_router_leaving_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/core_router_reconfigure_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/core_sbfd_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/core_support.cpp
        ${CMAKE_CURRENT_LIST_DIR}/core_sync_group_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/core_timers_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/core_types_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/core_wire_test.cpp
    LINK xvrrp_core
    LABEL unit)
