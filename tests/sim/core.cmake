# SPDX-License-Identifier: BSD-2-Clause
xvrrp_test(test_sim_routers
    SOURCES
        ${CMAKE_CURRENT_LIST_DIR}/chaos.cpp
        ${CMAKE_CURRENT_LIST_DIR}/detection_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/group_world.cpp
        ${CMAKE_CURRENT_LIST_DIR}/groups_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/host.cpp
        ${CMAKE_CURRENT_LIST_DIR}/ledger.cpp
        ${CMAKE_CURRENT_LIST_DIR}/prober.cpp
        ${CMAKE_CURRENT_LIST_DIR}/routers_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/world.cpp
        ${CMAKE_CURRENT_LIST_DIR}/../unit/core_support.cpp
    LINK xvrrp_core
    LABEL sim)
