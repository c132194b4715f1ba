#include "ctl/daemon_json.h"

#include <algorithm>
#include <utility>

#include "core/doc/cursor.h"
#include "core/doc/edit.h"
#include "core/doc/json.h"

namespace hardened::ctl {
namespace {

using doc::Kind;
using doc::Value;

constexpr std::string_view kRuntimes = "runtimes";
constexpr std::string_view kDefault = "default-runtime";
constexpr std::string_view kPath = "path";
constexpr std::string_view kInterimDefault = "runc";
constexpr const char* kRuntimesPointer = "/runtimes";
constexpr const char* kDefaultPointer = "/default-runtime";
constexpr std::string_view kBlanks = " \t\r\n";

std::string pointer_to(std::string_view name) { return doc::child(kRuntimesPointer, name); }

Value entry(const std::string& path) {
  return Value::object({{std::string(kPath), Value::string(path), {}}});
}

// How a file is laid out, told by the first member of its root.
struct Layout {
  std::string line;  // what ends a line; "" where all of it stands on one
  std::string step;  // one level deeper
  std::string colon;
};

std::string_view between(std::string_view text, std::uint32_t begin, std::uint32_t end) {
  return text.substr(begin, end - begin);
}

// What stands before the key of a member of that object: a blank, or a new line and its indentation.
std::string_view before_key(std::string_view text, const Value& object, std::size_t index) {
  const std::vector<doc::Member>& members = object.members();
  const std::uint32_t from = index == 0 ? object.range().begin + 1 : members[index - 1].value.range().end;
  std::string_view gap = between(text, from, members[index].key_range.begin);
  if (const std::size_t comma = gap.find(','); comma != std::string_view::npos) gap.remove_prefix(comma + 1);
  return gap;
}

Layout layout_of(const doc::Document& document) {
  const std::string_view text = document.text;
  const std::string line = text.find("\r\n") == std::string_view::npos ? "\n" : "\r\n";
  const std::vector<doc::Member>& members = document.root.members();
  if (members.empty()) return {line, "  ", ": "};
  const std::string_view lead = before_key(text, document.root, 0);
  const std::string_view colon =
      between(text, members.front().key_range.end, members.front().value.range().begin);
  const std::size_t end = lead.rfind('\n');
  if (end == std::string_view::npos) return {"", "", std::string(colon)};
  return {line, std::string(lead.substr(end + 1)), std::string(colon)};
}

std::string new_line(const Layout& layout, std::size_t depth) {
  std::string text = layout.line;
  for (std::size_t level = 0; level < depth && !layout.line.empty(); ++level) text += layout.step;
  return text;
}

std::string laid_out(const Value& value, const Layout& layout, std::size_t depth) {
  if (!value.is(Kind::object) || value.members().empty()) return doc::print(value);
  std::string text = "{";
  for (const doc::Member& member : value.members()) {
    if (&member != &value.members().front()) text += ",";
    text += new_line(layout, depth + 1) + doc::print(Value::string(member.key)) + layout.colon +
            laid_out(member.value, layout, depth + 1);
  }
  return text + new_line(layout, depth) + "}";
}

// A new member behind the last one of an object, whose own members stand `depth` levels deep.
std::string with_member(const doc::Document& document, const Value& object, std::size_t depth,
                        const doc::Member& member) {
  Layout layout = layout_of(document);
  std::string text = document.text;
  const std::string key = doc::print(Value::string(member.key)) + layout.colon;
  if (object.members().empty()) {
    const std::size_t inside = object.range().begin + 1;
    const std::string all =
        new_line(layout, depth) + key + laid_out(member.value, layout, depth) + new_line(layout, depth - 1);
    return text.replace(inside, object.range().end - 1 - inside, all);
  }
  const std::string lead(before_key(document.text, object, object.members().size() - 1));
  if (lead.find('\n') == std::string::npos) layout.line.clear();
  const std::string added = "," + lead + key + laid_out(member.value, layout, depth);
  return text.insert(object.members().back().value.range().end, added);
}

std::string with_value(const doc::Document& document, const Value& old, const std::string& value) {
  std::string text = document.text;
  return text.replace(old.range().begin, old.range().end - old.range().begin, value);
}

std::string with_runtime(const doc::Document& document, const std::string& name, const std::string& path) {
  const Value* runtimes = document.root.find(kRuntimes);
  if (runtimes == nullptr) {
    const Value object = Value::object({{name, entry(path), {}}});
    return with_member(document, document.root, 1, {std::string(kRuntimes), object, {}});
  }
  const Layout layout = layout_of(document);
  if (runtimes->is(Kind::null)) {
    return with_value(document, *runtimes, laid_out(Value::object({{name, entry(path), {}}}), layout, 1));
  }
  const Value* old = runtimes->find(name);
  if (old != nullptr) return with_value(document, *old, laid_out(entry(path), layout, 2));
  return with_member(document, *runtimes, 2, {name, entry(path), {}});
}

std::string with_default(const doc::Document& document, const std::string& name) {
  const Value value = Value::string(name);
  const Value* old = document.root.find(kDefault);
  if (old != nullptr) return with_value(document, *old, doc::print(value));
  return with_member(document, document.root, 1, {std::string(kDefault), value, {}});
}

// The same, said by the document model alone: what our layout must not differ from.
Result<Value> meant(const doc::Document& settings, const OurSettings& ours) {
  doc::Edits edits;
  for (const auto& [name, path] : ours.runtimes) {
    if (registered(settings, name) != path) edits.set(pointer_to(name), entry(path));
  }
  if (ours.default_runtime) edits.set(kDefaultPointer, Value::string(*ours.default_runtime));
  std::string text = TRY(doc::apply(settings, edits));
  doc::Document document = TRY(doc::read_json(settings.name, std::move(text)));
  return document.root;
}

// Are all members of `runtimes` to go?
bool empties(const Value& runtimes, const doc::Document& settings, const OurSettings& ours,
             const FormerSettings& before) {
  return std::all_of(runtimes.members().begin(), runtimes.members().end(), [&](const doc::Member& member) {
    const auto own = ours.runtimes.find(member.key);
    const auto old = before.runtimes.find(member.key);
    const bool replaced = old != before.runtimes.end() && !old->second.is(Kind::null);
    return own != ours.runtimes.end() && registered(settings, member.key) == own->second && !replaced;
  });
}

void put_back(doc::Edits& edits, const std::string& pointer, const Value& value) {
  if (value.is(Kind::null)) {
    edits.remove(pointer);
  } else {
    edits.set(pointer, value);
  }
}

}  // namespace

Result<doc::Document> read_settings(const std::string& name, std::string bytes) {
  // dockerd reads an empty file as no settings since version 23.
  if (bytes.find_first_not_of(kBlanks) == std::string::npos) bytes = "{}\n";
  doc::Document document = TRY(doc::read_json(name, std::move(bytes)));
  const doc::Cursor root(document, document.root);
  if (root.kind() != Kind::object) return root.error("expected an object: these are no settings of dockerd");
  if (const auto runtimes = root.find(kRuntimes); runtimes && runtimes->kind() != Kind::object) {
    return runtimes->error("expected an object of runtimes");
  }
  if (const auto chosen = root.find(kDefault)) TRY(chosen->text());
  return document;
}

std::optional<std::string> registered(const doc::Document& settings, std::string_view name) {
  const Value* runtimes = settings.root.find(kRuntimes);
  const Value* runtime = runtimes == nullptr ? nullptr : runtimes->find(name);
  if (runtime == nullptr) return std::nullopt;
  const Value* path = runtime->find(kPath);
  return path == nullptr ? "" : path->text();
}

std::optional<std::string> default_runtime(const doc::Document& settings) {
  const Value* value = settings.root.find(kDefault);
  if (value == nullptr || !value->is(Kind::string)) return std::nullopt;
  return value->text();
}

FormerSettings former(const doc::Document& settings, const OurSettings& ours) {
  FormerSettings before;
  const Value* runtimes = settings.root.find(kRuntimes);
  before.had_runtimes = runtimes != nullptr && runtimes->is(Kind::object);
  for (const auto& [name, path] : ours.runtimes) {
    const Value* old = runtimes == nullptr ? nullptr : runtimes->find(name);
    before.runtimes[name] = old == nullptr ? Value() : *old;
  }
  const Value* chosen = settings.root.find(kDefault);
  if (ours.default_runtime && chosen != nullptr) before.default_runtime = *chosen;
  return before;
}

Result<std::string> with_ours(const doc::Document& settings, const OurSettings& ours) {
  doc::Document at = settings;
  const auto then = [&at](std::string text) -> Done {
    at = TRY(doc::read_json(at.name, std::move(text)));
    return done();
  };
  for (const auto& [name, path] : ours.runtimes) {
    if (registered(at, name) != path) TRY(then(with_runtime(at, name, path)));
  }
  if (ours.default_runtime && default_runtime(at) != ours.default_runtime) {
    TRY(then(with_default(at, *ours.default_runtime)));
  }
  const Value wanted = TRY(meant(settings, ours));
  if (at.root != wanted)
    return Error{Fault::internal, settings.name + " would say something else than it should"};
  return at.text;
}

Result<std::string> without_ours(const doc::Document& settings, const OurSettings& ours,
                                 const FormerSettings& before) {
  doc::Edits edits;
  const Value* runtimes = settings.root.find(kRuntimes);
  const bool known = runtimes != nullptr && !runtimes->members().empty();
  if (known && !before.had_runtimes && empties(*runtimes, settings, ours, before)) {
    edits.remove(kRuntimesPointer);
  } else {
    for (const auto& [name, path] : ours.runtimes) {
      if (registered(settings, name) != path) continue;
      const auto old = before.runtimes.find(name);
      put_back(edits, pointer_to(name), old == before.runtimes.end() ? Value() : old->second);
    }
  }
  if (ours.default_runtime && default_runtime(settings) == ours.default_runtime) {
    put_back(edits, kDefaultPointer, before.default_runtime);
  }
  return doc::apply(settings, edits);
}

InterimSettings unsaid(const doc::Document& settings) {
  return {.runtimes = settings.root.find(kRuntimes) == nullptr,
          .default_runtime = settings.root.find(kDefault) == nullptr};
}

InterimSettings standing(const doc::Document& settings, const InterimSettings& interim) {
  const Value* runtimes = settings.root.find(kRuntimes);
  const bool none = runtimes != nullptr && runtimes->is(Kind::object) && runtimes->members().empty();
  return {.runtimes = interim.runtimes && none,
          .default_runtime = interim.default_runtime && default_runtime(settings) == kInterimDefault};
}

Result<std::string> with_interim(const doc::Document& settings, const InterimSettings& interim) {
  doc::Edits edits;
  if (interim.runtimes) edits.set(kRuntimesPointer, Value::object({}));
  if (interim.default_runtime) edits.set(kDefaultPointer, Value::string(std::string(kInterimDefault)));
  return doc::apply(settings, edits);
}

Result<std::string> without_interim(const doc::Document& settings, const InterimSettings& interim) {
  const InterimSettings ours = standing(settings, interim);
  doc::Edits edits;
  if (ours.runtimes) edits.remove(kRuntimesPointer);
  if (ours.default_runtime) edits.remove(kDefaultPointer);
  return doc::apply(settings, edits);
}

}  // namespace hardened::ctl
