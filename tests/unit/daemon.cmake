# SPDX-License-Identifier: BSD-2-Clause
xvrrp_test(test_unit_daemon
    SOURCES
        ${CMAKE_CURRENT_LIST_DIR}/control_support.cpp
        ${CMAKE_CURRENT_LIST_DIR}/daemon_background_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/daemon_logging_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/daemon_notify_socket_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/daemon_options_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/daemon_pidfile_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/daemon_realtime_test.cpp
    LINK xvrrp_daemon_support
    LABEL unit)
