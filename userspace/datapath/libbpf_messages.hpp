// SPDX-License-Identifier: BSD-2-Clause
//
// What libbpf would print on standard error: silenced for good by the first object of this type, and kept for an error
// message while one lives. Used around every call into libbpf that can fail, on the thread that makes the call.
#pragma once

#include <string>

namespace xvrrp::datapath {

class libbpf_messages {
public:
    libbpf_messages();
    ~libbpf_messages();
    libbpf_messages(const libbpf_messages&) = delete;
    libbpf_messages& operator=(const libbpf_messages&) = delete;

    /// The first warning since the object was made, which is the one nearest to the cause; one line, may be empty.
    [[nodiscard]] const std::string& first_warning() const { return first_warning_; }
    /// "strerror(code)", with the first warning behind it if there was one.
    [[nodiscard]] std::string explain(int code) const;

    void add(std::string_view line);

private:
    std::string first_warning_;
    libbpf_messages* outer_;
};

} // namespace xvrrp::datapath
