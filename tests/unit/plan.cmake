# SPDX-License-Identifier: BSD-2-Clause
xvrrp_test(test_unit_plan
    SOURCES plan_detection_test.cpp plan_facts_test.cpp plan_link_damper_test.cpp plan_router_test.cpp plan_leftovers_test.cpp plan_reload_test.cpp
    LINK xvrrp_plan
    LABEL unit)
xvrrp_test(test_unit_runtime
    SOURCES runtime_announce_queue_test.cpp runtime_latency_test.cpp runtime_drop_log_test.cpp runtime_messages_test.cpp
            runtime_mailbox_test.cpp runtime_failover_log_test.cpp runtime_session_status_test.cpp
            runtime_probe_session_test.cpp runtime_reflectors_test.cpp runtime_session_wish_test.cpp
            runtime_session_keeper_test.cpp runtime_timeline_test.cpp
    LINK xvrrp_runtime xvrrp_lab
    LABEL unit)
