// What a container is given of the host's files, and all other mounts that are not the runtime's own (system_mounts).
//
//   mounts:
//     on_excess: narrow
//     protected: [host-default, /srv/keys]     places of the host
//     allow: [/etc/nginx]                      what may be mounted of them
//     data_roots: []                           of Docker, beside those that the policy's `engines` name
//     filesystems: [data-default]              that a source may lie on
//     types: [tmpfs]                           that may be mounted anew
//     propagation: slave                       private | slave | shared: the most
//     required: []                             of nosuid, nodev, noexec: on every mount
//
// A source is judged by what it is (mount_place.h), whatever it is called: it may not be, lie in or contain a protected
// place (what is mounted in one belongs to it: mount_parts.h), lie on a file system that shows the kernel and no data, or
// be or contain a socket on which root listens or a file that the host swaps to; for `rbind` that holds of each mount below
// it too. Of `protected` and `allow` the deepest place decides. Exempt
// are the files that engines give to containers (mount_engines.h), and single files for reading that everybody
// on the host can read. What hardened itself lives by is never to be had, whatever the policy says.
//
// A mount is never dropped, since that would uncover what lies below it: such an entry is refused. Its options are narrowed.
//
// Whoever can rename a source can do so between our look and the runtime's. So what was judged is kept (judged_sources),
// and observe compares it with what the container has, before user code runs.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "controls/control.h"
#include "controls/mount_asked.h"
#include "controls/mount_engines.h"
#include "controls/mount_parts.h"
#include "controls/mount_place.h"
#include "controls/system_mounts.h"

namespace hardened::controls {

// The same order: what each entry of the list leaves open, here bits of MountPower and MountReach.
using MountsGrant = SystemMountsGrant;

enum class MostPropagation : std::uint8_t { apart, follows, shares };  // private, slave, shared in the file

struct MountsCeiling {
  std::vector<std::string> guarded;  // `protected` in the file
  std::vector<std::string> allowed;  // `allow`
  std::vector<EngineRoot> engines;   // protected as well
  std::vector<std::string> filesystems;
  std::vector<std::string> types;
  MostPropagation propagation = MostPropagation::apart;
  Flags required;  // powers that no mount may have: suid, device, execute
};

// More binds than that, nobody asks for; each is looked up on the host before anything is decided.
inline constexpr std::size_t kMostBinds = 4096;

struct MountsFacts {
  // What a bind leads to, however many entries ask for it.
  struct Source {
    Reached reached;
    std::vector<std::size_t> along;  // below it, where one of them is recursive: numbers of `along`
  };
  struct Entry {
    AskedMount asked;
    std::string trouble;                // why nothing can be said of its source; "" where there is no trouble
    std::optional<std::size_t> source;  // of `sources`; nothing of one that is not there
  };
  struct Listening {
    Placed place;
    bool by_name =
        false;  // found under its name, so that `place` is known; else only its device and inode are
  };
  std::vector<Entry> entries;
  std::vector<Source> sources;
  std::vector<Reached> along;  // what `rbind` brings, each once
  std::map<std::string, Placed, std::less<>>
      places;                      // by the names that a ceiling has for them; absent ones are not
  Parts parts;                     // of these places
  std::vector<Placed> own;         // of hardened, never to be had
  std::vector<Placed> own_logs;    // never to be written to
  std::vector<Listening> sockets;  // on which root listens
  bool sockets_known = false;
  std::vector<Placed> swaps;  // files that the host swaps to
  Homes homes;
  std::string container;  // its id
  std::string root;       // where its own root lies, "8:1 /b/rootfs"; "" where the bundle does not tell
};

struct Mounts {
  static constexpr std::string_view name = "mounts";
  static constexpr std::array<std::string_view, 1> owned{"/mounts"};
  static constexpr std::array<std::string_view, 7> keys{
      "protected", "allow", "data_roots", "filesystems", "types", "propagation", "required"};
  static constexpr std::array modes{OnExcess::refuse, OnExcess::narrow, OnExcess::observe};
  using Needs = std::tuple<>;
  using Grant = MountsGrant;
  using Ceiling = MountsCeiling;
  using Facts = MountsFacts;

  static Result<Grant> read(const Spec& spec, const Facts& facts);
  static Ceiling parse(const Rule& rule, doc::Diagnostics& wrong);
  static Result<Facts> gather(Host& host, const Spec& spec, const Ceiling& ceiling);
  static Grant bound(const Ceiling& ceiling, const Facts& facts, const Earlier<Mounts>& earlier);
  static Outcome<Grant> narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                               const Earlier<Mounts>& earlier);
  static void write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits);

  static constexpr Flags lifted_by{std::uint64_t{1} << 21U};  // CAP_SYS_ADMIN
  [[nodiscard]] static Result<Observed<Grant>> observe(const KernelView& kernel, const Spec& granted);
  [[nodiscard]] static std::string surplus(const Observed<Grant>& observed);

  // What was judged, for observe: one for each entry, "" where nothing was; the container's root, as in Facts; and all
  // that `rbind` brings along.
  [[nodiscard]] static std::vector<std::string> judged_sources(const Facts& facts);
};
static_assert(Observable<Mounts>);

// Why an entry may not be mounted, in words for people, and what that is about: a source, or a socket (cis.h).
struct Objection {
  std::string why;  // "" where it may be
  std::string_view about = "source";
  [[nodiscard]] explicit operator bool() const { return !why.empty(); }
};
// For each entry. Pure (mount_judge.cpp); what many entries ask for is judged once.
[[nodiscard]] std::vector<Objection> objections(const MountsCeiling& ceiling, const MountsFacts& facts);

// The places that gather looks up beside those of the ceiling: below them single files may be read.
struct PublicPlace {
  std::string_view path;
  bool roots_only = true;  // only files that root owns
};
inline constexpr std::array kPublicPlaces{PublicPlace{"/etc"}, PublicPlace{"/usr"},
                                          // What /etc/resolv.conf leads to.
                                          PublicPlace{"/run/systemd/resolve", false},
                                          PublicPlace{"/run/NetworkManager"}, PublicPlace{"/run/resolvconf"}};
// And those that people keep their data in: shown below a protected place as well (the home of a chroot below /root), they
// are no part of that.
inline constexpr std::array<std::string_view, 5> kPeoplesPlaces{"/home", "/srv", "/mnt", "/media", "/tmp"};

}  // namespace hardened::controls
