# SPDX-License-Identifier: BSD-2-Clause
#
# xvrrpd end to end. Side by side: what these measure leaves room for a busy machine.
xvrrp_test(test_netns_daemon
    SOURCES daemon_addresses_test.cpp daemon_command_line_test.cpp daemon_crash_test.cpp daemon_election_test.cpp daemon_faults_test.cpp
            daemon_fence_test.cpp daemon_fifo_test.cpp daemon_instances_test.cpp daemon_notify_test.cpp daemon_oddities_test.cpp
            daemon_probes_test.cpp daemon_reload_test.cpp daemon_scripts_test.cpp daemon_settings_test.cpp
            daemon_start_test.cpp daemon_stop_test.cpp
            daemon_sync_group_test.cpp
            daemon_track_file_test.cpp daemon_track_process_test.cpp daemon_traffic_test.cpp
    LINK xvrrp_test_support xvrrp_net PkgConfig::LIBBPF
    LABEL netns)
