// SPDX-License-Identifier: MIT
//
// A C++ program that uses an installed libmptcp: a connection to itself over lo, watched and
// steered.  Exits 0 when everything was as promised.  Needs the right to manage paths: run it in a
// namespace of its own.
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

#include <mptcp/capabilities.h>
#include <mptcp/connection.h>
#include <mptcp/events.h>
#include <mptcp/paths.h>

using namespace std::chrono_literals;

namespace {

void expect(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "not so: " << what << "\n";
  std::exit(1);
}

mptcp::Deadline soon() { return mptcp::Deadline::after(5s); }

struct Connection {
  mptcp::OwnedFd listener;  // stays open: joins come in through it
  mptcp::OwnedFd client;
  mptcp::OwnedFd server;
};

Connection connect_to_self() {
  Connection made;
  sockaddr_in address{};
  socklen_t length = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  address.sin_family = AF_INET;
  made.listener = mptcp::open_socket(mptcp::Family::v4, mptcp::Fallback::refused).value();
  expect(::bind(made.listener.get(), raw, length) == 0, "bind");
  expect(::listen(made.listener.get(), 1) == 0, "listen");
  expect(::getsockname(made.listener.get(), raw, &length) == 0, "getsockname");

  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  made.client = mptcp::open_socket(mptcp::Family::v4, mptcp::Fallback::refused).value();
  expect(::connect(made.client.get(), raw, length) == 0, "connect");
  made.server = mptcp::OwnedFd(::accept(made.listener.get(), nullptr, nullptr));
  expect(made.server.is_open(), "accept");
  return made;
}

void carry(const mptcp::OwnedFd& from, const mptcp::OwnedFd& to, const std::string& text) {
  std::string received(text.size(), '\0');
  const auto length = static_cast<ssize_t>(text.size());
  expect(::send(from.get(), text.data(), text.size(), 0) == length, "everything is sent");
  expect(::recv(to.get(), received.data(), text.size(), MSG_WAITALL) == length, "and arrives");
  expect(received == text, "as it was sent");
}

void wait_for(mptcp::EventStream& events, mptcp::EventKind kind, mptcp::Token token) {
  for (;;) {
    for (const auto& event : events.wait(soon()).value()) {
      if (event.kind == kind && event.token == token) return;
    }
  }
}

void steer(mptcp::PathControl& control, mptcp::EventStream& events, int fd) {
  const mptcp::Token token = mptcp::info(fd).value().token.value();
  const auto source = mptcp::parse_address("127.0.0.2").value();
  const auto opened = control.open(fd, {.local = source}, soon()).value();
  expect(opened.local.same_host(source), "it leaves from where it was asked to");
  wait_for(events, mptcp::EventKind::subflow_established, token);
  expect(mptcp::subflows(fd).value().size() == 2, "two subflows after an open");

  control.prefer(fd, opened.id, mptcp::Priority::backup, soon()).value();
  control.close(fd, opened.id, soon()).value();
  wait_for(events, mptcp::EventKind::subflow_closed, token);
  expect(mptcp::subflows(fd).value().size() == 1, "one subflow after a close");

  const auto again = control.close(fd, opened.id, soon());
  expect(!again && again.error().kind == mptcp::ErrorKind::not_found,
         "what is closed cannot be found");
}

}  // namespace

int main() try {
  auto control = mptcp::PathControl::direct().value();
  control->set_namespace_path_manager(mptcp::PathManager::userspace).value();
  auto events = mptcp::EventStream::open(mptcp::Scope::namespace_).value();

  const Connection connection = connect_to_self();
  carry(connection.client, connection.server, "there");
  carry(connection.server, connection.client, "and back");
  expect(mptcp::status(connection.client.get()).value() == mptcp::Status::mptcp,
         "the connection is MPTCP");
  steer(*control, *events, connection.client.get());
  carry(connection.client, connection.server, "still here");
  std::cout << "libmptcp from C++: seen and steered\n";
} catch (const mptcp::Failure& failure) {
  std::cerr << failure.what() << " (" << mptcp::name(failure.error().kind) << ")\n";
  return 1;
}
