#pragma once

/// What fuzz targets share. A target is one `<what>_fuzz.cpp` that defines the three functions
/// below; mbnrig_fuzzer (scripts/cmake/MbnrigTargets.cmake) makes a test of it that runs its seeds
/// and every file of fixtures/fuzz/<name>/ once, and with preset `asan-ubsan` a libFuzzer program,
/// too. scripts/fuzz runs the programs.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "mbim/bytes.h"

/// Runs one input; crashes, or ends the program with Require, when something is wrong. Keeps
/// nothing from one input to the next.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace mbnrig::fuzz {

using mbim::Bytes;
using mbim::ByteView;

/// Inputs to start from, by the name of their file: good ones, which damage makes interesting.
std::vector<std::pair<std::string, Bytes>> Seeds();

struct Transfer;  // mbim/testing/fuzz_recording.h
/// What one device has transferred, in the order of the ends.
using Recording = std::vector<Transfer>;
/// Inputs that do to the target what `recording` has seen; none where it has nothing for it.
std::vector<Bytes> SeedsOf(const Recording& recording);

/// Ends the program, saying `what` should have been so, when it is not.
inline void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: does not hold: %s\n", what);
  std::abort();
}

/// An input as a row of choices; zeros and nothing once it is used up.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}

  bool empty() const { return rest_.empty(); }
  std::uint8_t Byte() {
    const ByteView byte = Take(1);
    return byte.empty() ? std::uint8_t{0} : byte[0];
  }
  std::uint16_t Word() {
    const std::uint8_t low = Byte();
    return static_cast<std::uint16_t>(low | Byte() << 8);
  }
  /// At most `size` bytes; fewer where fewer are left.
  ByteView Take(std::size_t size) {
    const ByteView taken = rest_.first(std::min(size, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  /// A length of two bytes, and so many bytes.
  ByteView Chunk() { return Take(Word()); }
  ByteView Rest() { return Take(rest_.size()); }

 private:
  ByteView rest_;
};

/// Writes what Input reads, for seeds.
class Output {
 public:
  Output& Byte(std::uint64_t value) {
    bytes_.push_back(static_cast<std::uint8_t>(value));
    return *this;
  }
  Output& Word(std::uint64_t value) { return Byte(value & 0xFF).Byte(value >> 8 & 0xFF); }
  Output& Raw(ByteView bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  Output& Chunk(ByteView bytes) { return Word(bytes.size()).Raw(bytes); }
  const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
};

}  // namespace mbnrig::fuzz
