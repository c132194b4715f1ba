// The laws for mounts of the host's files, among the runtime's own. What the sources are, the trait makes up: sources
// below /p lie in a protected place, such as /p/a/x in two.
#include <array>

#include "controls/mounts.h"
#include "laws.h"

namespace hardened::laws {
namespace {

using controls::MostPropagation;
using controls::MountKind;
using controls::MountPower;
using controls::MountReach;
using controls::Mounts;
using controls::MountsCeiling;
using controls::Placed;
using controls::Reached;

const std::vector<std::string> kPlaces{"/p", "/p/a", "/q", "/"};
const std::vector<std::string> kSources{
    "/p", "/p/a", "/p/a/x", "/q/y", "/r", "/r", "/r", "/d/volumes/v/_data", "/"};
const std::vector<std::string> kKinds{"ext4", "ext4", "ext4", "tmpfs", "proc"};

std::string options() {
  static const std::vector<std::string> words{"ro",      "rw",     "nosuid",   "suid",   "nodev",  "exec",
                                              "rshared", "shared", "rprivate", "rslave", "noexec", "size=1m"};
  switch (number(0, 9)) {
    case 9: return "";
    case 8: return R"(,"options":null)";
    default: break;
  }
  std::string text;
  if (number(0, 3) != 3) text = one_of(std::vector<std::string>{"\"rbind\"", "\"bind\""});
  for (std::uint64_t count = number(0, 3); count > 0; --count)
    text += (text.empty() ? "\"" : ",\"") + one_of(words) + '"';
  return R"(,"options":[)" + text + "]";
}

std::string entry() {
  static const std::vector<std::string> types{R"("type":"bind")", R"("type":"tmpfs")", R"("type":"sysfs")",
                                              R"("type":"bind")", R"("type":"ext4")"};
  static const std::vector<std::string> destinations{"/data", "/data", "/x/y", "/dev"};
  std::string head = number(0, 9) == 9 ? "" : one_of(types) + ",";
  return "{" + head + R"("destination":")" + one_of(destinations) + R"(","source":")" + one_of(kSources) +
         '"' + options() + "}";
}

Placed place(const std::string& path, const std::string& device) {
  Placed made;
  made.path = path;
  made.location = {device, path};
  made.stat.type = Stat::Type::directory;
  return made;
}

std::vector<std::string> some_of(const std::vector<std::string>& words) {
  std::vector<std::string> chosen;
  for (const std::string& word : words) {
    if (coin()) chosen.push_back(word);
  }
  return chosen;
}

std::string list_of(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return "[" + text + "]";
}

constexpr std::array kObserved{
    std::pair{static_cast<unsigned>(MountPower::write), "without ro"},
    std::pair{static_cast<unsigned>(MountPower::suid), "without nosuid"},
    std::pair{static_cast<unsigned>(MountPower::device), "without nodev"},
    std::pair{static_cast<unsigned>(MountPower::execute), "without noexec"},
    std::pair{static_cast<unsigned>(MountReach::swapped), "of another source than was judged"},
    std::pair{static_cast<unsigned>(MountReach::follows), "as a slave"},
    std::pair{static_cast<unsigned>(MountReach::shares), "shared with the host"},
};

struct MountsTrait : Trait<Mounts> {
  static std::string document(Scope) {
    std::string list;
    for (std::uint64_t count = number(0, 3); count > 0; --count) list += (list.empty() ? "" : ",") + entry();
    return R"({"mounts":)" + (number(0, 9) == 9 ? "null" : "[" + list + "]") + "}";
  }

  static MountsCeiling ceiling() {
    return ceiling_of<Mounts>(
        "protected: " + list_of(some_of(kPlaces)) + "\nallow: " + list_of(some_of(kPlaces)) +
        "\ndata_roots: [/d]\nfilesystems: " + list_of(some_of({"ext4", "tmpfs", "proc"})) +
        "\ntypes: " + list_of(some_of({"tmpfs", "ext4"})) +
        "\npropagation: " + one_of(std::vector<std::string>{"private", "slave", "shared"}) +
        "\nrequired: " + list_of(some_of({"nosuid", "nodev", "noexec"})));
  }

  static MountsCeiling lower(const MountsCeiling& than) {
    MountsCeiling low = than;
    for (std::string& path : some_of(kPlaces)) low.guarded.push_back(std::move(path));
    low.allowed = some_of(than.allowed);
    low.filesystems = some_of(than.filesystems);
    low.types = some_of(than.types);
    if (coin()) low.propagation = MostPropagation::apart;
    if (coin()) low.required = low.required.with(static_cast<unsigned>(MountPower::device));
    return low;
  }

  static Facts facts(const Spec& spec) {
    Facts facts;
    for (auto& asked : require_value(controls::asked_mounts(spec)))
      facts.entries.push_back({std::move(asked), "", std::nullopt});
    for (const std::string& path : kPlaces) facts.places.emplace(path, place(path, "8:1"));
    facts.places.emplace("/d", place("/d", "8:1"));
    facts.homes["8:1"].whole = {"/"};
    facts.sockets_known = true;
    for (Facts::Entry& one : facts.entries) {
      if (one.asked.kind != MountKind::bind) continue;
      // What a source lies on is the host's, and the same whenever it is asked for.
      Reached reached;
      reached.place = place(one.asked.source, "8:1");
      reached.kind = kKinds.at(one.asked.source.size() % kKinds.size());
      one.source = facts.sources.size();
      facts.sources.push_back({std::move(reached), {}});
    }
    return facts;
  }

  static std::vector<Raised> raised(const Grant& granted) {
    std::vector<Raised> above;
    for (std::size_t entry = 0; entry < granted.size(); ++entry) {
      for (const auto& [power, words] : kObserved) {
        if (granted.at(entry).has(power)) continue;
        std::vector<Flags> powers;
        for (std::size_t i = 0; i < granted.size(); ++i) powers.push_back(granted.at(i));
        powers[entry] = powers[entry].with(power);
        above.push_back(
            {Grant(std::move(powers)), "has mount " + std::to_string(entry) + " of its list " + words});
      }
    }
    return above;
  }

  // Only the options of its own entries.
  static std::vector<std::string> owned(const Spec& spec) {
    std::vector<std::string> pointers;
    const auto asked = require_value(controls::asked_mounts(spec));
    for (std::size_t index = 0; index < asked.size(); ++index) {
      if (asked[index].kind == MountKind::system) continue;
      pointers.push_back("/mounts/" + std::to_string(index) + "/options");
    }
    return pointers;
  }

  // No entry is gone, and none shows another thing.
  static std::string flaw(const Spec& asked, const Spec& granted) {
    const auto before = require_value(controls::asked_mounts(asked));
    const auto after = require_value(controls::asked_mounts(granted));
    if (before.size() != after.size()) return "an entry is gone";
    for (std::size_t index = 0; index < before.size(); ++index) {
      if (before[index].kind != after[index].kind || before[index].source != after[index].source ||
          before[index].destination != after[index].destination ||
          before[index].recursive != after[index].recursive)
        return "an entry is another";
    }
    return "";
  }
};

INSTANTIATE_TEST_SUITE_P(Mounts, ControlLaws, testing::ValuesIn(of<MountsTrait>()), name_of);

}  // namespace
}  // namespace hardened::laws
