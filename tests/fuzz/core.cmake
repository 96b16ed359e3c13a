# SPDX-License-Identifier: BSD-2-Clause
set(simulator "${CMAKE_CURRENT_LIST_DIR}/../sim")
xvrrp_fuzzer(wire LINK xvrrp_core)
xvrrp_fuzzer(sbfd LINK xvrrp_core)
xvrrp_fuzzer(detector LINK xvrrp_core)
xvrrp_fuzzer(validate LINK xvrrp_core)
xvrrp_fuzzer(router
    SOURCES ${simulator}/ledger.cpp ${CMAKE_CURRENT_LIST_DIR}/../unit/core_support.cpp
    LINK xvrrp_core)
