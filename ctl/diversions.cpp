#include "ctl/diversions.h"

#include <utility>

#include "core/base/text.h"

namespace hardened::ctl {
namespace {

constexpr const char* kProgram = "/usr/bin/dpkg-divert";
constexpr std::size_t kMostSaid = 65536;
constexpr int kSeconds = 60;  // it reads all of dpkg's lists of files

// argv[0] stands first.
Result<std::string> dpkg_divert(Host& host, std::vector<std::string> arguments) {
  const Ran ran = TRY(host.run({.path = kProgram,
                                .arguments = std::move(arguments),
                                .input = "",
                                .most = kMostSaid,
                                .seconds = kSeconds}));
  if (ran.status == 0) return ran.output;
  return Error{Fault::io, "dpkg-divert fails: " + printable(ran.errors)};
}

}  // namespace

Result<std::optional<std::string>> true_name(Host& host, const std::string& path) {
  const Result<Stat> program = host.stat(kProgram, Links::follow);
  if (!program && program.error().fault == Fault::absent) return std::optional<std::string>();
  TRY(program);
  std::string name = TRY(dpkg_divert(host, {"dpkg-divert", "--truename", path}));
  while (name.ends_with('\n')) name.pop_back();
  return std::optional(std::move(name));
}

Done divert(Host& host, const std::string& path, const std::string& aside) {
  TRY(dpkg_divert(host,
                  {"dpkg-divert", "--quiet", "--local", "--no-rename", "--divert", aside, "--add", path}));
  return done();
}

Done divert_no_more(Host& host, const std::string& path, const std::string& aside) {
  TRY(dpkg_divert(host,
                  {"dpkg-divert", "--quiet", "--local", "--no-rename", "--divert", aside, "--remove", path}));
  return done();
}

}  // namespace hardened::ctl
