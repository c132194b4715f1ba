#include "runtime/own_hooks.h"

#include <gtest/gtest.h>

#include "controls/all.h"
#include "core/doc/json.h"
#include "tests/support/fake_host.h"

namespace hardened::runtime {
namespace {

constexpr const char* kProgram = "/usr/sbin/hardened-hook";
constexpr const char* kPoststart =
    R"({"path":"/usr/sbin/hardened-hook","args":["hardened-hook","poststart","/r"],)"
    R"("env":["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]})";
constexpr const char* kPoststop =
    R"({"path":"/usr/sbin/hardened-hook","args":["hardened-hook","poststop","/r"],)"
    R"("env":["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]})";

std::string hooked(const std::string& text, bool looks = true) {
  const auto document = doc::read_json("config.json", text);
  if (!document) return document.error().what;
  doc::Edits edits;
  add_hooks(controls::Spec(*document, controls::Scope::bundle), {kProgram, "/r", looks}, edits);
  const auto result = doc::apply(*document, edits);
  return result ? *result : result.error().what;
}

std::string with(const std::string& poststart, const std::string& poststop, const std::string& more = "") {
  return R"({"hooks":{)" + more + R"("poststart":[)" + poststart + R"(],"poststop":[)" + poststop + "]}}";
}

TEST(OwnHooks, StandBehindThoseOfTheEngine) {
  const std::string prestart = R"("prestart":[{"path":"/proc/1/exe","args":["libnetwork-setkey"]}],)";
  const std::string other = R"({"path":"/usr/bin/other"})";
  EXPECT_EQ(hooked("{}"), with(kPoststart, kPoststop));
  EXPECT_EQ(hooked(R"({"hooks":null})"), with(kPoststart, kPoststop));
  EXPECT_EQ(hooked(with(other, "", prestart)), with(other + "," + kPoststart, kPoststop, prestart));
}

TEST(OwnHooks, AddedTwiceChangeNothing) {
  for (const std::string text :
       {"{}", R"({"hooks":{"prestart":[]}})", R"({"hooks":{"poststart":[{"path":"/a"}]}})"}) {
    const std::string once = hooked(text);
    EXPECT_EQ(hooked(once), once);
  }
}

TEST(OwnHooks, WordsOfARequestForTheProgramAreTakenOut) {
  const std::string forged =
      R"({"path":"/usr/sbin/hardened-hook","args":["hardened-hook","poststop","/other"]})";
  const std::string moved = R"({"path":"/opt/hardened-hook"})";
  EXPECT_EQ(hooked(with(forged + "," + moved, std::string(kPoststop) + "," + forged)),
            with(kPoststart, kPoststop));
  EXPECT_EQ(hooked(with(std::string(kPoststart) + R"(,{"path":"/a"})", kPoststop)),
            with(std::string(R"({"path":"/a"},)") + kPoststart, kPoststop));
}

TEST(OwnHooks, AtPoststartOnlyWhereNoStartOfOursLooks) {
  EXPECT_EQ(hooked("{}", false), std::string(R"({"hooks":{"poststop":[)") + kPoststop + "]}}");
  // One of an earlier hardening goes, those of others stay.
  const std::string other = R"({"path":"/usr/bin/other"})";
  EXPECT_EQ(hooked(with(other + "," + kPoststart, ""), false), with(other, kPoststop));
  const std::string once = hooked(with(other, ""), false);
  EXPECT_EQ(hooked(once, false), once);
}

TEST(HookProgram, StandsBesideOursAndIsRoots) {
  test::FakeHost host;
  EXPECT_EQ(find_hook_program(host).error().fault, Fault::absent);
  host.file(kProgram, "elf", {.mode = 0755});
  EXPECT_EQ(find_hook_program(host).value_or(""), kProgram);
  host.file(kProgram, "elf", {.mode = 0775});
  EXPECT_FALSE(find_hook_program(host).ok());
  host.file(kProgram, "elf", {.mode = 0755, .uid = 1000});
  EXPECT_FALSE(find_hook_program(host).ok());
  host.file(kProgram, "elf", {.mode = 0644});
  EXPECT_FALSE(find_hook_program(host).ok());
  host.machine.own_executable = "";
  EXPECT_FALSE(find_hook_program(host).ok());
}

}  // namespace
}  // namespace hardened::runtime
