// SPDX-License-Identifier: MIT
#include "paths/path_manager.h"

#include <cerrno>

#include "connection/reader.h"
#include "kernel/constants.h"
#include "paths/refusals.h"
#include "paths/target.h"

namespace mptcp::paths {
namespace {

using namespace std::chrono_literals;

const std::string manager_file = "/proc/sys/net/mptcp/path_manager";  // since Linux 6.15
const std::string type_file = "/proc/sys/net/mptcp/pm_type";          // 5.19, deprecated since
const std::string namespace_file = "/proc/thread-self/ns/net";

// Another conversion in the namespace takes microseconds.
constexpr auto lock_time = 1s;

std::string trimmed(std::string text) {
  text.erase(text.find_last_not_of(" \n") + 1);
  return text;
}

// The setting as the kernel spells it, so that what we do not know can be put back.
struct Setting {
  std::string file;
  std::string value;
};

Result<Setting> read_setting(kernel::Kernel& kernel) {
  Setting setting{manager_file, ""};
  int code = kernel.read_file(setting.file, setting.value);
  if (code == -ENOENT) {
    setting.file = type_file;
    code = kernel.read_file(setting.file, setting.value);
  }
  if (code == -ENOENT) {
    return Error{ErrorKind::not_supported, ENOENT, "this kernel has only its own path manager"};
  }
  if (code < 0) return kernel::system_error(-code, "reading " + setting.file);
  setting.value = trimmed(setting.value);
  return setting;
}

Result<void> write_setting(kernel::Kernel& kernel, const Setting& setting) {
  int code = kernel.write_file(setting.file, setting.value);
  if (code < 0)
    return kernel::system_error(-code, "writing " + setting.value + " to " + setting.file);
  return {};
}

PathManager parse(const Setting& setting) {
  if (setting.value == "kernel" || setting.value == "0") return PathManager::kernel;
  if (setting.value == "userspace" || setting.value == "1") return PathManager::userspace;
  return PathManager::other;
}

std::string spell(PathManager manager, const std::string& file) {
  if (file == type_file) return manager == PathManager::kernel ? "0" : "1";
  return std::string(name(manager));
}

// One flip at a time in a network namespace, whichever process and wherever its /proc is mounted:
// the lock is on the namespace itself.
Result<OwnedFd> lock_namespace(kernel::Kernel& kernel) {
  const auto give_up = kernel.now() + lock_time;
  for (;;) {
    int held = kernel.lock_file(namespace_file);
    if (held >= 0) return OwnedFd(held);
    if (held != -EWOULDBLOCK) return kernel::system_error(-held, "locking " + namespace_file);
    if (kernel.now() >= give_up) {
      return Error{ErrorKind::timed_out, ETIMEDOUT,
                   "another process keeps the lock on the namespace's path manager"};
    }
    kernel.poll(nullptr, 0, 1ms);
  }
}

// A socket that has no peer and waits for none.
Result<void> check_unconnected(kernel::Kernel& kernel, int fd, const std::string& what) {
  auto state = connection::status(kernel, fd);
  if (!state) return state.error();
  if (*state == Status::tcp) {
    return Error{ErrorKind::invalid_argument, 0, what + ": it is no MPTCP socket"};
  }
  int listening = 0;
  socklen_t length = sizeof listening;
  kernel.get_option(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length);
  if (listening) {
    return Error{ErrorKind::invalid_argument, 0,
                 what + ": it listens; what it accepts goes by the namespace's setting"};
  }
  auto live = connection::subflows(kernel, fd);
  if (*state != Status::unconnected || !live || !live->empty()) {
    return Error{ErrorKind::invalid_argument, EISCONN,
                 what + ": it is connected or connecting; its path manager is settled"};
  }
  return {};
}

// Dissolving no connection makes the socket read the setting again, and keeps all else.
Result<void> latch_again(kernel::Kernel& kernel, int fd, const std::string& what) {
  const sockaddr nobody{.sa_family = AF_UNSPEC, .sa_data = {}};
  int code = kernel.connect(fd, &nobody, sizeof nobody);
  if (code < 0) return kernel::system_error(-code, what);
  return {};
}

// Kernels that ignore the token in a listing name the path manager in a refusal instead: nothing
// can be destroyed at port 0.
Result<PathManager> ask_by_refusal(Channels& channels, Token token, const std::string& what) {
  const netlink::PmAddress nowhere{};
  auto answer = channels.ask({.command = netlink::PmCommand::subflow_destroy,
                              .token = token,
                              .local = nowhere,
                              .remote = nowhere});
  if (!answer) return answer.error();
  switch (classify(*answer)) {
    case Refusal::not_userspace_managed:
      return PathManager::kernel;
    case Refusal::not_permitted:
    case Refusal::no_such_connection:
      return refusal_error(*answer, what);
    default:
      return PathManager::userspace;
  }
}

}  // namespace

Result<PathManager> path_manager(Channels& channels, ConnectionRef connection) {
  auto target = Target::find(channels, connection);
  if (!target) return target.error();
  const std::string what = "asking for the path manager of " + target->name();
  if (!channels.lists_by_token()) return ask_by_refusal(channels, target->token(), what);
  auto answer = channels.list_addresses(target->token(), [](const netlink::PmAddress&) {});
  if (!answer) return answer.error();
  if (answer->code == 0) return PathManager::userspace;
  if (classify(*answer) == Refusal::not_userspace_managed) return PathManager::kernel;
  return refusal_error(*answer, what);
}

Result<PathManager> namespace_path_manager(kernel::Kernel& kernel) {
  auto setting = read_setting(kernel);
  if (!setting) return setting.error();
  return parse(*setting);
}

Result<void> set_namespace_path_manager(kernel::Kernel& kernel, PathManager manager) {
  if (manager == PathManager::other) {
    return Error{ErrorKind::invalid_argument, 0, "the path manager is kernel or userspace"};
  }
  auto setting = read_setting(kernel);
  if (!setting) return setting.error();
  return write_setting(kernel, {setting->file, spell(manager, setting->file)});
}

Result<void> convert_path_manager(Channels& channels, int fd) {
  kernel::Kernel& kernel = channels.kernel();
  const std::string what = "converting descriptor " + std::to_string(fd);
  if (kernel.is_switched_off(Capability::convert_path_manager)) {
    return Error{ErrorKind::not_supported, 0, what + ": switched off by LIBMPTCP_DISABLE"};
  }
  if (auto here = check_namespace(channels, fd); !here) return here.error();
  if (auto fit = check_unconnected(kernel, fd, what); !fit) return fit.error();

  auto lock = lock_namespace(kernel);
  if (!lock) return lock.error();
  auto before = read_setting(kernel);
  if (!before) return before.error();
  if (parse(*before) == PathManager::userspace) return latch_again(kernel, fd, what);

  // Sockets that others make between the two writes, microseconds apart, are converted as well; a
  // process killed between them leaves the namespace at userspace.
  const Setting userspace{before->file, spell(PathManager::userspace, before->file)};
  if (auto set = write_setting(kernel, userspace); !set) return set.error();
  auto latched = latch_again(kernel, fd, what);
  if (auto restored = write_setting(kernel, *before); !restored) return restored.error();
  if (!latched) return latched;
  auto after = read_setting(kernel);
  if (!after) return after.error();
  if (after->value == before->value) return {};
  return Error{
      ErrorKind::system, EIO,
      before->file + " is " + after->value + " after " + what + ", and was " + before->value};
}

}  // namespace mptcp::paths
