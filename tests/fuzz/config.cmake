# SPDX-License-Identifier: BSD-2-Clause
#
# For long runs: fuzz_config -dict=tests/fuzz/config.dict NEW_CORPUS tests/fuzz/corpus/config
xvrrp_fuzzer(config LINK xvrrp_config)
