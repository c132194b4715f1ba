// hardenedctl explain CONFIG.json | BUNDLE | CONTAINER: what it asks for, what it gets, and why.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "core/base/canonical.h"
#include "core/base/text.h"
#include "core/doc/json.h"
#include "ctl/commands.h"
#include "ctl/containers.h"
#include "ctl/explanation_text.h"
#include "ctl/held.h"
#include "ctl/patch.h"
#include "runtime/refusal.h"

namespace hardened::ctl {
namespace {

using controls::Scope;
using controls::Verdict;
using Outcome = runtime::Verification::Outcome;

constexpr Operand kSubject{"SUBJECT", Operand::Count::optional,
                           "a config.json, a bundle's directory, or a container by its name or id"};
constexpr std::array kOperands{kSubject};
constexpr Option kProcess{"--process", "FILE",
                          "explain an exec: its process.json (in the container SUBJECT)"};
constexpr Option kResources{"--resources", "FILE",
                            "explain an update: its resources (of the container SUBJECT)"};
constexpr Option kImage{"--image", "ID", "the image that waivers are matched with: sha256:…"};
constexpr Option kName{"--name", "NAME", "with --image: what the container is called"};
constexpr Option kDiff{"--diff", "", "print what would be changed, as a JSON patch (RFC 6902)"};
constexpr std::array kOptions{kProcess, kResources, kPolicy, kImage, kName, kDiff, kJson};

constexpr std::string_view kDetails =
    "Decides as the runtime would, with what this host has, and writes nothing. Controls that change "
    "something come "
    "first; `why` says how to ask for less. Without --image the engine is asked about the container of a "
    "bundle, as at "
    "a create.\n"
    "Of a container it shows what was granted at its create and what the kernel holds of that now. One that "
    "did not "
    "start under hardened is explained by its bundle.\n"
    "--json of a document: {subject, call, policy, policy_id, verdict, privileged, message, controls: "
    "[{control, "
    "verdict, on_excess, ceiling, rule, waiver, cis, changes: [{field, asked, granted, reason, default}], "
    "notes}], "
    "as_asked, waivers, notes, waiting}. Of a container: {container, name, engine, root, image, state, why, "
    "policy, "
    "policy_id, waivers, controls: [{control, state, held, advice, granted, decided}], decided}; decided is, "
    "of one "
    "that did not start under hardened, what would be of its bundle, as of a document; state is as_granted, "
    "above, "
    "gone, unmanaged or unreadable, that of a control as_granted, above, observed, untold or unseen.\n"
    "Exit status 1 where the request is refused (one that is narrowed runs), or where a container holds more "
    "than it "
    "was granted or did not start under hardened.";

Result<doc::Document> read_document(Host& host, const std::string& path) {
  File file = TRY(host.read(path, kMostBytes, Links::follow));
  return doc::read_json(path, std::move(file.bytes));
}

// Where containerd keeps the bundles of a dockerd, the --root is known too:
//   /run/docker/containerd/daemon/io.containerd.runtime.v2.task/moby/<id>  ->  /run/docker/runtime-runc/moby
//   /run/containerd/io.containerd.runtime.v2.task/moby/<id>                ->  the same
std::string root_of_bundle(const std::string& bundle) {
  constexpr std::string_view kTasks = "/io.containerd.runtime.v2.task/";
  constexpr std::string_view kOwn = "/containerd/daemon";
  const std::size_t at = bundle.find(kTasks);
  if (at == std::string::npos) return "";
  const std::string name_space = bundle.substr(at + kTasks.size(), bundle.rfind('/') - at - kTasks.size());
  const std::string above = bundle.substr(0, at);
  const std::string engine =
      above.ends_with(kOwn) ? above.substr(0, above.size() - kOwn.size()) : "/run/docker";
  return engine + "/runtime-runc/" + name_space;
}

Result<Asked> ask_about_file(Host& host, const std::string& path, Scope scope) {
  Asked asked;
  asked.scope = scope;
  asked.document = TRY(read_document(host, path));
  return asked;
}

Result<Asked> ask_about_bundle(Host& host, const std::string& directory) {
  Asked asked = TRY(ask_about_file(host, directory + "/config.json", Scope::bundle));
  asked.container.bundle = TRY(canonical(host, directory));
  asked.container.id = asked.container.bundle.substr(asked.container.bundle.rfind('/') + 1);
  asked.container.root = root_of_bundle(asked.container.bundle);
  return asked;
}

void ask_for_container(Asked& asked, const Container& container) {
  asked.container.id = container.id;
  asked.container.root = container.root;
  asked.kept = container.kept;
  const doc::Value* label = container.kept ? container.kept->process.find("apparmorProfile") : nullptr;
  if (label != nullptr && !label->text().empty()) asked.container.label = label->text();
}

Result<Container> container_of(const Context& context, const std::string& meant) {
  const std::vector<Container> all = TRY(containers(context, {}));
  return find_container(all, meant);
}

// JSON still, with an operation a line.
std::string lines_of(const doc::Value& patch) {
  std::string text;
  for (const doc::Value& operation : patch.items())
    text += (text.empty() ? "" : ",\n ") + doc::print(operation);
  return "[" + text + "]\n";
}

// As a policy names it; a name of an image would match no waiver, and look like one that does not hold.
Result<std::string> image_of(const std::string& words) {
  constexpr std::string_view kKind = "sha256:";
  constexpr std::size_t kDigits = 64;
  const std::string_view digits = std::string_view(words).substr(std::min(kKind.size(), words.size()));
  if (words.starts_with(kKind) && digits.size() == kDigits &&
      digits.find_first_not_of("0123456789abcdef") == std::string_view::npos)
    return words;
  return Error{Fault::usage, "--image: expected an image's id, sha256: and 64 hexadecimal digits, found '" +
                                 printable(words, 80) +
                                 "'; docker inspect --format '{{.Id}}' IMAGE tells it"};
}

Result<Explanation> explanation_of(const Context& context, const Arguments& arguments, Asked& asked) {
  PolicyFile file = TRY(read_policy_file(context.host, policy_path(arguments)));
  if (const auto words = arguments.value(kImage)) {
    std::string image = TRY(image_of(*words));
    asked.identity = identity_of(file.policy, std::move(image), arguments.value(kName).value_or(""));
  }
  return explain(context.host, std::move(file), asked);
}

Result<Exit> explain_document(const Context& context, const Arguments& arguments, Asked asked) {
  const Explanation made = TRY(explanation_of(context, arguments, asked));
  const bool refused = made.plan.verdict == Verdict::refused;
  if (arguments.given(kDiff)) {
    if (refused) context.screen.complain("hardenedctl: " + runtime::refusal_text(made.plan) + "\n");
    if (!refused) {
      const doc::Value patch = TRY(patch_of(asked.document, made.plan.edits));
      context.screen.print(lines_of(patch));
    }
  } else if (arguments.given(kJson)) {
    context.screen.print(json_of(made, asked));
  } else {
    context.screen.print(told(context.screen, made, asked));
  }
  return refused ? Exit::found : Exit::good;
}

Result<Asked> ask_about_bundle_of(Host& host, const Container& one) {
  if (one.bundle.empty()) return Error{Fault::absent, "the bundle of " + printable(one.id) + " is not known"};
  Asked asked = TRY(ask_about_bundle(host, one.bundle));
  asked.container.id = one.id;
  asked.container.root = one.root;
  return asked;
}

// One that did not start under hardened: nothing is held against it, and what would be decided of its bundle is told.
Result<Exit> explain_unmanaged(const Context& context, const Arguments& arguments, const HeldReport& report) {
  Asked asked = TRY(ask_about_bundle_of(context.host, report.container));
  if (arguments.given(kJson) && !arguments.given(kDiff)) {
    const Explanation made = TRY(explanation_of(context, arguments, asked));
    std::vector<doc::Member> members = json_of(report).members();
    members.push_back({"decided", json_of(made, asked), {}});
    context.screen.print(doc::Value::object(std::move(members)));
    return Exit::found;
  }
  if (!arguments.given(kDiff)) context.screen.print(told(context.screen, report));
  const Exit exit = TRY(explain_document(context, arguments, std::move(asked)));
  return report.seen.outcome == Outcome::unmanaged ? Exit::found : exit;
}

Result<Exit> explain_container(const Context& context, const Arguments& arguments, const Container& one) {
  const HeldReport report = look_at_container(context.host, one);
  const Outcome outcome = report.seen.outcome;
  const bool unmanaged = outcome == Outcome::unmanaged;
  // Its config.json is what was granted already.
  if (arguments.given(kDiff) && report.seen.kept)
    return Error{
        Fault::usage,
        "--diff is for requests and containers that did not start under hardened; leave it out to see "
        "what " +
            printable(one.name.empty() ? one.id : one.name) + " was granted"};
  if (arguments.given(kDiff) || (unmanaged && !one.bundle.empty()))
    return explain_unmanaged(context, arguments, report);
  if (arguments.given(kJson)) {
    context.screen.print(json_of(report));
  } else {
    context.screen.print(told(context.screen, report));
  }
  if (outcome == Outcome::unreadable) return Exit::failed;
  return unmanaged || outcome == Outcome::above ? Exit::found : Exit::good;
}

// An exec or an update, of a container or of none in particular.
Result<Exit> explain_call(const Context& context, const Arguments& arguments, const std::string& path,
                          Scope scope) {
  Asked asked = TRY(ask_about_file(context.host, path, scope));
  if (const auto meant = arguments.value(kSubject)) {
    const Container one = TRY(container_of(context, *meant));
    ask_for_container(asked, one);
  }
  return explain_document(context, arguments, std::move(asked));
}

// A word without a slash means a container first: what a directory holds must not come before what runs.
bool may_be_a_name(const std::string& subject) {
  return subject.find('/') == std::string::npos && !subject.ends_with(".json");
}

Result<Exit> explain_subject(const Context& context, const Arguments& arguments, const std::string& subject) {
  const auto stat = context.host.stat(subject, Links::follow);
  const bool nothing_else = !stat && stat.error().fault == Fault::absent;
  if (may_be_a_name(subject)) {
    const Result<Container> one = container_of(context, subject);
    if (one && !nothing_else) {
      context.screen.complain("hardenedctl: " + printable(subject) +
                              " is a container, and there is a file of that name too: that is meant by ./" +
                              printable(subject) + "\n");
    }
    if (one) return explain_container(context, arguments, *one);
    if (nothing_else || one.error().fault != Fault::absent) return one.error();
  }
  if (stat && stat->type == Stat::Type::directory) {
    Asked asked = TRY(ask_about_bundle(context.host, subject));
    return explain_document(context, arguments, std::move(asked));
  }
  Asked asked = TRY(ask_about_file(context.host, subject, Scope::bundle));
  return explain_document(context, arguments, std::move(asked));
}

Result<Exit> run_explain(const Context& context, const Arguments& arguments) {
  const auto process = arguments.value(kProcess);
  const auto resources = arguments.value(kResources);
  if (process && resources) return Error{Fault::usage, "explain: either --process or --resources, not both"};
  if (process) return explain_call(context, arguments, *process, Scope::process);
  if (resources) return explain_call(context, arguments, *resources, Scope::resources);
  const auto subject = arguments.value(kSubject);
  if (!subject)
    return Error{Fault::usage, "explain: nothing to explain; name a config.json, a bundle or a container"};
  return explain_subject(context, arguments, *subject);
}

}  // namespace

const Command kExplain{.name = "explain",
                       .summary = "show what a container asks for, what it gets, and why",
                       .details = kDetails,
                       .options = kOptions,
                       .operands = kOperands,
                       .run = run_explain};

}  // namespace hardened::ctl
