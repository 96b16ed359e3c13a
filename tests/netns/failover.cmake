# SPDX-License-Identifier: BSD-2-Clause
#
# xvrrp-failover end to end. Timing matters: nothing runs beside it.
xvrrp_test(test_netns_failover
    SOURCES failover_test.cpp
    LINK xvrrp_test_support xvrrp_failover_parts nlohmann_json::nlohmann_json
    LABEL timing
    SERIAL)
set_source_files_properties(failover_test.cpp PROPERTIES COMPILE_DEFINITIONS
    "XVRRP_FAILOVER_BINARY=\"$<TARGET_FILE:xvrrp-failover>\"")
add_dependencies(test_netns_failover xvrrp-failover xvrrpd)
