# SPDX-License-Identifier: BSD-2-Clause
#
# Fast failure detection. Milliseconds matter: nothing else runs beside it.
xvrrp_test(test_netns_fast
    SOURCES daemon_container_test.cpp daemon_deposed_test.cpp daemon_fast_interop_test.cpp daemon_fast_test.cpp
            daemon_sessions_test.cpp daemon_suspect_test.cpp
    LINK xvrrp_test_support
    LABEL timing
    SERIAL)
