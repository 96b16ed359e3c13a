# SPDX-License-Identifier: BSD-2-Clause
xvrrp_test(test_unit_track
    SOURCES track_fifo_test.cpp track_messages_test.cpp track_notifier_test.cpp track_process_test.cpp track_rules_test.cpp track_script_check_test.cpp track_spawner_test.cpp track_watcher_test.cpp
    LINK xvrrp_track
    LABEL unit)
