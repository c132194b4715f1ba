#include "core/base/failure.h"

#include <array>
#include <cerrno>

#include "core/base/text.h"

namespace hardened {
namespace {

struct Reason {
  int number;
  std::string_view words;
};

constexpr std::array kReasons{
    Reason{ENOENT, "it is missing"},
    Reason{EACCES, "access is refused"},
    Reason{EPERM, "the kernel forbids it"},
    Reason{ENOTDIR, "a name on the way to it is no directory"},
    Reason{EISDIR, "a directory stands there"},
    Reason{ELOOP, "a symbolic link stands there, or too many on the way"},
    Reason{EEXIST, "something stands there already"},
    Reason{ENOTEMPTY, "the directory is not empty"},
    Reason{ENAMETOOLONG, "the name is too long"},
    Reason{ENOSPC, "no space is left"},
    Reason{EDQUOT, "the quota is used up"},
    Reason{EFBIG, "it would be larger than our file size limit"},
    Reason{EROFS, "the file system is read-only"},
    Reason{EIO, "the device reports an input or output error"},
    Reason{EMFILE, "too many descriptors are open in this process"},
    Reason{ENFILE, "too many files are open on this machine"},
    Reason{ENOMEM, "memory is short"},
    Reason{EINVAL, "the kernel does not take these arguments"},
    Reason{ENOEXEC, "it is no program for this machine"},
    Reason{ETXTBSY, "it is open for writing"},
    Reason{E2BIG, "the arguments and the environment are too large"},
    Reason{EBUSY, "it is in use"},
    Reason{ENXIO, "nobody reads at the other end"},
    Reason{EXDEV, "it is on another file system"},
    Reason{ENOSYS, "this kernel cannot do it"},
    Reason{EBADF, "the descriptor is not open"},
};

}  // namespace

std::string reason(int number) {
  for (const Reason& known : kReasons) {
    if (known.number == number) return std::string(known.words);
  }
  return "error number " + std::to_string(number);
}

Error failure(std::string_view doing, std::string_view path, int number) {
  Error error = failure(doing, path, reason(number));
  if (number == ENOENT) error.fault = Fault::absent;
  return error;
}

Error failure(std::string_view doing, std::string_view path, std::string_view why) {
  std::string what(doing);
  what += ' ';
  what += printable(path);
  what += ": ";
  what += why;
  return Error{Fault::io, std::move(what)};
}

}  // namespace hardened
