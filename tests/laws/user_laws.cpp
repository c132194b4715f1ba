// The laws for users.
#include "controls/user.h"
#include "laws.h"

namespace hardened::laws {
namespace {

using controls::User;

const std::vector<std::string> kIds{"0", "6", "42", "1000", "100006", "2147483647"};
const std::vector<std::string> kNames{"disk", "docker", "shadow"};

std::string list_of(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : ",") + word;
  return "[" + list + "]";
}

struct UserTrait : Trait<User> {
  static std::string document(Scope scope) {
    std::string members;
    const auto add = [&](const std::string& member) { members += (members.empty() ? "" : ",") + member; };
    for (const std::string id : {"uid", "gid"}) {
      if (coin()) add('"' + id + "\":" + one_of(kIds));
    }
    if (coin()) add(R"("umask":18)");
    std::vector<std::string> groups = some_of(kIds);
    if (coin()) groups.push_back(one_of(kIds));
    if (coin()) add(R"("additionalGids":)" + list_of(groups));
    return process_document(scope, R"("user":{)" + members + "}");
  }

  static User::Ceiling ceiling() {
    const std::string run_as = one_of({"any", "any", "non-root", "[0, 42-1000]"});
    std::vector<std::string> groups = some_of(kNames);
    if (coin()) groups.emplace_back("100006");
    return ceiling_of<User>("{run_as: " + run_as + ", protected_groups: " + list_of(groups) + "}");
  }
  static User::Ceiling lower(const User::Ceiling& than) {
    User::Ceiling lowered = than;
    if (coin()) lowered.run_as = minus(lowered.run_as, IdSet::of(0));
    for (const std::string& name : some_of(kNames)) lowered.protected_names.insert(name);
    if (coin()) lowered.protected_groups = IdSet({{0, 10}, {100006, 100006}});
    return lowered;
  }
  static User::Facts facts(const Spec&) {
    const IdMap remapped({{0, 100000, 65536}, {100006, 6, 1}});
    return {{{"disk", 6}, {"shadow", 42}}, coin() ? remapped : IdMap::identity()};
  }

  static std::vector<Raised> raised(const Grant& granted) {
    std::vector<Raised> above;
    const auto raise = [&](IdSet Grant::*field, const std::string& named) {
      Grant grant = granted;
      grant.*field = IdSet::of(77);
      above.push_back({grant, named + " 77"});
    };
    raise(&Grant::uid, "user");
    raise(&Grant::gid, "group");
    raise(&Grant::groups, "in group");
    return above;
  }
};

INSTANTIATE_TEST_SUITE_P(User, ControlLaws, testing::ValuesIn(laws::of<UserTrait>()), laws::name_of);

}  // namespace
}  // namespace hardened::laws
