# SPDX-License-Identifier: BSD-2-Clause
xvrrp_test(test_netns_lab
    SOURCES lab_namespace_test.cpp lab_segment_test.cpp lab_traffic_test.cpp lab_peers_test.cpp
            lab_watch_test.cpp
    LINK xvrrp_lab
    LABEL netns)
