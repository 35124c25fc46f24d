#include "ip/checksum.h"

#include <cstring>

namespace mbnrig::ip {
namespace {

using mbim::ByteView;

/// Adds words of 64 bits and counts their carries. A compiler makes two instructions of it.
struct Words {
  std::uint64_t sum = 0, carries = 0;

  void Add(std::uint64_t word) {
    sum += word;
    carries += sum < word ? 1 : 0;
  }
  void Add(const std::uint8_t* at, std::size_t size = sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, size);
    Add(word);
  }
};

/// The sum of 16-bit numbers as they lie in memory (RFC 1071, section 2: any byte order gives the
/// checksum in that byte order (B), and wider numbers may be added (C)). An odd last byte counts as
/// the first byte of a number.
std::uint64_t Sum(ByteView bytes) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  Words words;
  const std::uint8_t* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8 * kWord; left -= 8 * kWord) {
    words.Add(at);
    words.Add(at + kWord);
    words.Add(at + 2 * kWord);
    words.Add(at + 3 * kWord);
    words.Add(at + 4 * kWord);
    words.Add(at + 5 * kWord);
    words.Add(at + 6 * kWord);
    words.Add(at + 7 * kWord);
    at += 8 * kWord;
  }
  for (; left >= kWord; left -= kWord) {
    words.Add(at);
    at += kWord;
  }
  if (left != 0) words.Add(at, left);  // no bytes may be a null pointer
  return (words.sum & 0xffffffff) + (words.sum >> 32) + words.carries;
}

}  // namespace

Checksum& Checksum::Add(ByteView bytes) {
  sum_ += Sum(bytes);
  return *this;
}

Checksum& Checksum::Add16(std::size_t value) {
  const std::uint8_t bytes[] = {static_cast<std::uint8_t>(value >> 8),
                                static_cast<std::uint8_t>(value)};
  return Add(bytes);
}

std::uint16_t Checksum::Value() const {
  std::uint64_t sum = sum_;
  while (sum >> 16 != 0)
    sum = (sum & 0xffff) + (sum >> 16);
  const auto folded = static_cast<std::uint16_t>(~sum);
  std::uint8_t bytes[2];
  std::memcpy(bytes, &folded, sizeof bytes);
  return static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]);
}

}  // namespace mbnrig::ip
