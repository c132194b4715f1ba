#include "ctl/log_files.h"

#include <chrono>
#include <memory>
#include <utility>

namespace hardened::ctl {
namespace {

constexpr std::size_t kPiece = std::size_t{256} * 1024;
constexpr std::chrono::milliseconds kBetween{250};

class Reader {
 public:
  explicit Reader(LogReading& reading) : reading_(reading) {}

  // All that is there by now.
  Done read_on(GrowingFile& file) {
    for (;;) {
      const std::string bytes = TRY(file.more(kPiece));
      if (bytes.empty()) break;
      lines_.feed(bytes, [this](std::string_view line) { take(line); });
    }
    reading_.broken += std::exchange(lines_.broken, 0);
    return done();
  }
  void end() {
    lines_.end();
    reading_.broken += std::exchange(lines_.broken, 0);
  }

 private:
  void take(std::string_view line) {
    auto record = read_record(line);
    if (!record) {
      ++reading_.broken;
      return;
    }
    if (const auto one = wanted(reading_.filter, *std::move(record))) reading_.take(*one, line);
  }

  LogReading& reading_;
  Lines lines_;
};

// Does the name lead elsewhere by now, or did somebody empty the file?
Result<bool> is_another(Host& host, const std::string& path, GrowingFile& file) {
  const auto stat = host.stat(path, Links::refuse);
  if (!stat && stat.error().fault == Fault::absent) return false;  // the next one is still to come
  const Stat named = TRY(stat);
  const GrowingFile::Now open = TRY(file.now());
  return named.device != open.device || named.inode != open.inode || open.size < open.read;
}

class Follower {
 public:
  Follower(const Context& context, const std::string& path, LogReading& reading)
      : context_(context), path_(path), reader_(reading) {}

  Done step(bool whole) {
    if (file_) {
      const bool another = TRY(is_another(context_.host, path_, *file_));
      TRY(reader_.read_on(*file_));  // behind the question: what came before the file was left is read
      if (another) {
        reader_.end();
        file_.reset();
      }
    }
    if (file_) return done();
    auto opened = context_.machine.open(path_);
    if (!opened && opened.error().fault == Fault::absent) {
      waited_ = true;
      return done();
    }
    file_ = TRY(std::move(opened));
    // What stands in a file that came later was written since.
    if (!whole && !std::exchange(waited_, true)) TRY(file_->skip_to_end());
    return reader_.read_on(*file_);
  }

 private:
  const Context& context_;
  const std::string& path_;
  Reader reader_;
  std::unique_ptr<GrowingFile> file_;
  bool waited_ = false;  // this is no longer the file that was there when we came
};

}  // namespace

Done read_log(const Context& context, const std::string& path, LogReading& reading) {
  const std::unique_ptr<GrowingFile> file = TRY(context.machine.open(path));
  Reader reader(reading);
  TRY(reader.read_on(*file));
  reader.end();
  return done();
}

Error follow_log(const Context& context, const std::string& path, bool whole, LogReading& reading) {
  Follower follower(context, path, reading);
  for (;;) {
    Done step = follower.step(whole);
    if (!step) return std::move(step).error();
    context.machine.pause(kBetween);
  }
}

}  // namespace hardened::ctl
