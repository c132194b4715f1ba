// The laws for namespaces.
#include "controls/namespaces.h"
#include "laws.h"

namespace hardened::laws {
namespace {

using controls::kNameSpaceKinds;
using controls::NameSpaceKind;
using controls::Namespaces;
using controls::Sharing;

const std::vector<std::string> kWords{"own", "joined", "foreign", "any"};

std::string mapping() {
  return R"([{"containerID":0,"hostID":)" + one_of({"100000", "0", "4294967295"}) + R"(,"size":)" +
         one_of({"65536", "0", "1"}) + "}]";
}

struct NamespacesTrait : Trait<Namespaces> {
  static std::string document(Scope) {
    std::string list;
    for (std::size_t i = 0; i < kNameSpaceKinds; ++i) {
      const auto kind = static_cast<NameSpaceKind>(i);
      if (number(0, 4) == 4) continue;
      const bool joins = number(0, 9) == 9;
      list += (list.empty() ? "" : ",") + std::string(R"({"type":")") + std::string(controls::name(kind)) +
              (joins ? R"(","path":"/x/)" + one_of({"joined", "foreign", "any"}) : "") + "\"}";
    }
    std::string members = number(0, 19) == 19 ? R"("namespaces":null)" : R"("namespaces":[)" + list + "]";
    if (coin()) members += R"(,"uidMappings":)" + mapping() + R"(,"gidMappings":)" + mapping();
    if (coin()) members += R"(,"timeOffsets":)" + one_of({"{}", R"({"boottime":{"secs":5}})", "null"});
    return R"({"linux":{)" + members + "}}";
  }

  static Sharing draw_sharing() { return static_cast<Sharing>(3 - number(0, 3)); }
  static Namespaces::Ceiling ceiling() {
    std::string rule;
    for (const std::string_view key : Namespaces::keys) {
      const bool of_clocks = key == "time_offsets";
      rule += std::string(key) + ": " + (of_clocks ? one_of({"any", "none"}) : kWords.at(3 - number(0, 3))) +
              "\n";
    }
    return ceiling_of<Namespaces>(rule);
  }
  static Namespaces::Ceiling lower(const Namespaces::Ceiling& than) {
    Namespaces::Ceiling lowered = than;
    for (Sharing& kind : lowered.kinds) kind = std::min(kind, draw_sharing());
    lowered.time_offsets = than.time_offsets && coin();
    return lowered;
  }

  // A path says what stands there.
  static Namespaces::Facts facts(const Spec& spec) {
    const auto asked = require_value(controls::namespaces_asked(spec));
    Namespaces::Facts facts;
    for (std::size_t i = 0; i < kNameSpaceKinds; ++i) {
      const auto& entry = asked.entries.at(i);
      auto& judged = facts.kinds.at(i);
      judged.pointer = entry.index ? doc::child(Namespaces::owned[0], *entry.index) : Namespaces::owned[0];
      judged.path = entry.path;
      if (!entry.index) continue;
      const auto word = std::find(kWords.begin(), kWords.end(),
                                  entry.path.substr(std::min<std::size_t>(3, entry.path.size())));
      judged.sharing = word == kWords.end() ? Sharing::own : static_cast<Sharing>(word - kWords.begin());
    }
    return facts;
  }

  // One kind at a time in the host's, another's ids, moved clocks.
  static std::vector<Raised> raised(const Grant& granted) {
    std::vector<Raised> above;
    for (std::size_t i = 0; i < kNameSpaceKinds; ++i) {
      if (granted.kinds.at(i) == Sharing::host) continue;
      Grant grant = granted;
      grant.kinds.at(i) = Sharing::host;
      above.push_back({grant, std::string(controls::name(static_cast<NameSpaceKind>(i))) + " namespace"});
    }
    if (!granted.uids.has(7)) {
      Grant grant = granted;
      grant.uids = IdSet::of(7);
      above.push_back({grant, "users of the host mapped: 7"});
    }
    if (!granted.clocks.yes()) {
      Grant grant = granted;
      grant.clocks = Permitted(true);
      above.push_back({grant, "clocks"});
    }
    return above;
  }
};

INSTANTIATE_TEST_SUITE_P(Namespaces, ControlLaws, testing::ValuesIn(laws::of<NamespacesTrait>()),
                         laws::name_of);

}  // namespace
}  // namespace hardened::laws
