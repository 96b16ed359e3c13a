// SPDX-License-Identifier: BSD-2-Clause
//
// A script for notify_*, and a record of how it was called. Any thread.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <sys/stat.h>

#include "lab/scratch.hpp"
#include "support/must.hpp"

namespace xvrrp::test {

class call_record {
public:
    call_record() : directory_(must(lab::scratch_directory::create("calls")))
    {
        write_script("");
        std::ofstream(file("calls")).flush();
    }

    /// A command that records its arguments, behind `words`, as one line.
    [[nodiscard]] std::string command(const std::string& words) const
    {
        return "\"" + file("script") + " " + words + "\"";
    }
    /// From now on it does this first (sh).
    void write_script(const std::string& first) const
    {
        must(directory_.write("script.new", "#!/bin/sh\n" + first + "\necho \"$*\" >>" + file("calls") + "\n"));
        ::chmod(file("script.new").c_str(), 0755);
        std::filesystem::rename(file("script.new"), file("script"));
    }

    [[nodiscard]] std::vector<std::string> calls() const
    {
        std::vector<std::string> lines;
        std::ifstream in(file("calls"));
        for (std::string line; std::getline(in, line);) {
            lines.push_back(line);
        }
        return lines;
    }
    [[nodiscard]] std::size_t count(const std::string& call) const
    {
        return static_cast<std::size_t>(std::ranges::count(calls(), call));
    }
    [[nodiscard]] std::string file(const std::string& name) const { return (directory_.path() / name).string(); }
    void touch(const std::string& name) const { std::ofstream(file(name)).flush(); }

private:
    lab::scratch_directory directory_;
};

} // namespace xvrrp::test
