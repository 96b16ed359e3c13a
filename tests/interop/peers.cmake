# SPDX-License-Identifier: BSD-2-Clause
xvrrp_test(test_interop_peers
    SOURCES peers_test.cpp speaker.cpp
    LINK xvrrp_test_support fmt::fmt
    LABELS interop
    PROCESSORS 2)
