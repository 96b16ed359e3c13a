// SPDX-License-Identifier: BSD-2-Clause
//
// The supervisor's log: to the same places as the daemon's, but without threads, which don't survive a fork. It says
// little; a line that a destination doesn't take at once is lost.
#pragma once

#include <memory>
#include <vector>

#include "daemon/log_sink.hpp"
#include "daemon/logging.hpp"

namespace xvrrp::daemon {

class supervisor_log : public logger {
public:
    explicit supervisor_log(const log_settings& settings);

    void write(severity level, std::string_view text) noexcept override;
    [[nodiscard]] bool shows(severity level) const noexcept override;

private:
    bool detail_;
    std::vector<std::unique_ptr<log_sink>> sinks_;
};

} // namespace xvrrp::daemon
