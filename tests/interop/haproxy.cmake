# SPDX-License-Identifier: BSD-2-Clause
#
# What most VRRP routers are there for.
xvrrp_test(test_interop_haproxy
    SOURCES haproxy_test.cpp
    LINK xvrrp_test_support
    LABEL interop)
