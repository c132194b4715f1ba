// Waivers: named rises of chosen ceilings, for the containers of an image.
//
//   waivers:
//     - name: image-builder
//       match: {image_id: ["sha256:…"]}       # or plugin_id; engine, namespace, name may only narrow it
//       controls: {capabilities: {ceiling: [docker-default, SYS_ADMIN]}}
//       because: builds images with overlay mounts, ticket 4711
//       expires: 2027-06-30                   # the last day (UTC) on which it holds; may be left out
//
// A waiver's rule lies over the policy's own rule, key by key; its on_excess stays what it is. Two waivers for the same
// image never name the same control: which of them held would depend on their order.
//
// It is a grant to every user of the engine who may start that image, with any command and any mounts, and not to the code
// in the image. What it opens again: reopens.h.
//
// A thousand waivers are nothing that a call wants to read: a policy keeps each as one line of text, which begins with the
// ids that it is for, and only those for the id at hand are read.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "config/engines.h"
#include "config/identity.h"
#include "config/layers.h"
#include "controls/all.h"
#include "core/doc/cursor.h"
#include "core/doc/value.h"

namespace hardened::config {

template <class C>
struct WaivedRule {
  std::optional<typename C::Ceiling> ceiling;  // nothing: not raised
  std::string origin;                          // "/etc/hardened/policy.yaml:41"
};
template <class Controls>
struct WaivedRulesOf;
template <class... C>
struct WaivedRulesOf<std::tuple<C...>> {
  using type = std::tuple<WaivedRule<C>...>;
};
using WaivedRules = WaivedRulesOf<controls::AllControls>::type;

struct Match {
  std::vector<std::string> ids;  // as in Identity; at least one
  std::string engine;            // each "" for any
  std::string engine_namespace;
  std::string name;  // a pattern: * is any text, ? one byte
};
[[nodiscard]] bool matches(const Match& match, const Identity& identity);

struct Waiver {
  std::string name;
  Match match;
  std::string because;
  std::optional<std::chrono::year_month_day> expires;
  WaivedRules rules;
};
// "2027-06-30"; nothing for text that is no date, or a date that no calendar has.
[[nodiscard]] std::optional<std::chrono::year_month_day> parse_date(std::string_view text);
[[nodiscard]] std::string told(const std::chrono::year_month_day& date);
[[nodiscard]] bool expired(const Waiver& waiver, std::int64_t now_ns);

class Waivers {
 public:
  Waivers() = default;
  // The lines are what stands in `text` from there on; `rules` is what they are laid over, in documents that `documents`
  // keeps alive; `path` is the policy's.
  Waivers(std::shared_ptr<const std::string> text, std::size_t from, std::string path, Layers rules,
          std::shared_ptr<const void> documents)
      : text_(std::move(text)),
        from_(from),
        path_(std::move(path)),
        rules_(rules),
        documents_(std::move(documents)) {}

  [[nodiscard]] bool empty() const { return lines().empty(); }
  // One a waiver: its ids, a tab, and canonical JSON.
  [[nodiscard]] std::string_view lines() const {
    return text_ ? std::string_view(*text_).substr(from_) : std::string_view();
  }
  // The policy's own sections, below the waivers.
  [[nodiscard]] const std::optional<Layers>& rules() const { return rules_; }

  // Those for this image or plugin. An error when a line is damaged.
  [[nodiscard]] Result<std::vector<Waiver>> of(std::string_view id) const;
  // As it was written, {"name": …, "match": …, …}; Fault::absent when none has that name.
  [[nodiscard]] Result<doc::Document> written(std::string_view name) const;

 private:
  std::shared_ptr<const std::string> text_;  // copies of a policy share it
  std::size_t from_ = 0;
  std::string path_;
  std::optional<Layers> rules_;
  std::shared_ptr<const void> documents_;
};

// The waivers of a policy, everything that is wrong with them said.
[[nodiscard]] Waivers read_waivers(const Layers& top, const std::string& path,
                                   const std::vector<Engine>& engines, std::shared_ptr<const void> documents,
                                   doc::Diagnostics& wrong);

}  // namespace hardened::config
