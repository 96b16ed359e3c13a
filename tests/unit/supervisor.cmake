# SPDX-License-Identifier: BSD-2-Clause
xvrrp_test(test_unit_supervisor
    SOURCES
        ${CMAKE_CURRENT_LIST_DIR}/daemon_back_off_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/daemon_spawner_keeper_test.cpp
        ${CMAKE_SOURCE_DIR}/userspace/daemon/spawner_keeper.cpp
        ${CMAKE_CURRENT_LIST_DIR}/runtime_publication_test.cpp
    LINK xvrrp_runtime xvrrp_daemon_support fmt::fmt
    LABEL unit)
