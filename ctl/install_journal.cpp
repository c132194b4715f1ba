#include "ctl/install_journal.h"

#include <algorithm>
#include <utility>

#include "core/doc/cursor.h"
#include "core/doc/json.h"
#include "ctl/value_text.h"

namespace hardened::ctl {
namespace {

using doc::Cursor;
using doc::Kind;
using doc::Member;
using doc::Value;

constexpr std::int64_t kVersion = 1;
constexpr std::string_view kInterimRuntimes = "runtimes";
constexpr std::string_view kInterimDefault = "default-runtime";
constexpr std::string_view kInterimFile = "file";
constexpr std::size_t kMostJournal = std::size_t{4} * 1024 * 1024;  // an old daemon.json's entries are in it

std::vector<std::string> interim_of(const DockerJournal& docker) {
  std::vector<std::string> said;
  if (docker.interim.runtimes) said.emplace_back(kInterimRuntimes);
  if (docker.interim.default_runtime) said.emplace_back(kInterimDefault);
  if (docker.interim_file) said.emplace_back(kInterimFile);
  return said;
}

Value encode(const DockerJournal& docker) {
  std::vector<Member> runtimes;
  for (const auto& [name, path] : docker.ours.runtimes) runtimes.push_back({name, text(path), {}});
  std::vector<Member> before;
  for (const auto& [name, value] : docker.before.runtimes) before.push_back({name, value, {}});
  std::vector<Member> members{{"named", text(docker.named), {}},
                              {"config", text(docker.config), {}},
                              {"existed", Value::boolean(docker.existed), {}},
                              {"backup", text(docker.backup), {}},
                              {"runtimes", Value::object(std::move(runtimes)), {}}};
  if (docker.ours.default_runtime) members.push_back({"default", text(*docker.ours.default_runtime), {}});
  members.push_back({"had_runtimes", Value::boolean(docker.before.had_runtimes), {}});
  members.push_back({"former_runtimes", Value::object(std::move(before)), {}});
  members.push_back({"former_default", docker.before.default_runtime, {}});
  members.push_back({"written", texts(docker.written), {}});
  members.push_back({"foreign", Value::boolean(docker.foreign), {}});
  const std::vector<std::string> interim = interim_of(docker);
  if (!interim.empty()) members.push_back({"interim", texts(interim), {}});
  return Value::object(std::move(members));
}

Value encode(const ShadowJournal& shadow) {
  std::vector<Value> links;
  for (const FormerLink& link : shadow.links) {
    std::vector<Member> members{{"path", text(link.path), {}}};
    if (link.pointed) members.push_back({"pointed", text(*link.pointed), {}});
    links.push_back(Value::object(std::move(members)));
  }
  return Value::object({{"runc", text(shadow.runc), {}},
                        {"aside", text(shadow.aside), {}},
                        {"links", Value::array(std::move(links)), {}},
                        {"program", text(shadow.program), {}}});
}

Result<std::string> read_text(const Cursor& from, std::string_view key) {
  const Cursor value = TRY(from.need(key));
  const std::string_view text = TRY(value.text());
  return std::string(text);
}

Result<bool> read_flag(const Cursor& from, std::string_view key) {
  const Cursor value = TRY(from.need(key));
  return value.boolean();
}

Result<std::vector<std::string>> read_texts(const Cursor& from, std::string_view key) {
  const Cursor list = TRY(from.need(key));
  std::vector<std::string> values;
  const std::vector<Cursor> items = TRY(list.items());
  for (const Cursor& item : items) {
    const std::string_view value = TRY(item.text());
    values.emplace_back(value);
  }
  return values;
}

// A journal of before it said so has none.
Done read_interim(const Cursor& from, DockerJournal& docker) {
  if (!from.find("interim")) return done();
  const std::vector<std::string> said = TRY(read_texts(from, "interim"));
  const auto says = [&said](std::string_view what) {
    return std::find(said.begin(), said.end(), what) != said.end();
  };
  docker.interim = {.runtimes = says(kInterimRuntimes), .default_runtime = says(kInterimDefault)};
  docker.interim_file = says(kInterimFile);
  return done();
}

Result<DockerJournal> read_docker(const Cursor& from) {
  DockerJournal docker;
  docker.named = TRY(read_text(from, "named"));
  docker.config = TRY(read_text(from, "config"));
  docker.existed = TRY(read_flag(from, "existed"));
  docker.backup = TRY(read_text(from, "backup"));
  const Cursor runtimes = TRY(from.need("runtimes"));
  for (const Member& member : runtimes.value().members()) {
    docker.ours.runtimes[member.key] = member.value.text();
  }
  if (const auto chosen = from.find("default")) docker.ours.default_runtime = chosen->value().text();
  docker.before.had_runtimes = TRY(read_flag(from, "had_runtimes"));
  const Cursor before = TRY(from.need("former_runtimes"));
  for (const Member& member : before.value().members()) docker.before.runtimes[member.key] = member.value;
  if (const auto chosen = from.find("former_default")) docker.before.default_runtime = chosen->value();
  docker.written = TRY(read_texts(from, "written"));
  docker.foreign = TRY(read_flag(from, "foreign"));
  TRY(read_interim(from, docker));
  return docker;
}

// A journal of before it said so has it beside it alone.
Result<ShadowJournal> read_shadow(const Cursor& from, const std::string& program) {
  ShadowJournal shadow;
  shadow.runc = TRY(read_text(from, "runc"));
  shadow.aside = TRY(read_text(from, "aside"));
  const auto own = from.find("program");
  shadow.program = own ? own->value().text() : program;
  const Cursor links = TRY(from.need("links"));
  const std::vector<Cursor> items = TRY(links.items());
  for (const Cursor& item : items) {
    FormerLink link;
    link.path = TRY(read_text(item, "path"));
    if (const auto pointed = item.find("pointed")) link.pointed = pointed->value().text();
    shadow.links.push_back(std::move(link));
  }
  return shadow;
}

Result<std::vector<MadeFile>> read_made(const Cursor& from) {
  std::vector<MadeFile> made;
  const Cursor list = TRY(from.need("policies"));
  const std::vector<Cursor> items = TRY(list.items());
  for (const Cursor& item : items) {
    MadeFile file;
    file.path = TRY(read_text(item, "path"));
    file.digest = TRY(read_text(item, "digest"));
    made.push_back(std::move(file));
  }
  return made;
}

Result<Journal> decode(const doc::Document& document) {
  const Cursor from(document, document.root);
  const Cursor number = TRY(from.need("version"));
  const std::int64_t version = TRY(number.signed_integer());
  if (version != kVersion) return number.error("written by another version of hardenedctl");
  Journal journal;
  journal.program = TRY(read_text(from, "program"));
  if (const auto docker = from.find("docker")) journal.docker = TRY(read_docker(*docker));
  if (const auto shadow = from.find("shadow")) journal.shadow = TRY(read_shadow(*shadow, journal.program));
  journal.policies = TRY(read_made(from));
  journal.names = TRY(read_texts(from, "names"));
  journal.directories = TRY(read_texts(from, "directories"));
  if (from.find("formers")) journal.formers = TRY(read_texts(from, "formers"));
  return journal;
}

}  // namespace

void remember(std::vector<std::string>& all, const std::string& one) {
  if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
}

std::string printed(const Journal& journal) {
  std::vector<Value> policies;
  for (const MadeFile& file : journal.policies) {
    policies.push_back(Value::object({{"path", text(file.path), {}}, {"digest", text(file.digest), {}}}));
  }
  std::vector<Member> members{{"version", Value::number(kVersion), {}},
                              {"program", text(journal.program), {}}};
  if (journal.docker) members.push_back({"docker", encode(*journal.docker), {}});
  if (journal.shadow) members.push_back({"shadow", encode(*journal.shadow), {}});
  members.push_back({"policies", Value::array(std::move(policies)), {}});
  members.push_back({"names", texts(journal.names), {}});
  members.push_back({"directories", texts(journal.directories), {}});
  if (!journal.formers.empty()) members.push_back({"formers", texts(journal.formers), {}});
  return doc::print(Value::object(std::move(members))) + "\n";
}

Result<std::optional<Journal>> read_journal(Host& host) {
  Result<File> file = read_trusted(host, std::string(kInstallJournal), kMostJournal);
  if (!file && file.error().fault == Fault::absent) return std::optional<Journal>();
  File found = TRY(std::move(file));
  const doc::Document document = TRY(doc::read_json(std::string(kInstallJournal), std::move(found.bytes)));
  Journal journal = TRY(decode(document));
  return std::optional(std::move(journal));
}

}  // namespace hardened::ctl
