# SPDX-License-Identifier: BSD-2-Clause
#
# xvrrpd in place of the container image osixia/keepalived.
xvrrp_test(test_netns_from_env
    SOURCES daemon_from_env_test.cpp
    LINK xvrrp_test_support fmt::fmt
    LABEL netns)
