#include "runtime/engine.h"

#include <utility>

#include "core/base/text.h"
#include "core/doc/cursor.h"
#include "core/doc/json.h"

namespace hardened::runtime {
namespace {

using config::Identity;

constexpr std::size_t kMostMetadata = std::size_t{4} << 20U;
constexpr std::size_t kDigits = 64;
constexpr std::string_view kHome = "/runtime-runc/";  // dockerd passes <exec-root>/runtime-runc/<namespace>
constexpr std::string_view kPlugins = "plugins.";
constexpr std::string_view kImage = "sha256:";

bool is_digest(std::string_view text) {
  return text.size() == kDigits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// "moby"; "" where the root is none of dockerd's.
std::string_view namespace_of(std::string_view root) {
  const std::size_t slash = root.rfind('/');
  if (slash == std::string_view::npos || !root.substr(0, slash + 1).ends_with(kHome)) return "";
  return root.substr(slash + 1);
}

// What the container's root is on the host; nothing where ids are not mapped.
std::optional<std::uint64_t> mapped_root(const controls::Spec& bundle, std::string_view pointer) {
  const auto list = bundle.find(pointer);
  const auto items = list ? list->items() : Result<std::vector<doc::Cursor>>(std::vector<doc::Cursor>{});
  if (!items) return std::nullopt;
  for (const doc::Cursor& item : *items) {
    const auto inside = item.find("containerID");
    const auto outside = item.find("hostID");
    if (!inside || !outside) continue;
    const auto zero = inside->unsigned_integer();
    const auto id = outside->unsigned_integer();
    if (zero && *zero == 0 && id) return *id;
  }
  return std::nullopt;
}

std::vector<std::string> homes_of(const std::string& data_root, const controls::Spec& bundle) {
  std::vector<std::string> homes{data_root};
  const auto uid = mapped_root(bundle, "/linux/uidMappings");
  const auto gid = mapped_root(bundle, "/linux/gidMappings");
  if (uid && gid) homes.push_back(data_root + '/' + std::to_string(*uid) + '.' + std::to_string(*gid));
  return homes;
}

Result<std::string> text(const doc::Cursor& at) {
  const std::string_view text = TRY(at.text());
  return std::string(text);
}

Result<Identity> container_in(const doc::Document& metadata, const std::string& id) {
  const doc::Cursor root(metadata, metadata.root);
  const doc::Cursor own = TRY(root.need("ID"));
  const doc::Cursor image = TRY(root.need("Image"));
  const doc::Cursor name = TRY(root.need("Name"));
  if (own.value().text() != id)
    return own.error("it speaks of another container, " + printable(own.value().text(), 80));
  Identity identity;
  identity.id = TRY(text(image));
  if (!identity.id.starts_with(kImage) || !is_digest(std::string_view(identity.id).substr(kImage.size())))
    return image.error("its Image is no image's id: " + printable(identity.id, 80));
  identity.name = TRY(text(name));
  if (identity.name.starts_with('/')) identity.name.erase(0, 1);
  return identity;
}

Result<Identity> plugin_in(const doc::Document& metadata, const std::string& id) {
  const doc::Cursor plugin = TRY(doc::Cursor(metadata, metadata.root).need("plugin"));
  const doc::Cursor own = TRY(plugin.need("Id"));
  const doc::Cursor name = TRY(plugin.need("Name"));
  Identity identity;
  identity.id = TRY(text(own));
  if (identity.id != id) return own.error("it speaks of another plugin, " + printable(identity.id, 80));
  identity.name = TRY(text(name));
  return identity;
}

Result<Identity> identity_in(Host& host, const std::string& home, std::string_view engine_namespace,
                             const std::string& id) {
  const bool plugin = engine_namespace.starts_with(kPlugins);
  // A data root may be root's own link to another disk; below it dockerd makes none.
  const Located place = TRY(locate_trusted(host, home));
  const std::string path = place.path + (plugin ? "/plugins/" : "/containers/") + id +
                           (plugin ? "/config.json" : "/config.v2.json");
  File file = TRY(read_trusted(host, path, kMostMetadata));
  const auto read = doc::read_json(path, std::move(file.bytes));
  if (!read) return read.error();
  return plugin ? plugin_in(*read, id) : container_in(*read, id);
}

}  // namespace

Told identify(Host& host, const std::vector<config::Engine>& engines, std::string_view root,
              const controls::Spec& bundle) {
  Told told;
  const std::string& id = bundle.container().id;
  const std::string_view engine_namespace = namespace_of(root);
  if (engine_namespace.empty() || !is_digest(id)) return told;  // not Docker's
  for (const config::Engine& engine : engines) {
    for (const std::string& home : homes_of(engine.data_root, bundle)) {
      auto found = identity_in(host, home, engine_namespace, id);
      if (found) {
        found.value().engine = engine.name;
        found.value().engine_namespace = engine_namespace;
        return {std::move(found).value(), {}};
      }
      if (found.error().fault != Fault::absent)
        told.notes.push_back("no waiver holds: " + found.error().what);
    }
  }
  if (told.notes.empty())
    told.notes.emplace_back("no waiver holds: none of the policy's engines knows this container");
  return told;
}

}  // namespace hardened::runtime
