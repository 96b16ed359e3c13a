// SPDX-License-Identifier: BSD-2-Clause
//
// A message is the index of its kind, then its members in their order, integers as this machine has them: both ends are
// one program.
#include "track/spawner_messages.hpp"

#include <concepts>
#include <cstring>
#include <tuple>
#include <type_traits>
#include <utility>

namespace xvrrp::track {
namespace {

class writer {
public:
    template <class T>
        requires std::is_arithmetic_v<T> || std::is_enum_v<T>
    writer& operator<<(T value)
    {
        const std::size_t at = bytes_.size();
        bytes_.resize(at + sizeof value);
        std::memcpy(&bytes_[at], &value, sizeof value);
        return *this;
    }
    writer& operator<<(const std::string& text)
    {
        *this << static_cast<std::uint32_t>(text.size());
        for (const char c : text) {
            bytes_.push_back(static_cast<std::byte>(c));
        }
        return *this;
    }
    std::vector<std::byte> take() { return std::move(bytes_); }

private:
    std::vector<std::byte> bytes_;
};

class reader {
public:
    explicit reader(std::span<const std::byte> bytes) : rest_(bytes) {}

    template <class T>
        requires std::is_arithmetic_v<T> || std::is_enum_v<T>
    reader& operator>>(T& value)
    {
        if (rest_.size() < sizeof value) {
            whole_ = false;
            return *this;
        }
        std::memcpy(&value, rest_.data(), sizeof value);
        rest_ = rest_.subspan(sizeof value);
        return *this;
    }
    reader& operator>>(std::string& text)
    {
        std::uint32_t size = 0;
        *this >> size;
        if (rest_.size() < size) {
            whole_ = false;
            return *this;
        }
        for (const std::byte each : rest_.first(size)) {
            text += static_cast<char>(each);
        }
        rest_ = rest_.subspan(size);
        return *this;
    }
    /// Everything was there, and nothing else.
    [[nodiscard]] bool complete() const { return whole_ && rest_.empty(); }
    [[nodiscard]] bool whole() const { return whole_; }

private:
    std::span<const std::byte> rest_;
    bool whole_ = true;
};

void write(writer&, const knock&) {}
void write(writer&, const begin&) {}
void write(writer& out, const run_request& what)
{
    out << what.id.value << what.uid << what.gid << static_cast<std::int64_t>(what.timeout.count())
        << static_cast<std::uint32_t>(what.command.size());
    for (const std::string& each : what.command) {
        out << each;
    }
}
void write(writer& out, const stop_request& what)
{
    out << what.id.value;
}
void write(writer&, const hello&) {}
void write(writer& out, const ended& what)
{
    out << what.id.value << what.result.how << what.result.value;
}
void write(writer& out, const timed_out& what)
{
    out << what.id.value;
}

void read(reader&, knock&) {}
void read(reader&, begin&) {}
void read(reader& in, run_request& what)
{
    std::int64_t timeout = 0;
    std::uint32_t words = 0;
    in >> what.id.value >> what.uid >> what.gid >> timeout >> words;
    what.timeout = duration(timeout);
    for (std::uint32_t i = 0; i < words && in.whole(); ++i) {
        in >> what.command.emplace_back();
    }
}
void read(reader& in, stop_request& what)
{
    in >> what.id.value;
}
void read(reader&, hello&) {}
void read(reader& in, ended& what)
{
    in >> what.id.value >> what.result.how >> what.result.value;
}
void read(reader& in, timed_out& what)
{
    in >> what.id.value;
}

template <class Message> std::vector<std::byte> encode_any(const Message& what)
{
    writer out;
    out << static_cast<std::uint8_t>(what.index());
    std::visit([&out](const auto& kind) { write(out, kind); }, what);
    return out.take();
}

template <class Message, std::size_t... Index>
std::optional<Message> decode_any(std::span<const std::byte> bytes, std::index_sequence<Index...> /*kinds*/)
{
    reader in(bytes);
    std::uint8_t kind = 0;
    in >> kind;
    std::optional<Message> what;
    std::ignore = ((kind == Index && (what.emplace(std::in_place_index<Index>), true)) || ...);
    if (!what || !in.whole()) {
        return std::nullopt;
    }
    std::visit([&in](auto& each) { read(in, each); }, *what);
    return in.complete() ? what : std::nullopt;
}

} // namespace

std::vector<std::byte> encode(const request& what)
{
    return encode_any(what);
}

std::vector<std::byte> encode(const report& what)
{
    return encode_any(what);
}

std::optional<request> decode_request(std::span<const std::byte> bytes)
{
    auto what = decode_any<request>(bytes, std::make_index_sequence<std::variant_size_v<request>>{});
    const auto* run = what ? std::get_if<run_request>(&*what) : nullptr;
    return run != nullptr && run->command.empty() ? std::nullopt : what;
}

std::optional<report> decode_report(std::span<const std::byte> bytes)
{
    auto what = decode_any<report>(bytes, std::make_index_sequence<std::variant_size_v<report>>{});
    const auto* end = what ? std::get_if<ended>(&*what) : nullptr;
    return end != nullptr && end->result.how > run_result::kind::not_run ? std::nullopt : what;
}

} // namespace xvrrp::track
