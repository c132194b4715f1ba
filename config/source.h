// The documents that make a policy: the operator's, and the base that it extends, which is a
// shipped file built into the program (config/policy.yaml, observe.yaml, strict.yaml).
#pragma once

#include <optional>
#include <string>

#include "config/layers.h"
#include "core/doc/value.h"

namespace hardened::config {

struct Source {
  doc::Document own;
  std::optional<doc::Document> base;  // with its own base merged in
  std::string id;                     // sha256 of all bytes of both

  // Points into this Source: not beyond its life or its move.
  [[nodiscard]] Layers top() const;
};

[[nodiscard]] Result<Source> read_source(std::string path, std::string yaml);

// What holds in the end, as one tree, without the waivers: the base's keys under the operator's, key by key in the
// sections of the top and in each rule.
[[nodiscard]] doc::Value merged(const Source& source);

}  // namespace hardened::config
