# SPDX-License-Identifier: BSD-2-Clause
xvrrp_test(test_netns_net
    SOURCES net_addresses_test.cpp net_adverts_test.cpp net_announce_test.cpp net_links_test.cpp net_monitor_test.cpp
            net_sbfd_test.cpp net_support.cpp net_sysctl_test.cpp
    LINK xvrrp_net xvrrp_lab
    LABEL netns)
