# SPDX-License-Identifier: BSD-2-Clause
xvrrp_test(test_unit_net
    SOURCES net_announcement_frame_test.cpp net_address_message_test.cpp net_message_parser_test.cpp
    LINK xvrrp_net PkgConfig::LIBNL
    LABEL unit)
