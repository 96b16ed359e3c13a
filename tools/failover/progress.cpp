// SPDX-License-Identifier: BSD-2-Clause
//
// Progress (see progress.hpp).
#include "failover/progress.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>

namespace xvrrp::failover {
namespace {

constexpr const char* start_of_emptied_line = "\r\x1b[K";

} // namespace

progress::progress() : terminal_(::isatty(STDERR_FILENO) == 1) {}

progress::~progress()
{
    clear();
}

void progress::show(const std::string& text, bool worth_a_line)
{
    if (terminal_) {
        fmt::print(stderr, "{}{}", start_of_emptied_line, text);
        shown_ = true;
    } else if (worth_a_line) {
        fmt::print(stderr, "{}\n", text);
    }
}

void progress::clear()
{
    if (shown_) {
        fmt::print(stderr, "{}", start_of_emptied_line);
        shown_ = false;
    }
}

} // namespace xvrrp::failover
