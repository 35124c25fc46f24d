#include "l2/datagram_socket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mbnrig::l2 {
namespace {

using mbim::Bytes;
using std::chrono::milliseconds;

TEST(ADatagramSocket, DropsWhatIsSentWithoutAConnection) {
  DatagramSocket socket;
  EXPECT_FALSE(socket.joined());
  EXPECT_FALSE(socket.Send(Bytes{1}));
}

TEST(ADatagramSocket, SendsThroughTheConnectionItIsJoinedTo) {
  DatagramSocket socket;
  std::vector<Bytes> sent;
  socket.Join([&](mbim::ByteView datagram) {
    sent.emplace_back(datagram.begin(), datagram.end());
    return true;
  });
  EXPECT_TRUE(socket.joined());
  EXPECT_TRUE(socket.Send(Bytes{1, 2}));
  socket.Leave();
  EXPECT_FALSE(socket.Send(Bytes{3}));
  EXPECT_THAT(sent, ::testing::ElementsAre(Bytes{1, 2}));
}

TEST(ADatagramSocket, KeepsWhatCameInOrder) {
  DatagramSocket socket;
  socket.Receive(Bytes{1});
  socket.Receive(Bytes{2});
  EXPECT_EQ(socket.Next(milliseconds(0)), Bytes{1});
  EXPECT_EQ(socket.Next(milliseconds(0)), Bytes{2});
  EXPECT_EQ(socket.Next(milliseconds(0)), std::nullopt);
}

TEST(ADatagramSocket, DropsWhatNobodyTakes) {
  DatagramSocket socket;
  for (std::size_t i = 0; i < DatagramSocket::kMostWaiting + 10; ++i) {
    socket.Receive(Bytes{1});
  }
  std::size_t count = 0;
  while (socket.Next(milliseconds(0))) {
    ++count;
  }
  EXPECT_EQ(count, DatagramSocket::kMostWaiting);
}

}  // namespace
}  // namespace mbnrig::l2
