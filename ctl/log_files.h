// The decision log as it stands in files: read to its end, or followed for ever.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "ctl/command.h"
#include "ctl/log_record.h"

namespace hardened::ctl {

struct LogReading {
  LogFilter filter;
  std::size_t broken = 0;  // lines that are no record
  // With the line as it stands in the file.
  std::function<void(const LogRecord& record, std::string_view line)> take;
};

// From its beginning to its end, a piece at a time. A last line without its end may be one that is being written: it is
// counted as broken.
[[nodiscard]] Done read_log(const Context& context, const std::string& path, LogReading& reading);

// From its end, or all of it where `whole`, and then on as it grows. A file that has another's name by now, as logrotate
// leaves it, is read to its end, and then the one of that name is opened; one that was cut short is read from its beginning;
// one that is not there yet is waited for. Comes back with an error alone.
[[nodiscard]] Error follow_log(const Context& context, const std::string& path, bool whole,
                               LogReading& reading);

}  // namespace hardened::ctl
