# SPDX-License-Identifier: BSD-2-Clause
xvrrp_test(test_unit_plan
    SOURCES plan_facts_test.cpp plan_router_test.cpp plan_leftovers_test.cpp plan_reload_test.cpp
    LINK xvrrp_plan
    LABEL unit)
xvrrp_test(test_unit_runtime
    SOURCES runtime_announce_queue_test.cpp runtime_latency_test.cpp runtime_drop_log_test.cpp runtime_messages_test.cpp
            runtime_mailbox_test.cpp
    LINK xvrrp_runtime
    LABEL unit)
