#pragma once

/// The L2 connection of an activated context. Windows shows it as a network interface when the
/// Mobile Broadband API has connected. Here it is a TUN interface if this process carries the
/// datagrams (libusb), and the interface of the kernel's driver if the driver carries them
/// (cdc-wdm). If the process may not use an interface, or the user does not want one, it is a
/// socket for the program (datagram_socket.h).

#include <filesystem>
#include <memory>
#include <string>

#include "client/device.h"
#include "l2/datagram_socket.h"
#include "l2/link.h"

namespace mbnrig::l2 {

enum class L2Mode {
  kOff,        ///< contexts carry no data, and the service does not ask for their addresses
  kDatagrams,  ///< no interface: the datagrams go to `socket`, if that is set
  kInterface,  ///< an interface; if that fails, a warning and as kDatagrams
};

struct L2Options {
  L2Mode mode = L2Mode::kInterface;
  std::string interface_name = "mbn%d";  ///< "%d": the first number that is free
  /// The folder for <interface>.resolv, a file in the form of resolv.conf for the user's own name
  /// configuration. /etc/resolv.conf is not changed.
  std::filesystem::path resolv_dir = "/run/mbnrig";
  std::shared_ptr<DatagramSocket> socket;  ///< may be null
};

/// The connection is up as long as this object exists. Use it on one thread at a time. Its methods
/// may take a few milliseconds.
class L2Connection {
 public:
  /// Brings the session up. Failing to make an interface is not an error: see kInterface.
  L2Connection(std::shared_ptr<client::Device> device, std::uint8_t session,
               const mbim::IpConfigurationInfo& configuration, const L2Options& options);
  ~L2Connection();
  L2Connection(const L2Connection&) = delete;
  L2Connection& operator=(const L2Connection&) = delete;

  /// "mbn0", "wwan0". Empty if there is no interface.
  const std::string& interface_name() const { return interface_name_; }
  const IpSettings& settings() const { return settings_; }

 private:
  class Carrier;
  class TunCarrier;
  class KernelCarrier;
  class SocketCarrier;

  void WriteNameServers(const std::vector<std::string>& servers);

  const std::shared_ptr<client::Device> device_;
  const std::uint8_t session_;
  const IpSettings settings_;
  const L2Options options_;
  std::string interface_name_;
  std::filesystem::path resolv_;  ///< empty if it was not written
  std::unique_ptr<Carrier> carrier_;
};

}  // namespace mbnrig::l2
