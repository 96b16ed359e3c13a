// SPDX-License-Identifier: BSD-2-Clause
//
// Adds and removes many addresses with few system calls: requests one behind the other in one send, an acknowledgement
// asked of the last alone. The kernel works them off one by one, goes on after one that it refuses, and reports each
// refusal, acknowledgement asked or not, with the request's sequence number.
#include "net/address_changes.hpp"

#include <algorithm>

#include "net/interface_text.hpp"

namespace xvrrp::net {

namespace {

/// 32 KiB at most: more gains nothing (from 64 on, measured), and fits every system's buffers.
constexpr std::size_t most_at_once = 256;

/// An error names so many addresses and counts the rest.
constexpr std::size_t most_named = 8;

/// What was asked for is so already.
bool is_done_already(address_change change, int code)
{
    if (change == address_change::add) {
        return code == EEXIST;
    }
    return code == EADDRNOTAVAIL || code == ENODEV;
}

} // namespace

address_changes::address_changes() : buffer_(most_at_once * address_message_bytes), at_once_(most_at_once) {}

result<void> address_changes::apply(request_socket& socket, address_change change,
                                    std::span<const address_request> addresses)
{
    if (addresses.empty()) {
        return {};
    }
    auto failures = apply_all(socket, change, addresses, mark_);
    if (failures && change == address_change::add && mark_) {
        failures = again_unmarked(socket, std::move(*failures));
    }
    if (!failures) {
        return fail_errno(change == address_change::add ? "cannot add addresses" : "cannot remove addresses",
                          failures.error());
    }
    return report(change, *failures);
}

std::expected<std::vector<address_changes::failure>, int>
address_changes::apply_all(request_socket& socket, address_change change, std::span<const address_request> addresses,
                           bool mark)
{
    std::vector<failure> failures;
    while (!addresses.empty()) {
        const std::size_t count = std::min(addresses.size(), at_once_);
        auto failed = apply_some(socket, change, addresses.first(count), mark);
        if (!failed) {
            const bool too_many = failed.error() == ENOBUFS || failed.error() == EMSGSIZE;
            if (!too_many || count == 1) {
                return std::unexpected(failed.error());
            }
            // Answers were lost. To repeat what has been done already does no harm.
            at_once_ = count / 2;
            continue;
        }
        std::ranges::move(*failed, std::back_inserter(failures));
        addresses = addresses.subspan(count);
    }
    return failures;
}

std::expected<std::vector<address_changes::failure>, int>
address_changes::apply_some(request_socket& socket, address_change change, std::span<const address_request> addresses,
                            bool mark)
{
    std::size_t used = 0;
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        last = socket.next_sequence();
        first = i == 0 ? last : first;
        const address_message message{
            .change = change, .sequence = last, .acknowledge = i + 1 == addresses.size(), .mark = mark};
        used += write_address_message(message, addresses[i], std::span(buffer_).subspan(used));
    }
    auto refused = socket.transact(std::span(buffer_).first(used), last);
    if (!refused) {
        return std::unexpected(refused.error());
    }
    std::vector<failure> failures;
    for (refusal& each : *refused) {
        const std::uint32_t place = each.sequence - first;
        if (place < addresses.size() && !is_done_already(change, each.code)) {
            failures.push_back({.address = &addresses[place], .code = each.code, .reason = std::move(each.reason)});
        }
    }
    return failures;
}

/// Kernels before 5.18 ignore IFA_PROTO, but one that checks strictly may refuse it: EINVAL is tried again without. The
/// mark is given up for good once that has helped.
std::expected<std::vector<address_changes::failure>, int> address_changes::again_unmarked(request_socket& socket,
                                                                                          std::vector<failure> failures)
{
    std::vector<failure> remaining;
    for (failure& each : failures) {
        if (each.code != EINVAL) {
            remaining.push_back(std::move(each));
            continue;
        }
        auto again = apply_all(socket, address_change::add, std::span(each.address, 1), false);
        if (!again) {
            return again;
        }
        if (again->empty()) {
            mark_ = false;
        } else {
            remaining.push_back(std::move(again->front()));
        }
    }
    return remaining;
}

result<void> address_changes::report(address_change change, const std::vector<failure>& failures)
{
    if (failures.empty()) {
        return {};
    }
    std::string text;
    for (const failure& each : std::span(failures).first(std::min(failures.size(), most_named))) {
        text += text.empty() ? "" : "; ";
        text += change == address_change::add ? "cannot add " : "cannot remove ";
        text += each.address->ip.to_string() + '/' + std::to_string(each.address->prefix_length);
        text += change == address_change::add ? " to " : " from ";
        text += interface_text(each.address->interface) + ": " + std::strerror(each.code);
        text += each.reason.empty() ? "" : " (" + each.reason + ")";
    }
    if (failures.size() > most_named) {
        text += "; and " + std::to_string(failures.size() - most_named) + " more";
    }
    return std::unexpected(error{.what = std::move(text), .code = failures.front().code});
}

} // namespace xvrrp::net
