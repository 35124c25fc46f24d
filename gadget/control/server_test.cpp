#include "control/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "control/client.h"

namespace mbnrig::control {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

/// A folder for one test, removed with it.
class Sockets : public ::testing::Test {
 protected:
  Sockets() {
    std::string pattern = (std::filesystem::temp_directory_path() / "control-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = pattern;
  }
  ~Sockets() override { std::filesystem::remove_all(folder_); }

  Address At(const std::string& name) const { return ParseAddress((folder_ / name).string()); }
  static json Echo(const std::string& method, const json& params) {
    if (method == "echo") return params;
    throw RpcError(ErrorCode::kMethodNotFound, "there is no " + method);
  }
  /// Everything that the peer sends until it closes or the time is over.
  static std::string ReadAll(const Fd& fd) {
    std::string text;
    char chunk[4096];
    for (;;) {
      pollfd waiting{fd.get(), POLLIN, 0};
      if (::poll(&waiting, 1, 10'000) <= 0) return text + "(no end)";
      const ssize_t count = ::recv(fd.get(), chunk, sizeof chunk, 0);
      if (count <= 0) return text;
      text.append(chunk, static_cast<std::size_t>(count));
    }
  }

  std::filesystem::path folder_;
};

TEST(ControlAddress, IsAPathOrTcp) {
  EXPECT_EQ(ParseAddress("/run/x.sock").path, "/run/x.sock");
  EXPECT_EQ(ParseAddress("unix:relative").path, "relative");
  EXPECT_EQ(ToText(ParseAddress("tcp:7070")), "tcp:127.0.0.1:7070");
  EXPECT_EQ(ToText(ParseAddress("tcp::7070")), "tcp:127.0.0.1:7070");
  EXPECT_EQ(ToText(ParseAddress("tcp:192.0.2.1:0")), "tcp:192.0.2.1:0");
  EXPECT_EQ(ToText(ParseAddress("tcp:[::1]:9")), "tcp:[::1]:9");
  for (const char* wrong : {"", "unix:", "tcp:", "tcp:127.0.0.1", "tcp:1.2.3.4:", "tcp:x:70000"}) {
    EXPECT_THROW(ParseAddress(wrong), std::invalid_argument) << wrong;
  }
}

TEST_F(Sockets, RequestIsAnswered) {
  const Server server(At("s"), Echo);
  Client client(server.address());
  EXPECT_EQ(client.Call("echo", {{"a", 1}}), (json{{"a", 1}}));
  EXPECT_EQ(client.Call("echo"), json::object());
}

TEST_F(Sockets, ErrorIsThrownWithItsCode) {
  const Server server(At("s"), Echo);
  Client client(server.address());
  try {
    client.Call("nonsense");
    FAIL();
  } catch (const RpcError& error) {
    EXPECT_EQ(error.code(), static_cast<int>(ErrorCode::kMethodNotFound));
    EXPECT_STREQ(error.what(), "there is no nonsense");
  }
}

TEST_F(Sockets, TcpListensOnTheLoopbackInterface) {
  const Server server(ParseAddress("tcp:0"), Echo);
  EXPECT_NE(server.address().port, 0);
  Client client(server.address());
  EXPECT_EQ(client.Call("echo", {{"a", 1}}), (json{{"a", 1}}));
}

TEST_F(Sockets, MalformedLineIsAnsweredAndTheConnectionLives) {
  const Server server(At("s"), Echo);
  const Fd fd = Connect(server.address());
  const std::string lines =
      "nonsense\r\n\n   \n{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\"}\n";
  ASSERT_EQ(::send(fd.get(), lines.data(), lines.size(), 0), static_cast<ssize_t>(lines.size()));
  ::shutdown(fd.get(), SHUT_WR);
  const std::string answers = ReadAll(fd);
  EXPECT_EQ(std::count(answers.begin(), answers.end(), '\n'), 2);
  EXPECT_THAT(answers, HasSubstr("-32700"));
  EXPECT_THAT(answers, HasSubstr("\"result\""));
}

TEST_F(Sockets, RequestInPiecesIsPutTogether) {
  const Server server(At("s"), Echo);
  const Fd fd = Connect(server.address());
  for (const char c : std::string("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\"}\n")) {
    ASSERT_EQ(::send(fd.get(), &c, 1, 0), 1);
  }
  ::shutdown(fd.get(), SHUT_WR);
  EXPECT_THAT(ReadAll(fd), HasSubstr("\"result\""));
}

TEST_F(Sockets, LineWithoutEndIsCutOff) {
  Limits limits;
  limits.line = 1000;
  const Server server(At("s"), Echo, limits);
  const Fd fd = Connect(server.address());
  const std::string endless(5000, 'x');
  ::send(fd.get(), endless.data(), endless.size(), MSG_NOSIGNAL);
  EXPECT_THAT(ReadAll(fd), HasSubstr("at most 1000 bytes"));
}

TEST_F(Sockets, RequestThatStopsInTheMiddleIsForgotten) {
  const Server server(At("s"), Echo);
  const std::string half = "{\"jsonrpc\":\"2.0\",\"id\":1,";
  // More clients than may be connected at once: each frees its place.
  for (int i = 0; i < 100; ++i) {
    const Fd fd = Connect(server.address());
    ASSERT_EQ(::send(fd.get(), half.data(), half.size(), 0), static_cast<ssize_t>(half.size()));
    ::shutdown(fd.get(), SHUT_WR);
    EXPECT_EQ(ReadAll(fd), "");
  }
  const Fd stays = Connect(server.address());
  ASSERT_EQ(::send(stays.get(), half.data(), half.size(), 0), static_cast<ssize_t>(half.size()));
  Client client(server.address());
  EXPECT_EQ(client.Call("echo", {{"a", 1}}), (json{{"a", 1}}));
}

TEST_F(Sockets, ClientWhoTakesNoAnswersIsDisconnected) {
  Limits limits;
  limits.send_timeout = 50ms;
  const Server server(At("s"), Echo, limits);
  const Fd fd = Connect(server.address());
  const std::string request = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":[\"" +
                              std::string(100'000, 'x') + "\"]}\n";
  // Answers are as long as requests. Once the socket buffers are full, the server waits for its
  // send timeout. The only mistake is that nobody takes the answers: every line is whole.
  const auto deadline = std::chrono::steady_clock::now() + 60s;  // a sanitizer reads JSON slowly
  ssize_t sent = 0;
  for (std::size_t at = 0; sent >= 0 && std::chrono::steady_clock::now() < deadline;
       at = (at + static_cast<std::size_t>(std::max<ssize_t>(sent, 0))) % request.size()) {
    pollfd writable{fd.get(), POLLOUT, 0};
    ASSERT_GT(::poll(&writable, 1, 10'000), 0);
    sent = ::send(fd.get(), request.data() + at, request.size() - at, MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  EXPECT_LT(sent, 0);
  EXPECT_TRUE(errno == EPIPE || errno == ECONNRESET) << errno;
  Client client(server.address());
  EXPECT_EQ(client.Call("echo", {{"a", 1}}), (json{{"a", 1}}));
}

TEST_F(Sockets, SlowRequestDelaysNoOtherClient) {
  std::mutex mutex;
  std::condition_variable changed;
  bool asked = false, go_on = false;
  const Server server(At("s"), [&](const std::string& method, const json&) -> json {
    std::unique_lock lock(mutex);
    if (method == "release") {
      go_on = true;
    } else {
      asked = true;
      changed.notify_all();
      changed.wait_for(lock, 10s, [&] { return go_on; });
    }
    changed.notify_all();
    return go_on;
  });
  std::thread waiting([&] {
    Client client(server.address());
    EXPECT_EQ(client.Call("wait"), true);
  });
  {
    std::unique_lock lock(mutex);
    EXPECT_TRUE(changed.wait_for(lock, 10s, [&] { return asked; }));
  }
  Client other(server.address());
  EXPECT_EQ(other.Call("release"), true);
  waiting.join();
}

TEST_F(Sockets, TooManyClientsAreToldSo) {
  Limits limits;
  limits.clients = 1;
  const Server server(At("s"), Echo, limits);
  Client first(server.address());
  first.Call("echo");
  Client second(server.address());
  EXPECT_THAT([&] { second.Call("echo"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("has too many clients")));
}

TEST_F(Sockets, PlacesOfClientsWhoLeftAreFree) {
  Limits limits;
  limits.clients = 2;
  const Server server(At("s"), Echo, limits);
  Client constant(server.address());
  for (int i = 0; i < 20; ++i) {
    // The place becomes free when the server notices the end of the client; nothing announces it.
    for (bool answered = false; !answered;) {
      Client client(server.address());
      try {
        client.Call("echo");
        answered = true;
      } catch (const std::runtime_error&) {
        std::this_thread::yield();
      }
    }
  }
  EXPECT_EQ(constant.Call("echo"), json::object());
}

TEST_F(Sockets, ServerThatStopsDisconnectsItsClients) {
  auto server = std::make_unique<Server>(At("s"), Echo);
  Client client(server->address());
  client.Call("echo");
  server.reset();
  EXPECT_THAT([&] { client.Call("echo"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("gadget closed the connection")));
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(Sockets, StaleSocketFileIsReplaced) {
  { const Fd left_behind = Listen(At("s")); }
  ASSERT_TRUE(std::filesystem::exists(folder_ / "s"));
  const Server server(At("s"), Echo);
  Client client(server.address());
  EXPECT_EQ(client.Call("echo"), json::object());
}

TEST_F(Sockets, LiveSocketIsLeftAlone) {
  const Server server(At("s"), Echo);
  EXPECT_THAT([&] { Server(At("s"), Echo); },
              ThrowsMessage<std::runtime_error>(HasSubstr("another program listens there")));
  Client client(server.address());
  EXPECT_EQ(client.Call("echo"), json::object());
}

TEST_F(Sockets, FileThatIsNotASocketIsLeftAlone) {
  std::ofstream(folder_ / "s") << "precious";
  EXPECT_THAT([&] { Server(At("s"), Echo); },
              ThrowsMessage<std::runtime_error>(HasSubstr("is not a socket")));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "s"));
}

TEST_F(Sockets, FolderOfTheSocketIsMade) {
  const Server server(At("a/s"), Echo);
  Client client(server.address());
  EXPECT_EQ(client.Call("echo"), json::object());
}

TEST_F(Sockets, FoldersOfAMistypedPathAreNotMade) {
  EXPECT_THAT([&] { Server(At("b/c/s"), Echo); },
              ThrowsMessage<std::runtime_error>(HasSubstr("cannot make the folder")));
}

TEST_F(Sockets, ClientSaysWhatToDoWhenNobodyListens) {
  EXPECT_THAT([&] { Client client(At("s")); },
              ThrowsMessage<std::runtime_error>(HasSubstr("start mbim-gadget with --control")));
}

TEST_F(Sockets, PathTooLongForASocketIsAClearError) {
  EXPECT_THAT([&] { Server(At(std::string(120, 'x')), Echo); },
              ThrowsMessage<std::runtime_error>(HasSubstr("longer than 107 bytes")));
}

}  // namespace
}  // namespace mbnrig::control
