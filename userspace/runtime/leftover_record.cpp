// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/leftover_record.hpp"

#include <sys/utsname.h>

#include <fstream>
#include <iterator>

namespace xvrrp::runtime {

std::vector<plan::recorded_address> read_leftover_record(const std::filesystem::path& file)
{
    std::ifstream in(file);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    return plan::parse_record(text);
}

result<void> write_leftover_record(const std::filesystem::path& file, std::span<const plan::recorded_address> record)
{
    std::error_code problem;
    std::filesystem::create_directories(file.parent_path(), problem);
    const std::filesystem::path fresh = file.string() + ".new";
    std::ofstream out(fresh, std::ios::trunc);
    out << plan::format_record(record);
    out.close();
    if (!out) {
        std::filesystem::remove(fresh, problem);
        return fail(fresh.string() + ": can't be written; after a crash, addresses of this run may not be recognised");
    }
    std::filesystem::rename(fresh, file, problem);
    return problem ? result<void>(fail(file.string() + ": " + problem.message())) : result<void>{};
}

void remove_leftover_record(const std::filesystem::path& file)
{
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
}

bool kernel_keeps_address_protocol()
{
    utsname name{};
    return ::uname(&name) == 0 && plan::keeps_address_protocol(name.release);
}

} // namespace xvrrp::runtime
