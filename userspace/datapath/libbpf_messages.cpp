// SPDX-License-Identifier: BSD-2-Clause
//
// libbpf hands its messages to a function without a context, hence the pointer to the innermost collector of the
// thread.
#include "datapath/libbpf_messages.hpp"

#include <bpf/libbpf.h>
#include <fmt/format.h>

#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace xvrrp::datapath {

namespace {

thread_local libbpf_messages* innermost = nullptr;

__attribute__((format(printf, 2, 0))) int collect(libbpf_print_level level, const char* format, va_list arguments)
{
    if (level != LIBBPF_WARN || innermost == nullptr) {
        return 0;
    }
    std::array<char, 1024> text{};
    const int length = std::vsnprintf(text.data(), text.size(), format, arguments);
    if (length > 0) {
        innermost->add(text.data());
    }
    return length;
}

} // namespace

libbpf_messages::libbpf_messages() : outer_(innermost)
{
    ::libbpf_set_print(collect);
    innermost = this;
}

libbpf_messages::~libbpf_messages()
{
    innermost = outer_;
}

void libbpf_messages::add(std::string_view line)
{
    if (!first_warning_.empty()) {
        return;
    }
    constexpr std::string_view prefix = "libbpf: ";
    if (line.starts_with(prefix)) {
        line.remove_prefix(prefix.size());
    }
    first_warning_ = line.substr(0, line.find('\n'));
}

std::string libbpf_messages::explain(int code) const
{
    if (first_warning_.empty()) {
        return std::strerror(code);
    }
    return fmt::format("{} ({})", std::strerror(code), first_warning_);
}

} // namespace xvrrp::datapath
