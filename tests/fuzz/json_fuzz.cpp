// What the JSON reader accepts can be edited: the result is accepted again, is the tree that the
// edits mean, and holds every untouched value byte for byte.
//
// Input: the document, then a NUL, then bytes that choose the edits (without a NUL the document's
// own bytes choose).
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/doc/edit.h"
#include "core/doc/json.h"
#include "tests/fuzz/require.h"

namespace {

using namespace hardened::doc;
using hardened::fuzz::require;

using Path = std::vector<std::string>;

struct Step {
  Path path;
  std::optional<Value> value;  // nothing: remove
};

bool begins_with(const Path& path, const Path& head) {
  return head.size() <= path.size() && std::equal(head.begin(), head.end(), path.begin());
}

Path below(Path path, const std::string& token) {
  path.push_back(token);
  return path;
}

// ---- the edits that an input asks for

class Chooser {
 public:
  explicit Chooser(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] bool more() const { return !bytes_.empty(); }
  std::size_t below(std::size_t bound) {
    if (bytes_.empty()) return 0;
    const auto byte = static_cast<unsigned char>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte % bound;
  }

 private:
  std::string_view bytes_;
};

Value new_value(Chooser& choose) {
  switch (choose.below(6)) {
    case 0: return Value{};
    case 1: return Value::boolean(true);
    case 2: return Value::number(std::int64_t{-7});
    case 3: return Value::string("new \"\\\n\x7f/~\xc3\xa4");
    case 4: return Value::array({Value::lexeme("1.50"), Value::object({})});
    default: return Value::object({Member{"k", Value::array({}), {}}});
  }
}

// Goes down from the root, a byte a step, and perhaps on into what is not there.
Path choose_path(Chooser& choose, const Value& root) {
  Path path;
  const Value* at = &root;
  while (at != nullptr && path.size() < 8) {
    const std::size_t size = at->is(Kind::object) ? at->members().size() : at->items().size();
    const std::size_t pick = choose.below(size + 2);
    if (pick < size) {
      path.push_back(at->is(Kind::object) ? at->members()[pick].key : std::to_string(pick));
      at = at->is(Kind::object) ? &at->members()[pick].value : &at->items()[pick];
      continue;
    }
    if (pick == size) break;
    if (at->is(Kind::array)) path.push_back("-");
    if (at->is(Kind::object) || at->is(Kind::null)) path.push_back("new/~" + std::to_string(choose.below(3)));
    if (!at->is(Kind::array) && !path.empty() && choose.below(2) == 1) path.push_back("deeper");
    break;
  }
  return path;
}

// Can this be set or removed, beside the others, without misuse?
bool fits(const Value& root, const std::vector<Step>& steps, const Step& step) {
  if (step.path.empty() && !step.value) return false;
  const Value* parent = nullptr;
  const Value* at = &root;
  for (const std::string& token : step.path) {
    const bool container = at->is(Kind::object) || at->is(Kind::array) || at->is(Kind::null);
    if (!container && step.value) return false;
    parent = at;
    const Value* next = resolve(*at, child("", token));
    if (next == nullptr) break;
    at = next;
  }
  const bool append = step.value && parent != nullptr && parent->is(Kind::array) && step.path.back() == "-";
  return std::none_of(steps.begin(), steps.end(), [&](const Step& other) {
    if (other.path == step.path) return !append || !other.value;
    return begins_with(step.path, other.path) || begins_with(other.path, step.path);
  });
}

std::vector<Step> choose_steps(Chooser choose, const Value& root) {
  std::vector<Step> steps;
  for (int i = 0; i < 6 && choose.more(); ++i) {
    Step step{choose_path(choose, root), std::nullopt};
    if (choose.below(3) != 0) step.value = new_value(choose);
    if (fits(root, steps, step)) steps.push_back(std::move(step));
  }
  return steps;
}

std::string pointer(const Path& path) {
  std::string out;
  for (const std::string& token : path) out = child(out, token);
  return out;
}

// ---- what those edits mean, said over trees

const Step* exactly(const std::vector<Step>& steps, const Path& path) {
  const auto found = std::find_if(steps.begin(), steps.end(), [&](const Step& s) { return s.path == path; });
  return found == steps.end() ? nullptr : &*found;
}

bool touched(const std::vector<Step>& steps, const Path& path) {
  return std::any_of(steps.begin(), steps.end(), [&](const Step& s) { return begins_with(s.path, path); });
}

bool sets_below(const std::vector<Step>& steps, const Path& path) {
  return std::any_of(steps.begin(), steps.end(),
                     [&](const Step& s) { return s.value && begins_with(s.path, path); });
}

Value meant(const Value& source, const Path& path, const std::vector<Step>& steps);

Value meant_object(const Value& source, const Path& path, const std::vector<Step>& steps) {
  std::vector<Member> members;
  for (const Member& member : source.members()) {
    const Path here = below(path, member.key);
    const Step* step = exactly(steps, here);
    if (step != nullptr && !step->value) continue;
    members.push_back(Member{member.key, meant(member.value, here, steps), {}});
  }
  for (const Step& step : steps) {
    if (!step.value || !begins_with(step.path, path) || step.path.size() == path.size()) continue;
    const std::string& key = step.path[path.size()];
    const bool there =
        std::any_of(members.begin(), members.end(), [&](const Member& m) { return m.key == key; });
    if (!there) members.push_back(Member{key, meant(Value{}, below(path, key), steps), {}});
  }
  return Value::object(std::move(members));
}

Value meant_array(const Value& source, const Path& path, const std::vector<Step>& steps) {
  std::vector<Value> items;
  for (std::size_t i = 0; i < source.items().size(); ++i) {
    const Path here = below(path, std::to_string(i));
    const Step* step = exactly(steps, here);
    if (step == nullptr || step->value) items.push_back(meant(source.items()[i], here, steps));
  }
  for (const Step& step : steps) {
    if (step.value && step.path == below(path, "-")) items.push_back(*step.value);
  }
  return Value::array(std::move(items));
}

Value meant(const Value& source, const Path& path, const std::vector<Step>& steps) {
  if (const Step* step = exactly(steps, path)) return *step->value;
  if (source.is(Kind::object)) return meant_object(source, path, steps);
  if (source.is(Kind::array)) return meant_array(source, path, steps);
  return sets_below(steps, path) ? meant_object(Value::object({}), path, steps) : source;
}

// ---- what must hold

std::string_view bytes(const Document& document, const Value& value) {
  return std::string_view(document.text).substr(value.range().begin, value.range().end - value.range().begin);
}

int depth(const Value& value) {
  int deepest = 0;
  for (const Value& item : value.items()) deepest = std::max(deepest, depth(item));
  for (const Member& member : value.members()) deepest = std::max(deepest, depth(member.value));
  return value.is(Kind::array) || value.is(Kind::object) ? deepest + 1 : 0;
}

void places_are_nested(const Document& document, const Value& value) {
  std::uint32_t at = value.range().begin;
  const auto follows = [&](Range range) {
    require(range.begin >= at && range.end > range.begin && range.end <= value.range().end,
            "places are nested");
    at = range.end;
  };
  for (const Value& item : value.items()) {
    follows(item.range());
    places_are_nested(document, item);
  }
  for (const Member& member : value.members()) {
    follows(member.key_range);
    follows(member.value.range());
    places_are_nested(document, member.value);
  }
  if (value.is(Kind::number)) require(bytes(document, value) == value.text(), "a number is its bytes");
  if (!value.items().empty() || !value.members().empty()) return;
  const auto alone = read_json("alone", std::string(bytes(document, value)));
  require(alone.ok() && alone->root == value, "a value's bytes are the value", bytes(document, value));
}

struct Both {
  const Document* before;
  const Document* after;
};

void untouched_bytes_stay(Both both, const Value& before, const Value& after, const Path& path,
                          const std::vector<Step>& steps) {
  if (!touched(steps, path)) {
    require(bytes(*both.before, before) == bytes(*both.after, after), "an untouched value keeps its bytes");
    return;
  }
  if (exactly(steps, path) != nullptr) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < before.items().size(); ++i) {
    const Path here = below(path, std::to_string(i));
    const Step* step = exactly(steps, here);
    if (step != nullptr && !step->value) continue;
    untouched_bytes_stay(both, before.items()[i], after.items().at(kept++), here, steps);
  }
  for (const Member& member : before.members()) {
    const Path here = below(path, member.key);
    const Step* step = exactly(steps, here);
    if (step != nullptr && !step->value) continue;
    untouched_bytes_stay(both, member.value, *after.find(member.key), here, steps);
  }
}

