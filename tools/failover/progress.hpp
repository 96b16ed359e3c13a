// SPDX-License-Identifier: BSD-2-Clause
//
// How far the run is, on standard error: one line that is written over on a terminal, else a line now and then.
#pragma once

#include <string>

namespace xvrrp::failover {

class progress {
public:
    progress();
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;
    progress(progress&&) = delete;
    progress& operator=(progress&&) = delete;
    ~progress(); ///< clear()

    /// `worth_a_line`: print it without a terminal too.
    void show(const std::string& text, bool worth_a_line);
    /// Before anything else is printed.
    void clear();

private:
    bool terminal_;
    bool shown_ = false;
};

} // namespace xvrrp::failover
