# SPDX-License-Identifier: BSD-2-Clause
xvrrp_test(test_unit_control
    SOURCES
        ${CMAKE_CURRENT_LIST_DIR}/control_client_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/control_json_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/control_server_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/control_support.cpp
        ${CMAKE_CURRENT_LIST_DIR}/control_text_test.cpp
    LINK xvrrp_control nlohmann_json::nlohmann_json
    LABEL unit)
