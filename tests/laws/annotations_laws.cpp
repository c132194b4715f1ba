// The laws for annotations, among those of others.
#include <set>

#include "controls/annotations.h"
#include "laws.h"

namespace hardened::laws {
namespace {

using controls::AnnotationRule;
using controls::Annotations;

const std::vector<std::string> kNames{"com.example.note",
                                      "io.podman.annotations.init",
                                      "",
                                      "org.systemd.property.TasksMax",
                                      "org.systemd.property.KillSignal",
                                      "run.oci.handler",
                                      "run.oci.seccomp.receiver",
                                      "io.hardened.policy",
                                      "bundle=x",
                                      "a/b~c"};
const std::vector<std::string> kRules{
    "\"*\"", "engine-default", "\"com.example.*\"", "-com.example.note", "\"-io.podman.*\"", "a/b~c"};

std::string list_of(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
  return list;
}

struct AnnotationsTrait : Trait<Annotations> {
  static std::string document(Scope) {
    std::vector<std::string> notes;
    for (const std::string& name : some_of(kNames))
      notes.push_back('"' + name + "\":\"" + one_of({"9", "", "uint64 5"}) + '"');
    return R"({"annotations":)" + (number(0, 9) == 9 ? "null" : "{" + list_of(notes) + "}") + "}";
  }
  static Annotations::Ceiling ceiling() {
    return ceiling_of<Annotations>("{allow: [" + list_of(some_of(kRules)) + "]}");
  }
  static Annotations::Ceiling lower(const Annotations::Ceiling& than) {
    Annotations::Ceiling lowered;
    for (const AnnotationRule& rule : than) {
      if (rule.taken || coin()) lowered.push_back(rule);
    }
    if (coin()) lowered.push_back({"io.", true, true});
    return lowered;
  }
  static Annotations::Facts facts(const Spec& spec) { return {require_value(Annotations::read(spec, {}))}; }
  // Not those of seccomp and of the mark.
  static std::vector<std::string> owned(const Spec& spec) {
    std::vector<std::string> pointers;
    const Annotations::Facts known = facts(spec);
    for (const Annotations::Note& note : known.asked.items())
      pointers.push_back(doc::child("/annotations", note.first));
    return pointers;
  }
  // Nothing shows the annotations that a container has (annotations.cpp, observe): what is said of one is proved all the same.
  static std::vector<Raised> raised(const Grant& granted) {
    std::set<Annotations::Note> held = granted.items();
    held.emplace("run.oci.handler", "krun");
    return {{Grant(std::move(held)), "run.oci.handler"}};
  }
};

INSTANTIATE_TEST_SUITE_P(Annotations, ControlLaws, testing::ValuesIn(laws::of<AnnotationsTrait>()),
                         laws::name_of);

}  // namespace
}  // namespace hardened::laws
