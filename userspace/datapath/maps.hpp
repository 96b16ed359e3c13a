// SPDX-License-Identifier: BSD-2-Clause
//
// Typed access to BPF maps by descriptor, and the memory behind those that are mapped. Calls are one bpf(2) each.
#pragma once

#include <bpf/bpf.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "xvrrp/abi.h"
#include "xvrrp/result.hpp"

namespace xvrrp::datapath::maps {

template <class Key, class Value> result<void> put(int map, std::string_view name, const Key& key, const Value& value)
{
    if (::bpf_map_update_elem(map, &key, &value, BPF_ANY) != 0) {
        return fail_errno(name, errno);
    }
    return {};
}

/// False if there was none.
template <class Key> bool erase(int map, const Key& key)
{
    return ::bpf_map_delete_elem(map, &key) == 0;
}

/// mmap(2) of an array map.
result<void*> map_bytes(int descriptor, std::size_t bytes, std::string_view name);
void unmap_bytes(void* memory, std::size_t bytes);

/// How many values an entry of a per-CPU map has.
std::size_t cpu_count();

template <class Value, class Key> std::optional<std::vector<Value>> get_per_cpu(int map, const Key& key)
{
    static_assert(sizeof(Value) % 8 == 0, "the kernel rounds the value of each CPU up to eight bytes");
    std::vector<Value> values(cpu_count());
    if (::bpf_map_lookup_elem(map, &key, values.data()) != 0) {
        return std::nullopt;
    }
    return values;
}

/// The same value for every CPU.
template <class Key, class Value>
result<void> put_per_cpu(int map, std::string_view name, const Key& key, const std::vector<Value>& values)
{
    static_assert(sizeof(Value) % 8 == 0, "the kernel rounds the value of each CPU up to eight bytes");
    if (::bpf_map_update_elem(map, &key, values.data(), BPF_ANY) != 0) {
        return fail_errno(name, errno);
    }
    return {};
}

/// The values of an array map as memory: mapped, so that XDP sees a store at once, or the process's own where there is
/// no BPF. Zero at first.
template <class Value> class array_memory {
public:
    /// `count`: entries of the map, which has BPF_F_MMAPABLE; `name` is for the error.
    static result<array_memory> map(int descriptor, std::size_t count, std::string_view name)
    {
        static_assert(sizeof(Value) % 8 == 0, "the kernel rounds each value up to eight bytes");
        auto memory = map_bytes(descriptor, count * sizeof(Value), name);
        if (!memory) {
            return std::unexpected(memory.error());
        }
        return array_memory(static_cast<Value*>(*memory), count, true);
    }
    static array_memory allocate(std::size_t count) { return {new Value[count]{}, count, false}; }

    [[nodiscard]] std::span<Value> values() const { return {memory_.get(), memory_.get_deleter().count}; }

private:
    struct release {
        std::size_t count = 0;
        bool mapped = false;
        void operator()(Value* memory) const
        {
            if (mapped) {
                unmap_bytes(memory, count * sizeof(Value));
            } else {
                delete[] memory;
            }
        }
    };
    array_memory(Value* memory, std::size_t count, bool mapped) : memory_(memory, release{count, mapped}) {}

    std::unique_ptr<Value[], release> memory_;
};

/// vrrp_config, XVRRP_MAX_SLOTS entries; vrrp_vip_bits, one.
using config_memory = array_memory<xvrrp_slot_config>;
using vip_bits_memory = array_memory<xvrrp_vip_bits>;

/// A store that XDP sees whole.
template <class Word> void store_word(Word& word, Word value) noexcept
{
    std::atomic_ref<Word>(word).store(value, std::memory_order_release);
}

} // namespace xvrrp::datapath::maps
