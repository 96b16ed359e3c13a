# SPDX-License-Identifier: BSD-2-Clause
add_library(xvrrp_bpf_harness STATIC "${CMAKE_CURRENT_LIST_DIR}/harness.cpp")
target_include_directories(xvrrp_bpf_harness PUBLIC "${CMAKE_SOURCE_DIR}/tests" "${CMAKE_SOURCE_DIR}/include")
target_link_libraries(xvrrp_bpf_harness PUBLIC xvrrp_test_frame xvrrp_bpf PRIVATE xvrrp_options)

foreach(topic advert_checks advert_frames advert_record vip egress equivalence reflect session fence)
    xvrrp_test(test_bpf_${topic}
        SOURCES "${CMAKE_CURRENT_LIST_DIR}/${topic}_test.cpp"
        LINK xvrrp_bpf_harness Threads::Threads
        LABEL bpf)
endforeach()
