// SPDX-License-Identifier: BSD-2-Clause
//
// Texts that xvrrpd and keepalived have to take for the same. Words that neither knows tell what a line has become:
// both name them in a message.
#include <algorithm>
#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/load.hpp"
#include "lab/process.hpp"
#include "lab/scratch.hpp"
#include "support/must.hpp"

namespace xvrrp::test {
namespace {

using words = std::vector<std::string>;

/// The first of each: keepalived reads a file several times.
words unknown_words(const std::string& messages, const std::string& pattern)
{
    const std::regex form(pattern);
    words found;
    for (std::sregex_iterator each(messages.begin(), messages.end(), form); each != std::sregex_iterator(); ++each) {
        if (std::ranges::find(found, (*each)[1].str()) == found.end()) {
            found.push_back((*each)[1].str());
        }
    }
    return found;
}

words by_keepalived(const std::filesystem::path& file)
{
    const lab::exec_result ran = must(lab::exec({"keepalived", "-t", "-f", file.string(), "-i", "main"}));
    return unknown_words(ran.output + ran.errors, "Unknown keyword '([^']*)'");
}

words by_xvrrpd(const std::filesystem::path& file)
{
    std::string messages;
    for (const config::diagnostic& each : must(config::inspect(file, "main")).diagnostics) {
        messages += each.text + "\n";
    }
    return unknown_words(messages, "unknown keyword '([^']*)'");
}

class language : public testing::TestWithParam<const char*> {};

TEST_P(language, is_understood_by_both_alike)
{
    const auto files = must(lab::scratch_directory::create("language"));
    std::filesystem::create_directory(files.path() / "more");
    must(files.write("more/one.conf", "one_${N}\ninclude two.inc\n"));
    must(files.write("more/two.inc", "two\n"));
    const auto file = must(files.write("main.conf", GetParam()));
    const words expected = by_keepalived(file);
    EXPECT_FALSE(expected.empty());
    EXPECT_EQ(by_xvrrpd(file), expected);
}

constexpr const char* texts[] = {
    // Conditions.
    "@main w1\n@other w2\n@^main w3\n@^other w4\n @main w5\n@ w6\n@^ w7\n@main\nw8\n",
    // Variables.
    "$A=10\n$B=x${A}y\nw1_${A}\nw2_$A rest\nw3_$A/24\nw4_$A\nw5_${B}\n$A=11\nw6_${B}\n$E=\nw7_${E}_\nw8_$UNDEFINED\n",
    "$A=  a  # comment\nw1_${A}_\n$N=A\nw2_${${N}}\nw3_$$A\nw4_\\${A}\n",
    "@main $A=1\n@other $A=2\nw1_${A}\nw2_${_INSTANCE}\nw3_${_RANDOM 5 5}\n",
    // Several lines.
    "$L=\\\n w1_${X} \\\n w2 \\\n @main w3 \\\n @other w4 \\\n $Y=7 \\\n w5_${Y}\n$X=1\n$L\npre_${L}\n~SEQ(X,2,3) $L\n",
    "$L=w1 \\\n w2\nw3\n$L\n$M=\\\n m1 \\\n\nm2\n$M\n",
    // Loops.
    "~SEQ(a,3) w1_${a}\n~SEQ(b,-2) w2_${b}\n~SEQ(c,5,3) w3_${c}\n~SEQ(d,0,2,5) w4_${d}\n~SEQ(e,5,-2,0) w5_${e}\n",
    "~SEQ(a,0) w1_${a}\n~SEQ(b,1,1) w2_${b}\n~SEQ(c,010,011) w3_${c}\n~SEQ(d,0x9,0xb) w4_${d}\n~SEQ (e,+1,2) w5_${e}\n",
    "~SEQx(a,9,11) w1_${a}\n~SEQx(b,0x90,0x10,0xb0) w2_${b}\n~SEQx(c,255,-1,253) w3_${c}\n",
    "~SEQ(a,1,2) ~SEQ(b,1,2) w1_${a}_${b}\n$R=3\n~SEQ(c,1,$R) w2_${c}\n~SEQ(d,1,2)w3_${d}\n~SEQ(e,1,2) @main w4_${e}\n",
    "~LST(a,1,2) w1_${a}\n~LST({b,c},{1,2},{3,4}) w2_${b}_${c}\n~LST({d,e},{1,2},{3}) w3_${d}_${e}\n",
    "~LST(a,,x) w1_${a}_\n~LST({b},1,2) w2_${b}\n",
    "~LST({ a , b }, { 1 , 2 } , { 3,4 }) w1_${a}_${b}\n~LST(c,1,2) ~SEQ(d,1,2) w2_${c}_${d}\n",
    // Wrong loops cost their lines.
    "~SEQ(a,1,0,3) w1\n~SEQ(b) w2\n~SEQ(c,1,2,3,4) w3\n~SEQ(d,x) w4\n~SEQ(e,1,2\n~LST(f) w5\n~LST(g,{1,2}) w6\nw7\n",
    // Files.
    "$N=5\nw1\ninclude more/one.conf\nw2\ninclude more/*.inc\ninclude more/{none,none*}\nw3\n",
};
INSTANTIATE_TEST_SUITE_P(texts, language, testing::ValuesIn(texts));

} // namespace
} // namespace xvrrp::test
