# SPDX-License-Identifier: BSD-2-Clause
#
# The world's files, for both daemons.
xvrrp_test(test_interop_styles
    SOURCES style_catalogue.cpp style_comparison.cpp style_lab.cpp styles_test.cpp
    LINK xvrrp_test_support fmt::fmt nlohmann_json::nlohmann_json
    LABEL interop)
target_compile_definitions(test_interop_styles PRIVATE XVRRP_STYLES="${CMAKE_CURRENT_SOURCE_DIR}/styles")