void edits_mean_what_they_say(const Document& document, const std::vector<Step>& steps) {
  const Value wanted = meant(document.root, {}, steps);
  if (depth(wanted) > kDeepest) return;
  Edits edits;
  for (const Step& step : steps) {
    step.value ? edits.set(pointer(step.path), *step.value) : edits.remove(pointer(step.path));
  }
  const auto text = apply(document, edits);
  require(text.ok(), "fitting edits are applied", text ? "" : text.error().what);
  const auto again = read_json("config.json", *text);
  require(again.ok(), "what was edited is accepted again", *text);
  require(again->root == wanted, "and is the tree that was meant", *text);
  untouched_bytes_stay({&document, &again.value()}, document.root, again->root, {}, steps);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(input.find('\0'), input.size());
  const std::string_view script = end < input.size() ? input.substr(end + 1) : input;
  const auto document = read_json("config.json", std::string(input.substr(0, end)));
  if (!document) {
    require(document.error().what.rfind("config.json:", 0) == 0, "a refusal says its place",
            document.error().what);
    return 0;
  }
  places_are_nested(*document, document->root);
  for (const std::string& text : {print(document->root), print_canonical(document->root)}) {
    const auto again = read_json("config.json", text);
    require(again.ok() && again->root == document->root, "printed and read again it is the same", text);
  }
  edits_mean_what_they_say(*document, choose_steps(Chooser(script), document->root));
  return 0;
}
