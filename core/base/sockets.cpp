#include "core/base/sockets.h"

#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <span>

#include "core/base/descriptor.h"
#include "core/base/failure.h"
#include "core/base/files_read.h"

namespace hardened::sockets {
namespace {

constexpr std::string_view kCannotAsk = "cannot ask the kernel for";
constexpr std::string_view kWhat = "listening sockets";
constexpr const char* kTable = "/proc/net/unix";
constexpr std::size_t kMostTable = std::size_t{16} * 1024 * 1024;
// Of root's own. Those of others, of which there may be any number, are passed over while they are read.
constexpr std::size_t kMostListeners = 65536;
// With the dump of others, a user who opens sockets while we read could keep us reading.
constexpr std::size_t kMostPieces = std::size_t{64} * 1024;
// A dump comes in pieces of at most 32 KiB (netlink_dump), whatever room there is for more.
constexpr std::size_t kRoom = std::size_t{64} * 1024;
constexpr time_t kSeconds = 2;
constexpr unsigned kMinorBits = 20;  // of a device's number inside of the kernel (linux/kdev_t.h)

struct Request {
  nlmsghdr head;
  unix_diag_req diag;
};

template <class T>
std::optional<T> take_as(std::span<const std::byte> bytes) {
  T value{};
  if (bytes.size() < sizeof value) return std::nullopt;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

std::size_t aligned(std::size_t size) { return (size + NLMSG_ALIGNTO - 1) & ~std::size_t{NLMSG_ALIGNTO - 1}; }

std::span<const std::byte> behind(std::span<const std::byte> bytes, std::size_t size) {
  return bytes.subspan(std::min(size, bytes.size()));
}

// A name that begins with NUL is no file's (an abstract one).
std::string name_in(std::span<const std::byte> bytes) {
  std::string name;
  for (const std::byte byte : bytes) {
    if (byte == std::byte{0}) break;
    name += static_cast<char>(byte);
  }
  return name;
}

// Of one socket: its attributes. Nothing where no file belongs to it.
std::optional<Listener> listener_in(std::span<const std::byte> body) {
  Listener found;
  bool has_file = false;
  body = behind(body, aligned(sizeof(unix_diag_msg)));
  while (const auto head = take_as<nlattr>(body)) {
    const std::size_t size = head->nla_len;
    if (size < sizeof(nlattr) || size > body.size()) break;
    const auto value = body.subspan(sizeof(nlattr), size - sizeof(nlattr));
    if (head->nla_type == UNIX_DIAG_NAME) found.name = name_in(value);
    if (head->nla_type == UNIX_DIAG_UID) found.uid = take_as<std::uint32_t>(value);
    const auto file = head->nla_type == UNIX_DIAG_VFS ? take_as<unix_diag_vfs>(value) : std::nullopt;
    if (file) {
      found.device =
          makedev(file->udiag_vfs_dev >> kMinorBits, file->udiag_vfs_dev & ((1U << kMinorBits) - 1));
      found.inode = file->udiag_vfs_ino;
      has_file = true;
    }
    body = behind(body, aligned(size));
  }
  return has_file ? std::optional(found) : std::nullopt;
}

// True when that was the last of the dump.
Result<bool> take_piece(std::span<const std::byte> piece, std::vector<Listener>& found) {
  while (const auto head = take_as<nlmsghdr>(piece)) {
    const std::size_t size = head->nlmsg_len;
    if (size < sizeof(nlmsghdr) || size > piece.size()) break;
    const auto body = piece.subspan(sizeof(nlmsghdr), size - sizeof(nlmsghdr));
    if (head->nlmsg_type == NLMSG_DONE) return true;
    if (head->nlmsg_type == NLMSG_ERROR) {
      const auto error = take_as<nlmsgerr>(body);
      return failure(kCannotAsk, kWhat, error ? -error->error : EPROTO);
    }
    const auto one = listener_in(body);
    // Where the kernel does not tell whose it is, it may be root's.
    if (one && one->uid.value_or(0) == 0) found.push_back(*one);
    if (found.size() > kMostListeners) return failure(kCannotAsk, kWhat, "there are too many");
    piece = behind(piece, aligned(size));
  }
  return false;
}

Result<std::vector<Listener>> dumped() {
  const Descriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!socket) return failure(kCannotAsk, kWhat, errno);
  const timeval patience{.tv_sec = kSeconds, .tv_usec = 0};
  static_cast<void>(::setsockopt(socket.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience));
  Request request{};
  request.head.nlmsg_len = sizeof request;
  request.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.diag.sdiag_family = AF_UNIX;
  request.diag.udiag_states = 1U << TCP_LISTEN;
  request.diag.udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_VFS | UDIAG_SHOW_UID;
  if (::send(socket.number(), &request, sizeof request, 0) < 0) return failure(kCannotAsk, kWhat, errno);
  std::vector<std::byte> room(kRoom);
  std::vector<Listener> found;
  for (std::size_t pieces = 0; pieces < kMostPieces;) {
    const ssize_t got = ::recv(socket.number(), room.data(), room.size(), MSG_TRUNC);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure(kCannotAsk, kWhat, errno);
    const auto size = static_cast<std::size_t>(got);
    if (size == 0 || size > room.size()) return failure(kCannotAsk, kWhat, EPROTO);
    const bool last = TRY(take_piece(std::span(room).first(size), found));
    if (last) return found;
    ++pieces;
  }
  return failure(kCannotAsk, kWhat, "there are too many");
}

// The table names no file: what stands at each name now.
Result<std::vector<Listener>> listed() {
  const File table = TRY(files::read(kTable, kMostTable, Links::follow));
  std::vector<Listener> found;
  for (std::string& name : listening_names(table.bytes)) {
    const auto stat = files::stat(name, Links::follow);
    if (!stat || stat->type != Stat::Type::socket) continue;
    found.push_back({std::move(name), stat->device, static_cast<std::uint32_t>(stat->inode), {}});
  }
  return found;
}

std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(word.size());
  return word;
}

}  // namespace

// "0000000000000000: 00000002 00000000 00010000 0001 01 20737 /run/docker.sock": the fourth is flags, of which
// 00010000 says that somebody listens (__SO_ACCEPTCON), the eighth the name.
std::vector<std::string> listening_names(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    std::array<std::string_view, 7> words;
    for (std::string_view& word : words) word = take_word(line);
    if (line.size() < 2 || words[3] != "00010000") continue;
    line.remove_prefix(1);
    if (line.front() != '@') names.emplace_back(line);
  }
  return names;
}

Result<std::vector<Listener>> listeners() {
  auto found = dumped();
  return found ? std::move(found) : listed();
}

}  // namespace hardened::sockets
