#include "documents.h"

#include <algorithm>

#include "core/doc/edit.h"
#include "core/doc/json.h"

namespace hardened::laws {
namespace {

bool below(std::string_view pointer, std::string_view root) {
  return pointer.substr(0, root.size()) == root &&
         (pointer.size() == root.size() || pointer[root.size()] == '/');
}

// The first place on the way to `pointer` at which the document has nothing, or the pointer itself.
std::string first_gap(const doc::Document& document, const std::string& pointer) {
  for (std::size_t slash = pointer.find('/', 1); slash != std::string::npos;
       slash = pointer.find('/', slash + 1)) {
    const doc::Value* value = doc::resolve(document.root, std::string_view(pointer).substr(0, slash));
    if (value == nullptr || value->is(doc::Kind::null)) return pointer.substr(0, slash);
  }
  return pointer;
}

}  // namespace

std::string process_document(controls::Scope scope, const std::string& members) {
  const std::string process = "{" + members + "}";
  if (scope == controls::Scope::process) return process;
  if (members.empty() && coin()) return one_of({"{}", R"({"process":null})"});
  return R"({"process":)" + process + "}";
}

std::string resources_document(controls::Scope scope, const std::string& members) {
  const std::string resources = "{" + members + "}";
  if (scope == controls::Scope::resources) return resources;
  if (members.empty() && coin()) return one_of({"{}", R"({"linux":{}})", R"({"linux":{"resources":null}})"});
  return R"({"linux":{"seccomp":null,"resources":)" + resources + "}}";
}

doc::Document read_text(std::string json) {
  return require_value(doc::read_json("config.json", std::move(json)));
}

std::string apply_all(const doc::Document& document, const controls::SpecEdits& edits) {
  return require_value(doc::apply(document, edits.edits()));
}

std::string_view scope_name(controls::Scope scope) {
  switch (scope) {
    case controls::Scope::bundle: return "bundle";
    case controls::Scope::process: return "process";
    case controls::Scope::resources: return "resources";
  }
  return "";
}

bool lies_below_one(std::string_view pointer, std::span<const std::string_view> owned) {
  return std::any_of(owned.begin(), owned.end(), [&](std::string_view root) { return below(pointer, root); });
}

bool is_printable_line(std::string_view text) {
  return text.size() <= 4096 && std::none_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
         });
}

std::pair<std::string, std::string> outside_of(const std::vector<std::string>& owned,
                                               const controls::Spec& before, const controls::Spec& after) {
  std::vector<std::string> places;
  for (const std::string& pointer : owned) {
    if (!before.covers(pointer)) continue;
    places.push_back(first_gap(before.document(), pointer.substr(controls::root_of(before.scope()).size())));
  }
  std::sort(places.begin(), places.end(),
            [](const std::string& a, const std::string& b) { return a.size() < b.size(); });
  doc::Edits cut;
  std::vector<std::string> cut_already;
  for (const std::string& place : places) {
    const auto covers = [&](const std::string& above) { return below(place, above); };
    if (std::any_of(cut_already.begin(), cut_already.end(), covers)) continue;
    cut_already.push_back(place);
    cut.remove(place);
  }
  return {require_value(doc::apply(before.document(), cut)),
          require_value(doc::apply(after.document(), cut))};
}

}  // namespace hardened::laws
