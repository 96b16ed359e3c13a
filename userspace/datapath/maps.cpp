// SPDX-License-Identifier: BSD-2-Clause
//
// An array with BPF_F_MMAPABLE is the one kind of map that can be mapped.
#include "datapath/maps.hpp"

#include <bpf/libbpf.h>
#include <sys/mman.h>

#include <algorithm>

namespace xvrrp::datapath::maps {

std::size_t cpu_count()
{
    return static_cast<std::size_t>(std::max(::libbpf_num_possible_cpus(), 1));
}

result<void*> map_bytes(int descriptor, std::size_t bytes, std::string_view name)
{
    void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (memory == MAP_FAILED) {
        return fail_errno("cannot map " + std::string(name), errno);
    }
    return memory;
}

void unmap_bytes(void* memory, std::size_t bytes)
{
    ::munmap(memory, bytes);
}

} // namespace xvrrp::datapath::maps
