// SPDX-License-Identifier: BSD-2-Clause
//
// The form: numbers as they lie in memory, lists and texts behind their length. `fields` names what is kept of each
// struct, once for writing and reading.
#include "runtime/publication.hpp"

#include <concepts>
#include <cstring>
#include <type_traits>
#include <utility>

namespace xvrrp::runtime {

namespace {

/// S, const or not.
template <class T, class S>
concept some = std::same_as<std::remove_const_t<T>, S>;

/// Kept as it lies in memory. Not bool: a byte that is neither 0 nor 1 mustn't become one.
template <class T>
concept plain = std::is_trivially_copyable_v<T> && !some<T, bool>;

template <class Archive, some<farewell> T> void fields(Archive& archive, T& v)
{
    archive(v.destination);
    archive(v.message);
}

template <class Archive, some<net::address_request> T> void fields(Archive& archive, T& v)
{
    archive(v.interface);
    archive(v.ip);
    archive(v.prefix_length);
    archive(v.peer);
}

template <class Archive, some<datapath::slot_settings> T> void fields(Archive& archive, T& v)
{
    archive(v.interface);
    archive(v.family);
    archive(v.vrid);
    archive(v.version);
    archive(v.interval_seconds);
    archive(v.unicast);
    archive(v.check_source);
    archive(v.strict);
    archive(v.no_vips);
    archive(v.password);
    archive(v.source);
    archive(v.group);
    archive(v.peers);
    archive(v.hop_limits);
}

template <class Archive, some<published_router> T> void fields(Archive& archive, T& v)
{
    archive(v.name);
    archive(v.active);
    archive(v.place);
    archive(v.unicast_ttl);
    archive(v.farewells);
    archive(v.addresses);
    archive(v.successor_within);
}

class writer {
public:
    template <plain T> void operator()(const T& value)
    {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(&value);
        bytes_.insert(bytes_.end(), bytes, bytes + sizeof value);
    }
    void operator()(bool value) { bytes_.push_back(value ? 1 : 0); }
    template <class T> void operator()(const T& value) { fields(*this, value); }
    void operator()(const std::string& text)
    {
        (*this)(text.size());
        bytes_.insert(bytes_.end(), text.begin(), text.end());
    }
    template <class T> void operator()(const std::optional<T>& value)
    {
        (*this)(value.has_value());
        (*this)(value.value_or(T{}));
    }
    template <class T> void operator()(const std::vector<T>& list)
    {
        (*this)(list.size());
        for (const T& each : list) {
            (*this)(each);
        }
    }
    void operator()(const peer_hop_limits& limits)
    {
        (*this)(limits.size());
        for (const auto& [peer, range] : limits) {
            (*this)(peer);
            (*this)(range);
        }
    }
    std::vector<std::uint8_t> take() { return std::move(bytes_); }

private:
    std::vector<std::uint8_t> bytes_;
};

/// Behind the end of the bytes everything is zero and empty.
class reader {
public:
    explicit reader(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

    template <plain T> void operator()(T& value)
    {
        if (const auto bytes = next(sizeof value); !bytes.empty()) {
            std::memcpy(&value, bytes.data(), sizeof value);
        }
    }
    void operator()(bool& value)
    {
        std::uint8_t byte = 0;
        (*this)(byte);
        value = byte != 0;
    }
    template <class T> void operator()(T& value) { fields(*this, value); }
    void operator()(std::string& text)
    {
        const auto bytes = next(length());
        text.assign(bytes.begin(), bytes.end());
    }
    template <class T> void operator()(std::optional<T>& value)
    {
        bool there = false;
        T inner{};
        (*this)(there);
        (*this)(inner);
        value = there ? std::optional(std::move(inner)) : std::nullopt;
    }
    template <class T> void operator()(std::vector<T>& list)
    {
        for (std::size_t left = length(); left > 0 && whole_; --left) {
            (*this)(list.emplace_back());
        }
    }
    void operator()(peer_hop_limits& limits)
    {
        for (std::size_t left = length(); left > 0 && whole_; --left) {
            ip_address peer;
            (*this)(peer);
            (*this)(limits[peer]);
        }
    }
    /// Everything that was asked for was there, and nothing is left.
    [[nodiscard]] bool complete() const { return whole_ && rest_.empty(); }

private:
    std::size_t length()
    {
        std::size_t value = 0;
        (*this)(value);
        return value;
    }
    std::span<const std::uint8_t> next(std::size_t count)
    {
        if (!whole_ || count > rest_.size()) {
            whole_ = false;
            return {};
        }
        return std::exchange(rest_, rest_.subspan(count)).first(count);
    }

    std::span<const std::uint8_t> rest_;
    bool whole_ = true;
};

} // namespace

std::vector<std::uint8_t> encode(std::span<const published_router> routers)
{
    writer out;
    out(routers.size());
    for (const published_router& each : routers) {
        out(each);
    }
    return out.take();
}

std::optional<std::vector<published_router>> decode(std::span<const std::uint8_t> bytes)
{
    reader in(bytes);
    std::vector<published_router> routers;
    in(routers);
    return in.complete() ? std::optional(std::move(routers)) : std::nullopt;
}

publication::publication(double_buffer routers, double_buffer configuration)
    : routers_(std::move(routers)), configuration_(std::move(configuration))
{
}

result<publication> publication::create()
{
    auto routers = double_buffer::create("xvrrp-routers");
    if (!routers) {
        return std::unexpected(routers.error());
    }
    auto configuration = double_buffer::create("xvrrp-configuration");
    if (!configuration) {
        return std::unexpected(configuration.error());
    }
    return publication(std::move(*routers), std::move(*configuration));
}

result<void> publication::publish(std::span<const published_router> routers)
{
    return routers_.store(encode(routers));
}

result<void> publication::publish_configuration(std::string_view text)
{
    return configuration_.store({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::vector<published_router> publication::routers() const
{
    const auto bytes = routers_.load();
    return bytes ? decode(*bytes).value_or(std::vector<published_router>{}) : std::vector<published_router>{};
}

std::optional<std::string> publication::configuration() const
{
    const auto bytes = configuration_.load();
    return bytes ? std::optional(std::string(bytes->begin(), bytes->end())) : std::nullopt;
}

} // namespace xvrrp::runtime
