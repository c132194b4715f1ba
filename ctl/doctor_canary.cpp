#include "ctl/doctor_canary.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/doc/json.h"

namespace hardened::ctl {
namespace {

constexpr std::size_t kMostSaid = std::size_t{1} << 20U;
constexpr int kSeconds = 60;
constexpr std::size_t kTail = 262144;  // of the decision log: sixteen of the longest lines

class Docker {
 public:
  Docker(Host& host, std::string program, const CanaryWish& wish)
      : host_(host), program_(std::move(program)) {
    if (!wish.docker_host.empty()) before_ = {"--host", wish.docker_host};
  }

  [[nodiscard]] Result<Ran> run(const std::vector<std::string>& words) const {
    std::vector<std::string> arguments{program_};
    arguments.insert(arguments.end(), before_.begin(), before_.end());
    arguments.insert(arguments.end(), words.begin(), words.end());
    return host_.run({.path = program_,
                      .arguments = std::move(arguments),
                      .input = {},
                      .most = kMostSaid,
                      .seconds = kSeconds});
  }
  // What it printed; an error with its own words where it failed.
  [[nodiscard]] Result<std::string> said(const std::vector<std::string>& words) const {
    Ran ran = TRY(run(words));
    if (ran.status != 0)
      return Error{Fault::io, "docker " + words.front() + ": " + printable(ran.errors, 2000)};
    while (!ran.output.empty() && ran.output.back() == '\n') ran.output.pop_back();
    return std::move(ran.output);
  }

 private:
  Host& host_;
  std::string program_;
  std::vector<std::string> before_;
};

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

Result<std::string> docker_program(Host& host) {
  for (const std::string path : {"/usr/bin/docker", "/usr/local/bin/docker"}) {
    if (!host.stat(path, Links::follow)) continue;
    Located found = TRY(locate_trusted(host, path));
    return std::move(found.path);
  }
  return Error{Fault::absent, "there is no docker to start a container with: apt install docker.io"};
}

Result<std::string> smallest_image(const Docker& docker) {
  std::vector<std::string> words{"image", "inspect", "--format", "{{.Size}} {{.Id}}"};
  const std::string ids = TRY(docker.said({"image", "ls", "--quiet", "--no-trunc"}));
  if (ids.empty())
    return Error{Fault::absent, "the engine has no image: name one by --image, or docker pull busybox"};
  for (std::string& id : lines_of(ids)) words.push_back(std::move(id));
  const std::string sizes = TRY(docker.said(words));
  std::string found;
  unsigned long long least = ~0ULL;
  for (const std::string& line : lines_of(sizes)) {
    const std::size_t blank = line.find(' ');
    unsigned long long size = 0;
    if (blank == std::string::npos || !parse_decimal(line.substr(0, blank), size) || size >= least) continue;
    least = size;
    found = line.substr(blank + 1);
  }
  return found;
}

// The record of that create, where one was written.
std::optional<doc::Document> record_of(const World& world, const std::string& id) {
  if (!world.policy || world.policy->decision_log.path.empty()) return std::nullopt;
  const Result<Ran> ran = world.host.run(
      {.path = "/usr/bin/tail",
       .arguments = {"tail", "-c", std::to_string(kTail), "--", world.policy->decision_log.path},
       .input = {},
       .most = 2 * kTail,
       .seconds = kSeconds});
  if (!ran || ran->status != 0) return std::nullopt;
  for (const std::string& line : lines_of(ran->output)) {
    if (line.find("\"" + id + "\"") == std::string::npos) continue;
    Result<doc::Document> record = doc::read_json("record", line);
    const doc::Value* call = record ? record->root.find("call") : nullptr;
    if (call != nullptr && call->text() == "create") return std::move(*record);
  }
  return std::nullopt;
}

std::string text_in(const doc::Value& value, std::string_view key) {
  const doc::Value* found = value.find(key);
  return found == nullptr ? std::string() : printable(found->text(), 120);
}

void add_notes(const doc::Value& from, const std::string& before, Findings& out) {
  for (const std::string_view key : {"notes", "waiting"}) {
    const doc::Value* all = from.find(key);
    if (all == nullptr) continue;
    for (const doc::Value& note : all->items())
      out.push_back({Severity::low, before + printable(note.text(), 400), "hardenedctl log"});
  }
}

Findings told_by(const doc::Document& record, const std::string& engine) {
  Findings out;
  add_notes(record.root, engine + ": ", out);
  const doc::Value* controls = record.root.find("controls");
  if (controls == nullptr) return out;
  for (const doc::Value& control : controls->items()) {
    const std::string name = text_in(control, "control");
    add_notes(control, engine + ": " + name + ": ", out);
    const doc::Value* changes = control.find("changes");
    if (changes == nullptr || changes->items().empty()) continue;
    const doc::Value& first = changes->items().front();
    const std::string more =
        changes->items().size() > 1 ? ", and " + std::to_string(changes->items().size() - 1) + " more" : "";
    const std::string granted = text_in(first, "granted");
    out.push_back({Severity::info,
                   engine + " asks by itself for " + name + " above the ceiling: " + text_in(first, "asked") +
                       " becomes " + (granted.empty() ? "nothing" : granted) + more,
                   "nothing to do, where containers run as they should"});
  }
  return out;
}

}  // namespace

Result<Findings> canary(const World& world, const CanaryWish& wish) {
  std::string program = TRY(docker_program(world.host));
  const Docker docker(world.host, std::move(program), wish);
  const std::string version = TRY(docker.said({"version", "--format", "{{.Server.Version}}"}));
  const std::string engine = "Docker " + printable(version);
  const std::string image =
      TRY(wish.image.empty() ? smallest_image(docker) : Result<std::string>(wish.image));
  const std::string id = TRY(
      docker.said({"create", "--pull=never", "--runtime=" + wish.runtime, "--entrypoint=/bin/true", image}));
  const Result<std::string> started = docker.said({"start", id});
  const auto record = record_of(world, id);
  const Result<std::string> removed = docker.said({"rm", "--force", "--volumes", id});
  if (!removed) return removed.error();
  Findings out;
  if (!started && started.error().what.find("hardened: ") != std::string::npos) {
    return Findings{{Severity::high, engine + ": a plain container is refused: " + started.error().what,
                     "hardenedctl explain, or accepted_fields"}};
  }
  if (record) out = told_by(*record, engine);
  if (!record)
    out.push_back(
        {Severity::medium, engine + ": the plain container left no decision record", "hardenedctl status"});
  if (record && out.empty())
    out.push_back(
        {Severity::info, engine + " asks for nothing that is narrowed or not known", "nothing to do"});
  return out;
}

}  // namespace hardened::ctl
