// SPDX-License-Identifier: BSD-2-Clause
//
// Two visitors over the fields of snapshot.hpp: one writes them, one reads them.
#include "control/json.hpp"

#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>

#include "control/fields.hpp"

namespace xvrrp::control {
namespace {

using nlohmann::json;

template <class T>
concept plain = std::is_arithmetic_v<T> || std::same_as<T, std::string>;

class writer {
public:
    template <class T> void operator()(const char* name, const T& value) { object_[name] = convert(value); }
    [[nodiscard]] json take() { return std::move(object_); }

    template <plain T> static json convert(const T& value) { return value; }
    template <class T> static json convert(const std::optional<T>& value)
    {
        return value ? convert(*value) : json(nullptr);
    }
    template <class T> static json convert(const std::vector<T>& values)
    {
        json list = json::array();
        for (const T& each : values) {
            list.push_back(convert(each));
        }
        return list;
    }
    template <class T> static json convert(const T& value)
    {
        writer inner;
        fields(inner, value);
        return inner.take();
    }

private:
    json object_ = json::object();
};

/// Keeps the first thing that is wrong, with the way to it: "instances[0].vrid: not a number".
class reader {
public:
    explicit reader(const json& object) : object_(object) {}

    template <class T> void operator()(const char* name, T& value)
    {
        const auto found = object_.find(name);
        if (problem_.empty() && found != object_.end()) {
            if (const std::string inner = read(*found, value); !inner.empty()) {
                problem_ = name + inner;
            }
        }
    }

    // Each gives what is wrong, "" if nothing is; it starts with ": ", "." or "[".
    static std::string read(const json& from, std::string& value)
    {
        if (!from.is_string()) {
            return ": not a string";
        }
        value = from.get<std::string>();
        return "";
    }
    static std::string read(const json& from, bool& value)
    {
        if (!from.is_boolean()) {
            return ": neither true nor false";
        }
        value = from.get<bool>();
        return "";
    }
    static std::string read(const json& from, double& value)
    {
        if (!from.is_number()) {
            return ": not a number";
        }
        value = from.get<double>();
        return "";
    }
    template <std::integral T> static std::string read(const json& from, T& value)
    {
        const bool fits =
            from.is_number_unsigned()
                ? from.get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<T>::max())
                : from.is_number_integer() && std::is_signed_v<T> &&
                      from.get<std::int64_t>() >= static_cast<std::int64_t>(std::numeric_limits<T>::min());
        if (!fits) {
            return ": not a number of its range";
        }
        value = from.get<T>();
        return "";
    }
    template <class T> static std::string read(const json& from, std::optional<T>& value)
    {
        value.reset();
        return from.is_null() ? "" : read(from, value.emplace());
    }
    template <class T> static std::string read(const json& from, std::vector<T>& values)
    {
        if (!from.is_array()) {
            return ": not a list";
        }
        values.clear();
        for (const json& each : from) {
            if (const std::string inner = read(each, values.emplace_back()); !inner.empty()) {
                return "[" + std::to_string(values.size() - 1) + "]" + inner;
            }
        }
        return "";
    }
    template <class T> static std::string read(const json& from, T& value)
    {
        if (!from.is_object()) {
            return ": not an object";
        }
        reader inner(from);
        fields(inner, value);
        return inner.problem_.empty() ? "" : "." + inner.problem_;
    }

private:
    const json& object_;
    std::string problem_;
};

/// `what`: the value's name, which a message begins with.
template <class T> result<T> read_value(const char* what, const json& document)
{
    T value{};
    if (const std::string problem = reader::read(document, value); !problem.empty()) {
        return fail(what + problem);
    }
    return value;
}

} // namespace

json to_json(const daemon_status& status)
{
    return writer::convert(status);
}

json to_json(const std::vector<failover_report>& failovers)
{
    return writer::convert(failovers);
}

json to_json(const std::vector<session_status>& sessions)
{
    return writer::convert(sessions);
}

result<daemon_status> from_json(const json& document)
{
    return read_value<daemon_status>("status", document);
}

result<std::vector<failover_report>> failovers_from_json(const json& document)
{
    return read_value<std::vector<failover_report>>("failovers", document);
}

result<std::vector<session_status>> sessions_from_json(const json& document)
{
    return read_value<std::vector<session_status>>("sessions", document);
}

std::string dump(const json& document, int indent)
{
    return document.dump(indent, ' ', false, json::error_handler_t::replace);
}

} // namespace xvrrp::control
