# SPDX-License-Identifier: BSD-2-Clause
xvrrp_test(test_netns_datapath
    SOURCES
        ${CMAKE_CURRENT_LIST_DIR}/datapath_support.cpp
        ${CMAKE_CURRENT_LIST_DIR}/datapath_adverts_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/datapath_attach_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/datapath_death_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/datapath_echo_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/datapath_fence_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/datapath_pins_test.cpp
    LINK xvrrp_datapath xvrrp_lab xvrrp_test_frame nlohmann_json::nlohmann_json PkgConfig::LIBBPF
    LABEL netns)
