// A Machine over the files of a FakeHost: names and signals, in the same journal and counted with the same effects.
#pragma once

#include <cerrno>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/base/failure.h"
#include "ctl/machine.h"
#include "tests/support/fake_host.h"
#include "tests/support/fake_paths.h"

namespace hardened::test {

class FakeMachine final : public ctl::Machine {
 public:
  explicit FakeMachine(FakeHost& host) : host_(host) {}

  std::vector<std::pair<std::uint32_t, int>> signals;
  std::function<void()> hears;      // what a process does that is signalled
  std::function<void()> meanwhile;  // what others do while we wait
  std::chrono::milliseconds paused{0};
  std::map<std::string, std::string> access_lists;  // by path, as the kernel writes them

  Done link(const std::string& file, const std::string& name) override {
    const FakeHost::Node node = TRY(node_at(file));
    const std::string to = TRY(free_place(name));
    TRY(host_.effect(Operation::link, name, file));
    host_.nodes_[to] = node;
    return done();
  }
  Done symlink(const std::string& target, const std::string& name) override {
    const std::string to = TRY(free_place(name));
    TRY(host_.effect(Operation::symlink, name, target));
    host_.symlink(to, target);
    return done();
  }
  Done rename(const std::string& from, const std::string& to) override {
    const FakeHost::Node node = TRY(node_at(from));
    const std::string old = TRY(host_.resolve(from, Links::refuse));
    const std::string place = TRY(host_.resolve(to, Links::refuse));
    TRY(host_.find(parent_of(place), Links::refuse));
    TRY(host_.effect(Operation::rename, to, from));
    const auto there = host_.nodes_.find(place);
    // As rename(2): two names of one file stay as they are.
    if (there != host_.nodes_.end() && there->second.stat.inode == node.stat.inode) return done();
    host_.nodes_[place] = node;
    host_.nodes_.erase(old);
    return done();
  }
  Done change_mode(const std::string& path, std::uint32_t mode) override {
    const std::string real = TRY(host_.resolve(path, Links::follow));
    TRY(host_.find(real, Links::refuse));
    TRY(host_.effect(Operation::change_mode, path, std::to_string(mode)));
    host_.nodes_.at(real).stat.mode = mode;
    return done();
  }
  Done sync_directory(const std::string& path) override {
    TRY(host_.find(path, Links::refuse));
    return host_.effect(Operation::sync_directory, path, "");
  }
  Done remove_directory(const std::string& path) override {
    const std::vector<std::string> names = TRY(host_.list(path, 1));
    if (!names.empty()) return failure("cannot remove", path, ENOTEMPTY);
    const std::string real = TRY(host_.resolve(path, Links::refuse));
    TRY(host_.effect(Operation::remove_directory, path, ""));
    host_.nodes_.erase(real);
    return done();
  }
  Done signal(std::uint32_t process, int number, const std::function<Done()>& look) override {
    const std::string name = std::to_string(process);
    if (!host_.processes_.contains(process)) return failure("cannot signal process", name, ENOENT);
    TRY(look());
    TRY(host_.effect(Operation::signal, name, std::to_string(number)));
    signals.emplace_back(process, number);
    if (hears) hears();
    return done();
  }
  Result<std::string> access_list(const std::string& path) override {
    const auto found = access_lists.find(path);
    return found == access_lists.end() ? std::string() : found->second;
  }
  void pause(std::chrono::milliseconds time) override {
    paused += time;
    if (meanwhile) meanwhile();
  }

 private:
  Result<FakeHost::Node> node_at(const std::string& path) const {
    const FakeHost::Node* node = TRY(host_.find(path, Links::refuse));
    return *node;
  }
  Result<std::string> free_place(const std::string& path) const {
    const std::string real = TRY(host_.resolve(path, Links::refuse));
    if (host_.nodes_.contains(real)) return failure("cannot make", path, EEXIST);
    TRY(host_.find(parent_of(real), Links::refuse));
    return real;
  }

  FakeHost& host_;
};

}  // namespace hardened::test
