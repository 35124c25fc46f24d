// Runs the inputs of one fuzz target once: those of its generators, and the files of
// fixtures/fuzz/<name>/, which include earlier findings. With --write-seeds DIRECTORY it writes the
// inputs of the generators instead. With --write-seeds DIRECTORY TRACE... it writes the inputs that
// the target makes from the traces.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <span>

#include "mbim/testing/fuzz_recording.h"
#include "trace/reader.h"
#include "trace/urb.h"

namespace mbnrig::fuzz {
namespace {

namespace fs = std::filesystem;

void RunInput(const Bytes& input) {
  // Exactly as large as the input, so that the sanitizers notice a read beyond its end.
  const std::vector<std::uint8_t> copy(input.begin(), input.end());
  LLVMFuzzerTestOneInput(copy.data(), copy.size());
}

TEST(FuzzInputs, Seeds) {
  const auto seeds = Seeds();
  ASSERT_FALSE(seeds.empty());
  for (const auto& [name, input] : seeds) {
    std::cout << name << std::endl;  // if the program crashes, the last name is the cause
    RunInput(input);
  }
}

TEST(FuzzInputs, Files) {
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(MBNRIG_FUZZ_INPUTS)) {
    std::cout << entry.path().string() << std::endl;
    std::ifstream file(entry.path(), std::ios::binary);
    RunInput(Bytes(std::istreambuf_iterator<char>(file), {}));
    ASSERT_FALSE(file.bad());
    ++files;
  }
  EXPECT_GT(files, 0u);
}

bool Write(const fs::path& path, const Bytes& input) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(input.data()),
             static_cast<std::streamsize>(input.size()));
  if (file.flush()) return true;
  std::cerr << "cannot write " << path << "\n";
  return false;
}

int WriteSeeds(const fs::path& directory) {
  fs::create_directories(directory);
  for (const auto& [name, input] : Seeds()) {
    if (!Write(directory / name, input)) return 1;
  }
  return 0;
}

/// The successful transfers of a trace, by device.
std::map<unsigned, Recording> ReadTrace(std::istream& in) {
  std::map<unsigned, Recording> recordings;
  std::map<std::uint64_t, Transfer> submitted;  ///< control transfers, by their URB
  std::map<unsigned, std::uint64_t> last;       ///< time of the transfer before, by device
  trace::Reader reader(in);
  for (trace::Packet packet; reader.Next(packet);) {
    const auto decoded = trace::DecodeUrb(packet.data);
    if (!decoded) continue;
    const trace::Urb& urb = decoded->urb;
    const Bytes data(decoded->data.begin(), decoded->data.end());
    using Kind = trace::Urb::Transfer;
    Transfer transfer;
    transfer.in = urb.in();
    transfer.pipe = urb.transfer == Kind::kControl     ? Transfer::Pipe::kControl
                    : urb.transfer == Kind::kInterrupt ? Transfer::Pipe::kNotification
                                                       : Transfer::Pipe::kBulk;
    if (urb.event == trace::Urb::Event::kSubmit) {
      // The submission has the data that the host writes.
      transfer.setup = urb.setup.value_or(trace::Setup{});
      transfer.data = data;
      submitted[urb.id] = transfer;
      continue;
    }
    if (const auto found = submitted.extract(urb.id); !found.empty()) transfer = found.mapped();
    if (urb.status != trace::urb_status::kOk) continue;
    if (transfer.in || !data.empty()) transfer.data = data;
    const unsigned device = urb.bus << 8 | urb.device;
    if (const std::uint64_t before = std::exchange(last[device], packet.time);
        before != 0 && packet.time > before) {
      transfer.pause = std::chrono::milliseconds((packet.time - before) / 1'000'000);
    }
    recordings[device].push_back(std::move(transfer));
  }
  return recordings;
}

int WriteSeedsOf(const fs::path& directory, std::span<char*> traces) {
  fs::create_directories(directory);
  std::size_t number = 0;
  for (const char* path : traces) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
      std::cerr << "cannot read " << path << "\n";
      return 1;
    }
    try {
      for (const auto& [device, recording] : ReadTrace(in)) {
        for (const Bytes& seed : SeedsOf(recording)) {
          if (!Write(directory / ("trace-" + std::to_string(++number)), seed)) return 1;
        }
      }
    } catch (const trace::TraceError& error) {
      std::cerr << path << ": " << error.what() << "\n";
      return 1;
    }
  }
  std::cout << number << " inputs\n";
  return 0;
}

}  // namespace
}  // namespace mbnrig::fuzz

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "--write-seeds") {
    return mbnrig::fuzz::WriteSeeds(argv[2]);
  }
  if (argc > 3 && std::string_view(argv[1]) == "--write-seeds") {
    return mbnrig::fuzz::WriteSeedsOf(argv[2], std::span(argv, argc).subspan(3));
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
