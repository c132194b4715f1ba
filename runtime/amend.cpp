#include "runtime/amend.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "runtime/kept.h"

namespace hardened::runtime {
namespace {

using doc::Kind;
using doc::Member;
using doc::Value;

bool says_nothing(const Value& value) {
  return value.is(Kind::null) || value.is(Kind::array) || (value.is(Kind::number) && value.text() == "0");
}

}  // namespace

Value laid_over(const Value& below, const Value& above) {
  if (says_nothing(above)) return below;
  if (!above.is(Kind::object)) return above;
  std::vector<Member> members = below.members();
  for (const Member& member : above.members()) {
    const auto found = std::find_if(members.begin(), members.end(),
                                    [&](const Member& one) { return one.key == member.key; });
    if (found != members.end()) {
      found->value = laid_over(found->value, member.value);
    } else if (!says_nothing(member.value)) {
      members.push_back({member.key, laid_over(Value(), member.value), {}});
    }
  }
  return Value::object(std::move(members));
}

Done amend(Host& host, const std::string& root, const std::string& id, const Value& resources) {
  std::optional<Kept> kept = TRY(find_kept(host, root, id));
  if (!kept || !kept->promise) return done();
  Value updated = laid_over(kept->promise->updated, resources);
  if (updated == kept->promise->updated) return done();
  kept->promise->updated = std::move(updated);
  return replace_kept(host, *kept);
}

}  // namespace hardened::runtime
