#pragma once

/// The L2 connection of an activated context: what Windows shows as a network interface when the
/// Mobile Broadband API has connected. Where the host carries datagrams itself (libusb), a TUN
/// interface; where the kernel's driver does (cdc-wdm), the driver's own; without the right to
/// either, or where nobody asked for one, a socket for the program (datagram_socket.h).

#include <filesystem>
#include <memory>
#include <string>

#include "client/device.h"
#include "l2/datagram_socket.h"
#include "l2/link.h"

namespace mbnrig::l2 {

enum class L2Mode {
  kOff,        ///< contexts carry nothing, and their IP configuration is not asked for
  kDatagrams,  ///< no interface; the socket, if there is one, has the datagrams
  kInterface,  ///< an interface; where that cannot be, a warning and kDatagrams
};

struct L2Options {
  L2Mode mode = L2Mode::kInterface;
  std::string interface_name = "mbn%d";  ///< "%d": the first number that is free
  /// Where <interface>.resolv goes, in the form of resolv.conf, for whoever configures names: this
  /// machine's own /etc/resolv.conf is left alone.
  std::filesystem::path resolv_dir = "/run/mbnrig";
  std::shared_ptr<DatagramSocket> socket;  ///< may be null
};

/// Up as long as it exists. Used on one thread at a time; what it does may take a few milliseconds.
class L2Connection {
 public:
  /// Brings the session up. Never throws for want of an interface: see kInterface.
  L2Connection(std::shared_ptr<client::Device> device, std::uint8_t session,
               const mbim::IpConfigurationInfo& configuration, const L2Options& options);
  ~L2Connection();
  L2Connection(const L2Connection&) = delete;
  L2Connection& operator=(const L2Connection&) = delete;

  /// "mbn0", "wwan0"; empty without one.
  const std::string& interface_name() const { return interface_name_; }
  const IpSettings& settings() const { return settings_; }

 private:
  class Carrier;
  class TunCarrier;
  class KernelCarrier;
  class SocketCarrier;

  void WriteNameServers();

  const std::shared_ptr<client::Device> device_;
  const std::uint8_t session_;
  const IpSettings settings_;
  const L2Options options_;
  std::string interface_name_;
  std::filesystem::path resolv_;  ///< empty when it was not written
  std::unique_ptr<Carrier> carrier_;
};

}  // namespace mbnrig::l2
