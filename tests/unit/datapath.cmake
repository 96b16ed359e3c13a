# SPDX-License-Identifier: BSD-2-Clause
xvrrp_test(test_unit_datapath
    SOURCES
        ${CMAKE_CURRENT_LIST_DIR}/datapath_control_memory_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/datapath_facts_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/datapath_receive_clock_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/datapath_records_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/datapath_slot_table_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/datapath_software_path_test.cpp
        ${CMAKE_CURRENT_LIST_DIR}/datapath_vip_table_test.cpp
    LINK xvrrp_datapath xvrrp_lab PkgConfig::LIBBPF
    LABEL unit)
