# SPDX-License-Identifier: BSD-2-Clause
#
# The supervisor: what becomes of the VIPs and the processes when one of them dies. The first file measures times.
xvrrp_test(test_netns_supervisor
    SOURCES daemon_supervisor_test.cpp
    LINK xvrrp_test_support xvrrp_net
    LABEL timing
    SERIAL)
xvrrp_test(test_netns_supervisor_process
    SOURCES daemon_supervisor_process_test.cpp
    LINK xvrrp_test_support
    LABEL netns)
