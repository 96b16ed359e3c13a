# SPDX-License-Identifier: BSD-2-Clause
xvrrp_test(test_interop_configuration
    SOURCES configuration_test.cpp language_test.cpp
    LINK xvrrp_test_support xvrrp_config
    LABEL interop)
