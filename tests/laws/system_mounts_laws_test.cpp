// The laws for the runtime's own mounts, among entries of others.
#include <array>

#include "controls/system_mounts.h"
#include "laws.h"

namespace hardened::laws {
namespace {

using controls::SystemMounts;
using controls::SystemMountsCeiling;

std::string options() {
  static const std::vector<std::string> words{
      "ro",  "rw",    "nosuid", "suid",      "nodev",           "dev", "noexec", "exec",
      "rrw", "rsuid", "rro",    "hidepid=2", "release_agent=/x"};
  switch (number(0, 9)) {
    case 9: return "";
    case 8: return R"(,"options":null)";
    case 7: return R"(,"options":[])";
    default: break;
  }
  std::vector<std::string> list;
  if (number(0, 3) != 3) list = {"nosuid", "noexec", "nodev", "ro"};
  for (std::uint64_t count = number(0, 2); count > 0; --count) list.push_back(one_of(words));
  if (number(0, 19) == 19) list.emplace_back("remount");
  if (number(0, 9) == 9) list.emplace_back("bind");
  std::string text;
  for (const std::string& word : list) text += (text.empty() ? "\"" : ",\"") + word + '"';
  return R"(,"options":[)" + text + "]";
}

std::string entry() {
  static const std::vector<std::string> places{R"("type":"sysfs","destination":"/sys")",
                                               R"("type":"cgroup","destination":"/sys/fs/cgroup")",
                                               R"("type":"proc","destination":"/proc")",
                                               R"("type":"tmpfs","destination":"/dev")",
                                               R"("type":"cgroup2","destination":"/sys/fs/cgroup")",
                                               R"("type":"mqueue","destination":"/dev/mqueue")",
                                               R"("type":"tmpfs","destination":"/tmp")",
                                               R"("type":"bind","destination":"/data")",
                                               R"("destination":"/x")"};
  static const std::string second = R"("type":"proc","destination":"/second")";
  return "{" + (number(0, 29) == 29 ? second : one_of(places)) + options() + "}";
}

// Of the powers of a mount, the first four are what the kernel shows.
const std::array<std::string, 4> kObserved{"ro", "nosuid", "nodev", "noexec"};

struct SystemMountsTrait : Trait<SystemMounts> {
  static std::string document(Scope) {
    static const std::string mapped =
        R"("linux":{"namespaces":[{"type":"user"}],"uidMappings":[{"containerID":0,"hostID":1000,"size":9}],"gidMappings":[{"containerID":0,"hostID":1000,"size":9}]},)";
    std::string list;
    for (std::uint64_t count = number(0, 3); count > 0; --count) list += (list.empty() ? "" : ",") + entry();
    return "{" + (number(0, 3) == 3 ? mapped : "") + R"("mounts":)" +
           (number(0, 9) == 9 ? "null" : "[" + list + "]") + "}";
  }

  static SystemMountsCeiling ceiling() {
    const std::vector<std::string> words{"read-only", "writable"};
    return ceiling_of<SystemMounts>("sysfs: " + one_of(words) + "\ncgroup: " + one_of(words));
  }

  static SystemMountsCeiling lower(const SystemMountsCeiling& than) {
    return {than.sysfs_writable && coin(), than.cgroup_writable && coin()};
  }

  static std::vector<Raised> raised(const Grant& granted) {
    std::vector<Raised> above;
    for (std::size_t entry = 0; entry < granted.size(); ++entry) {
      for (std::size_t power = 0; power < kObserved.size(); ++power) {
        if (granted.at(entry).has(static_cast<unsigned>(power))) continue;
        std::vector<Flags> powers;
        for (std::size_t i = 0; i < granted.size(); ++i) powers.push_back(granted.at(i));
        powers[entry] = powers[entry].with(static_cast<unsigned>(power));
        above.push_back({Grant(std::move(powers)), "has mount " + std::to_string(entry) +
                                                       " of its list without " + kObserved.at(power)});
      }
    }
    return above;
  }

  static Facts facts(const Spec& spec) { return require_value(SystemMounts::facts_of(spec)); }

  // Only the options of its own entries.
  static std::vector<std::string> owned(const Spec& spec) {
    std::vector<std::string> pointers;
    const Facts facts = SystemMountsTrait::facts(spec);
    for (std::size_t index = 0; index < facts.entries.size(); ++index) {
      if (facts.entries[index].kind == controls::SystemMount::none) continue;
      pointers.push_back("/mounts/" + std::to_string(index) + "/options");
    }
    return pointers;
  }

  // An entry keeps its kind: what is no bind does not become one, and nothing is dropped or moved.
  static std::string flaw(const Spec& asked, const Spec& granted) {
    const Facts before = facts(asked);
    const Facts after = facts(granted);
    if (before.entries.size() != after.entries.size()) return "an entry is gone";
    for (std::size_t index = 0; index < before.entries.size(); ++index) {
      if (before.entries[index].kind != after.entries[index].kind) return "an entry has another kind";
    }
    return "";
  }
};

INSTANTIATE_TEST_SUITE_P(SystemMounts, ControlLaws, testing::ValuesIn(of<SystemMountsTrait>()), name_of);

}  // namespace
}  // namespace hardened::laws
