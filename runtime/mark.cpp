#include "runtime/mark.h"

#include "runtime/plan.h"

namespace hardened::runtime {

void write_mark(const controls::Spec& spec, const std::string& policy_id, controls::SpecEdits& edits) {
  bool ours = false;
  if (const auto annotations = spec.find("/annotations")) {
    for (const doc::Member& member : annotations->value().members()) {
      if (member.key.compare(0, kMarkPrefix.size(), kMarkPrefix) != 0) continue;
      if (member.key == kMark && member.value.is(doc::Kind::string) && member.value.text() == policy_id) {
        ours = true;
      } else if (member.key != kMark) {
        edits.remove(doc::child("/annotations", member.key));
      }
    }
  }
  if (!ours) edits.set(doc::child("/annotations", kMark), doc::Value::string(policy_id));
}

}  // namespace hardened::runtime
