# SPDX-License-Identifier: BSD-2-Clause
xvrrp_test(test_interop_peers
    SOURCES addresses_test.cpp crash_test.cpp frr_tie_test.cpp notify_test.cpp peers_test.cpp script_test.cpp speaker.cpp
    LINK xvrrp_test_support fmt::fmt
    LABEL interop
    PROCESSORS 2)
