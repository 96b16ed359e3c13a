// SPDX-License-Identifier: BSD-2-Clause
//
// xvrrpd and keepalived behind one face, so that both go through the same scenario in the same run. Any thread, one
// object from one thread at a time.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "lab/namespace.hpp"

namespace xvrrp::bench {

enum class daemon { xvrrp, keepalived };

[[nodiscard]] std::string name_of(daemon which);

/// A running daemon; gone with its object. What can't be done throws.
class contender {
public:
    static std::unique_ptr<contender> start(daemon which, const lab::net_namespace& place,
                                            const std::string& configuration);
    contender(const contender&) = delete;
    contender& operator=(const contender&) = delete;
    contender(contender&&) = delete;
    contender& operator=(contender&&) = delete;
    virtual ~contender() = default;

    [[nodiscard]] virtual daemon kind() const = 0;
    /// "MASTER", "BACKUP", …; empty while unknown.
    [[nodiscard]] virtual std::string state(const std::string& instance) const = 0;
    /// How often the log says that the instance entered a state.
    [[nodiscard]] virtual unsigned transitions(const std::string& instance) const = 0;
    /// Writes the file anew and sends SIGHUP. Returns before it has been read.
    virtual void reload(const std::string& configuration) = 0;
    virtual void freeze() = 0;
    virtual void thaw() = 0;
    /// Of the daemon with its children, since their start.
    [[nodiscard]] virtual std::chrono::nanoseconds cpu_time() = 0;

protected:
    contender() = default;
};

} // namespace xvrrp::bench
