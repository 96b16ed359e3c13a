// SPDX-License-Identifier: BSD-2-Clause
//
// A program as PID 1 of a pid namespace, as in a container: with it everything dies that is in it.
#pragma once

#include <chrono>
#include <csignal>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "lab/eventually.hpp"
#include "lab/namespace.hpp"
#include "lab/process.hpp"
#include "support/must.hpp"

namespace xvrrp::test {

class container {
public:
    /// `command` sees its own processes alone, and mounts of its own; it has to become the program by exec.
    container(const lab::net_namespace& place, const std::vector<std::string>& command)
        : outside_(start(place, command))
    {
    }

    /// As it is known outside; throws if there is none (yet).
    [[nodiscard]] pid_t pid_1() const
    {
        const auto inside = find_pid_1();
        return inside ? *inside : throw std::runtime_error("there is nothing in the container: " + log());
    }
    /// Whether PID 1 has become a program of this name.
    [[nodiscard]] bool runs(const std::string& name) const
    {
        const auto inside = find_pid_1();
        std::string found;
        return inside && std::ifstream("/proc/" + std::to_string(*inside) + "/comm") >> found && found == name;
    }
    void signal(int number) const
    {
        if (::kill(pid_1(), number) != 0) {
            throw std::runtime_error("PID 1 of the container can't be signalled: " + log());
        }
    }
    /// The status that PID 1 ended with, as shells have it; nothing if it still runs after `timeout`.
    [[nodiscard]] std::optional<int> wait(std::chrono::steady_clock::duration timeout)
    {
        return outside_.wait(timeout);
    }
    [[nodiscard]] std::string log() const { return outside_.output(); }
    [[nodiscard]] bool wait_for_log(const std::string& text, std::chrono::steady_clock::duration timeout) const
    {
        return lab::eventually(timeout, [&] { return log().find(text) != std::string::npos; });
    }

private:
    [[nodiscard]] std::optional<pid_t> find_pid_1() const
    {
        const std::string self = std::to_string(outside_.pid());
        std::ifstream children("/proc/" + self + "/task/" + self + "/children");
        pid_t inside = 0;
        return children >> inside ? std::optional(inside) : std::nullopt;
    }
    static lab::process start(const lab::net_namespace& place, const std::vector<std::string>& command)
    {
        std::vector<std::string> argv{"unshare", "--pid", "--fork", "--kill-child", "--mount-proc"};
        argv.insert(argv.end(), command.begin(), command.end());
        return must(place.start(argv));
    }

    lab::process outside_;
};

} // namespace xvrrp::test
