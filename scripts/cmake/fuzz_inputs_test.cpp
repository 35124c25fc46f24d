/// Runs the inputs of one fuzz target once: what its generators make, and the files of
/// fixtures/fuzz/<name>/, where findings are kept. With --write-seeds DIRECTORY it writes what the
/// generators make instead.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "mbim/fuzz.h"

namespace mbnrig::fuzz {
namespace {

namespace fs = std::filesystem;

void RunInput(const Bytes& input) {
  // Exactly as large as the input, so that the sanitizers see a byte too many.
  const std::vector<std::uint8_t> copy(input.begin(), input.end());
  LLVMFuzzerTestOneInput(copy.data(), copy.size());
}

TEST(FuzzInputs, Seeds) {
  const auto seeds = Seeds();
  ASSERT_FALSE(seeds.empty());
  for (const auto& [name, input] : seeds) {
    std::cout << name << std::endl;  // the last one is to blame for what ends the program
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

int WriteSeeds(const fs::path& directory) {
  fs::create_directories(directory);
  for (const auto& [name, input] : Seeds()) {
    std::ofstream file(directory / name, std::ios::binary);
    file.write(reinterpret_cast<const char*>(input.data()),
               static_cast<std::streamsize>(input.size()));
    if (!file.flush()) {
      std::cerr << "cannot write " << directory / name << "\n";
      return 1;
    }
  }
  return 0;
}

}  // namespace
}  // namespace mbnrig::fuzz

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "--write-seeds") {
    return mbnrig::fuzz::WriteSeeds(argv[2]);
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
