#include "runtime/container_state.h"

#include <utility>

#include "core/doc/cursor.h"
#include "core/doc/json.h"
#include "runtime/kept.h"
#include "runtime/low_level.h"

namespace hardened::runtime {
namespace {

constexpr std::string_view kBundleLabel = "bundle=";

Result<std::string> read_roots(Host& host, const std::string& path) {
  File file = TRY(host.read(path, kMostBytes, Links::refuse));
  if (file.stat.uid != 0) return Error{Fault::io, path + " is not root's"};
  return std::move(file.bytes);
}

Result<doc::Document> read_document(Host& host, const std::string& path) {
  std::string text = TRY(read_roots(host, path));
  return doc::read_json(path, std::move(text));
}

}  // namespace

// runc keeps the bundle among the labels of its configuration, crun as a member of its status.
Result<std::string> bundle_of(Host& host, const std::string& root, const std::string& id) {
  const std::string directory = runtime_state(root, id);
  if (const auto state = read_document(host, directory + "/state.json")) {
    if (const doc::Value* labels = doc::resolve(state->root, "/config/labels")) {
      for (const doc::Value& label : labels->items()) {
        if (label.text().compare(0, kBundleLabel.size(), kBundleLabel) == 0) {
          return label.text().substr(kBundleLabel.size());
        }
      }
    }
    return Error{Fault::io, directory + "/state.json names no bundle"};
  }
  const doc::Document status = TRY(read_document(host, directory + "/status"));
  const doc::Cursor bundle = TRY(doc::Cursor(status, status.root).need("bundle"));
  const std::string_view text = TRY(bundle.text());
  return std::string(text);
}

Result<doc::Value> bundle_process(Host& host, const std::string& root, const std::string& id) {
  const std::string bundle = TRY(bundle_of(host, root, id).within("the container's state"));
  const doc::Document config =
      TRY(read_document(host, bundle + "/config.json").within("the container's bundle"));
  const doc::Value* process = config.root.find("process");
  return process == nullptr ? doc::Value() : *process;
}

std::string default_root(const std::string& low_level) {
  return is_crun(low_level) ? "/run/crun" : "/run/runc";
}

}  // namespace hardened::runtime
