# SPDX-License-Identifier: BSD-2-Clause
#
# Timing matters: nothing runs beside these. tools/bench runs the same scenarios for longer, keepalived beside them.
xvrrp_test(test_netns_resilience
    SOURCES resilience_test.cpp
    LINK xvrrp_scenarios
    LABEL timing
    SERIAL)
