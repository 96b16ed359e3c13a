// SPDX-License-Identifier: BSD-2-Clause
//
// Network namespaces with a name of their own, and what is put into them: veth pairs, bridges, addresses, commands.
// They appear under /run/netns, so that `ip -n NAME` and `nsenter --net=/run/netns/NAME` reach them from a shell.
// Needs root. Any thread, one object from one thread at a time.
#pragma once

#include <concepts>
#include <functional>
#include <future>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "lab/eventually.hpp"
#include "lab/file_descriptor.hpp"
#include "lab/process.hpp"
#include "xvrrp/result.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::lab {

namespace detail {

template <class T> struct flattened {
    using type = result<T>;
};
template <class T> struct flattened<result<T>> {
    using type = result<T>;
};

result<void> enter(int net_namespace);

} // namespace detail

class net_namespace {
public:
    /// A new namespace "xvrrp-PID-COUNTER-ROLE" with lo up. The first one that a process makes also removes what killed
    /// runs left.
    static result<net_namespace> create(std::string_view role);
    net_namespace(net_namespace&& other) noexcept;
    net_namespace& operator=(net_namespace&& other) noexcept;
    net_namespace(const net_namespace&) = delete;
    net_namespace& operator=(const net_namespace&) = delete;
    ~net_namespace(); ///< removes it; what still runs in it keeps it alive, without a name

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] std::string path() const { return "/run/netns/" + name_; }
    /// For setns(2) and process_options.
    [[nodiscard]] int descriptor() const { return descriptor_.get(); }

    /// Calls `callable` on a new thread that has entered the namespace, and waits for it. Gives its result as result<T>
    /// (a result<T> stays what it is); an error if the namespace can't be entered. Exceptions of the callable pass
    /// through. Sockets and BPF links made in it belong to the namespace and may be used from anywhere afterwards.
    template <class Callable>
        requires std::invocable<const Callable&>
    auto run(const Callable& callable) const -> detail::flattened<std::invoke_result_t<const Callable&>>::type
    {
        using outcome = detail::flattened<std::invoke_result_t<const Callable&>>::type;
        std::packaged_task<outcome()> task([&]() -> outcome {
            if (auto entered = detail::enter(descriptor()); !entered) {
                return std::unexpected(entered.error());
            }
            if constexpr (std::is_void_v<std::invoke_result_t<const Callable&>>) {
                std::invoke(callable);
                return {};
            } else {
                return std::invoke(callable);
            }
        });
        auto future = task.get_future();
        std::thread(std::move(task)).join();
        return future.get();
    }

    /// A command in the namespace; /sys (and /sys/fs/bpf) stay the host's, unlike with `ip netns exec`.
    [[nodiscard]] result<exec_result>
    exec(const std::vector<std::string>& argv,
         std::chrono::steady_clock::duration timeout = std::chrono::seconds(30)) const;
    /// A command in the background.
    [[nodiscard]] result<process> start(const std::vector<std::string>& argv, process_options options = {}) const;

    /// `ip -n NAME WORDS`, words split at blanks; its output.
    result<std::string> ip(std::string_view words) const;
    /// Several such lines by one `ip -batch`, which is quicker; stops at the first that fails.
    result<void> ip_batch(const std::vector<std::string>& lines) const;
    /// A file under /proc/sys, such as "net/ipv4/ip_forward".
    result<void> set_sysctl(const std::string& file, const std::string& value) const;

    result<void> add_bridge(const std::string& bridge) const; ///< up, without STP and multicast snooping
    [[nodiscard]] result<interface_index> index_of(const std::string& interface) const;
    [[nodiscard]] result<mac_address> mac_of(const std::string& interface) const;
    /// Whether any interface has this address ("10.0.0.70", "fe80::1"), exactly as `ip` prints it.
    [[nodiscard]] bool has_address(const std::string& address) const;
    /// "10.0.0.70/32" and so on: all addresses of an interface as `ip` prints them.
    [[nodiscard]] result<std::vector<std::string>> addresses_of(const std::string& interface) const;

private:
    net_namespace() = default;

    std::string name_;
    file_descriptor descriptor_;
};

/// A veth pair with both ends up: FIRST_NAME in `first`, SECOND_NAME in `second`.
result<void> add_veth(const net_namespace& first, const std::string& first_name, const net_namespace& second,
                      const std::string& second_name);

/// "xvrrp-PID-COUNTER-ROLE": a name that no other process and no other call has.
std::string unique_name(std::string_view role);

/// Whether a name is unique_name's and the process that made it is dead.
bool is_stale_name(std::string_view name);

/// Removes namespaces, and kills processes in them, whose maker is dead. create() does it once in each process.
void sweep_stale_namespaces();

} // namespace xvrrp::lab
