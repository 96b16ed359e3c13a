# SPDX-License-Identifier: BSD-2-Clause
xvrrp_test(test_unit_config
    SOURCES
        config_addresses_test.cpp
        config_container_test.cpp
        config_diagnostic_test.cpp
        config_election_test.cpp
        config_fast_detect_test.cpp
        config_fifo_test.cpp
        config_file_test.cpp
        config_global_test.cpp
        config_hostile_test.cpp
        config_include_test.cpp
        config_instance_test.cpp
        config_interface_test.cpp
        config_known_test.cpp
        config_lexer_test.cpp
        config_loop_test.cpp
        config_notify_test.cpp
        config_origin_test.cpp
        config_print_test.cpp
        config_script_test.cpp
        config_start_test.cpp
        config_statement_test.cpp
        config_sync_group_test.cpp
        config_track_file_test.cpp
        config_track_process_test.cpp
        config_unicast_test.cpp
        config_value_test.cpp
        config_variable_test.cpp
    LINK xvrrp_config fmt::fmt
    LABEL unit)
target_compile_definitions(test_unit_config PRIVATE
    XVRRP_CONFIG_FIXTURES="${CMAKE_SOURCE_DIR}/tests/fixtures/config"
    XVRRP_CONFIG_EXAMPLE="${CMAKE_SOURCE_DIR}/tools/packaging/xvrrpd.conf.example")
