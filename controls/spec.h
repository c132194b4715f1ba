// What a call carries, seen at the pointers of the OCI runtime specification.
//
// A create carries all of config.json, an exec only what stands at /process there, an update only
// what stands at /linux/resources. Controls always speak of the full pointer; a Spec knows how
// much of it the document at hand is.
//
//   Spec spec{document, Scope::process};               // document is a process.json
//   spec.find("/process/capabilities/bounding");       // the member /capabilities/bounding of it
//   spec.covers("/linux/seccomp");                     // false: not of this call
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/doc/cursor.h"
#include "core/doc/edit.h"
#include "core/doc/value.h"

namespace hardened::controls {

enum class Scope : std::uint8_t { bundle, process, resources };

// The pointer at which a call's document begins: "", "/process", "/linux/resources".
[[nodiscard]] std::string_view root_of(Scope scope);

// What is known of the container that a call is about, beside the call's document.
struct Container {
  std::string id;
  std::optional<std::string> label;  // exec: the AppArmor label that it was created with
  std::string root{};                // canonical: where its runtime keeps the state of all of its containers
  std::string bundle{};              // create, run: its directory, without links
};

class Spec {
 public:
  Spec(const doc::Document& document, Scope scope) : document_(&document), scope_(scope) {}
  Spec(const doc::Document& document, Scope scope, const Container& container)
      : document_(&document), scope_(scope), container_(&container) {}

  [[nodiscard]] Scope scope() const { return scope_; }
  [[nodiscard]] const doc::Document& document() const { return *document_; }

  // Of one that nothing is known of, all is empty.
  [[nodiscard]] const Container& container() const;

  // Is this pointer at or below the root of what the call carries? Outside, absence says nothing.
  [[nodiscard]] bool covers(std::string_view pointer) const;
  // Nothing when it is absent, null or outside of the call.
  [[nodiscard]] std::optional<doc::Cursor> find(std::string_view pointer) const;

 private:
  const doc::Document* document_;
  Scope scope_;
  const Container* container_ = nullptr;
};

// Edits at pointers of the specification, for the document of a call.
class SpecEdits {
 public:
  explicit SpecEdits(Scope scope) : scope_(scope) {}
  void set(std::string_view pointer, doc::Value value);
  void remove(std::string_view pointer);
  [[nodiscard]] const doc::Edits& edits() const& { return edits_; }
  [[nodiscard]] doc::Edits edits() && { return std::move(edits_); }

 private:
  Scope scope_;
  doc::Edits edits_;
};

}  // namespace hardened::controls
