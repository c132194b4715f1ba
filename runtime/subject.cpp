#include "runtime/subject.h"

#include <utility>

#include "core/base/canonical.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/doc/json.h"
#include "runtime/container_state.h"
#include "runtime/exec_flags.h"
#include "runtime/update_flags.h"

namespace hardened::runtime {
namespace {

using Came = CallDocument::Came;
using controls::Scope;

constexpr std::uint32_t kWritableByOthers = 022;
constexpr int kStandardInput = 0;

// A document that somebody else could still change between our reading and the runtime's is none that
// we can have judged.
Result<File> read_own(Host& host, const std::string& path) {
  File file = TRY(host.read(path, kMostBytes, Links::refuse));
  if (file.stat.uid != 0 || (file.stat.mode & kWritableByOthers) != 0) {
    return Error{Fault::io,
                 printable(path) + " can be changed by others than root; chown root and chmod go-w it"};
  }
  return file;
}

Result<CallDocument> load_bundle(Host& host, const Invocation& call) {
  CallDocument document;
  document.came = Came::bundle;
  document.scope = Scope::bundle;
  document.bundle = TRY(canonical(host, call.bundle).within("the bundle"));
  TRY(check_only_root_moves(host, document.bundle).within("the bundle"));
  if (call.config) {
    // crun's --config, wherever it lies: its directories are judged as a bundle's are. crun 1.8.1 reads a
    // relative one from the directory it was started in, although its manual speaks of the bundle.
    if (call.config->empty() || call.config->front() != '/') {
      return Error{Fault::usage, "--config " + printable(*call.config) +
                                     " is read from the bundle or from the working "
                                     "directory, whichever the runtime takes; give an absolute path"};
    }
    document.path = TRY(canonical(host, *call.config));
    TRY(check_only_root_moves(host, document.path).within("the bundle's configuration"));
  } else {
    document.path = document.bundle + "/config.json";
  }
  File file = TRY(read_own(host, document.path).within("the bundle"));
  document.content = TRY(doc::read_json("config.json", std::move(file.bytes)));
  return document;
}

Result<CallDocument> load_file(Host& host, const std::string& path, Scope scope, std::string name) {
  CallDocument document;
  document.came = Came::file;
  document.scope = scope;
  document.path = path;
  File file = TRY(read_own(host, path));
  document.content = TRY(doc::read_json(std::move(name), std::move(file.bytes)));
  return document;
}

Result<CallDocument> of_text(std::string text, Came came, Scope scope, std::string name) {
  CallDocument document;
  document.came = came;
  document.scope = scope;
  document.content = TRY(doc::read_json(std::move(name), std::move(text)));
  return document;
}

// What create granted, where the record was too small for it: still the same bytes?
Result<doc::Value> granted_process(Host& host, const Kept& kept) {
  if (!kept.promise)
    return Error{Fault::internal, "the grant record says nothing of the container's process"};
  File file = TRY(read_own(host, kept.promise->config));
  if (sha256(file.bytes) != kept.promise->digest) {
    return Error{Fault::io, kept.promise->config +
                                " is not what was granted at create any more; give exec a process.json"};
  }
  const doc::Document config = TRY(doc::read_json(kept.promise->config, std::move(file.bytes)));
  const doc::Value* process = config.root.find("process");
  return process == nullptr ? doc::Value() : *process;
}

Result<CallDocument> load_process(Host& host, const Invocation& call, const std::string& root,
                                  const std::optional<Kept>& kept) {
  if (call.process) return load_file(host, *call.process, Scope::process, "process.json");
  doc::Value process;
  if (kept && !kept->cut) {
    process = kept->process;
  } else {
    process = TRY(kept ? granted_process(host, *kept) : bundle_process(host, root, call.id));
  }
  std::string text = TRY(process_of_flags(call, process));
  return of_text(std::move(text), Came::flags, Scope::process, "exec's flags");
}

Result<CallDocument> load_resources(Host& host, const Invocation& call) {
  if (!call.resources) {
    std::string text = TRY(resources_of_flags(call));
    return of_text(std::move(text), Came::flags, Scope::resources, "update's flags");
  }
  if (*call.resources != "-") return load_file(host, *call.resources, Scope::resources, "resources.json");
  std::string text = TRY(host.drain(kStandardInput, kMostBytes).within("the resources on standard input"));
  return of_text(std::move(text), Came::standard_input, Scope::resources, "resources.json");
}

Result<CallDocument> load_content(Host& host, const Invocation& call, const std::string& root,
                                  const std::optional<Kept>& kept) {
  switch (call.subject) {
    case Subject::bundle: return load_bundle(host, call);
    case Subject::process: return load_process(host, call, root, kept);
    case Subject::resources: return load_resources(host, call);
    case Subject::none: break;
  }
  return Error{Fault::internal, "a call without a document was to be read"};
}

}  // namespace

Result<CallDocument> load_document(Host& host, const Invocation& call, const std::string& root,
                                   const std::optional<Kept>& kept) {
  CallDocument document = TRY(load_content(host, call, root, kept));
  document.container.id = call.id;
  document.container.root = root;
  document.container.bundle = document.bundle;
  const doc::Value* label = kept ? kept->process.find("apparmorProfile") : nullptr;
  if (label != nullptr && label->is(doc::Kind::string) && !label->text().empty()) {
    document.container.label = label->text();
  }
  return document;
}

}  // namespace hardened::runtime
