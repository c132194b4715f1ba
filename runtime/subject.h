// The document of a call, wherever it stands.
//
//   create, run   <bundle>/config.json
//   exec          the file of --process, or what runc would make of exec's flags
//   update        the file of --resources, standard input, or what runc would make of update's flags
//
// What we read is what the low-level runtime will read: a bundle and a file must be root's and in nobody
// else's reach, standard input is always handed over as a memory file, since reading empties it.
#pragma once

#include <optional>
#include <string>

#include "controls/spec.h"
#include "core/base/host.h"
#include "core/doc/value.h"
#include "runtime/invocation.h"
#include "runtime/kept.h"

namespace hardened::runtime {

struct CallDocument {
  enum class Came : std::uint8_t { bundle, file, standard_input, flags };
  Came came = Came::bundle;
  controls::Scope scope = controls::Scope::bundle;
  std::string path;    // bundle, file: where it stands
  std::string bundle;  // canonical; create and run only
  doc::Document content;
  controls::Container container;

  [[nodiscard]] controls::Spec spec() const { return {content, scope, container}; }
};

// Of a call whose subject is not none. `kept` is the container's grant record, for exec's flags.
[[nodiscard]] Result<CallDocument> load_document(Host& host, const Invocation& call, const std::string& root,
                                                 const std::optional<Kept>& kept);

}  // namespace hardened::runtime
