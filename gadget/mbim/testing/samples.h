#pragma once

/// Structures for tests of the codec. Together they have every kind of field (describe.h,
/// describe_parts.h, describe_tail.h), so that a field is tested before a message needs it.

#include <gtest/gtest.h>

#include "mbim/codec.h"
#include "mbim/describe_parts.h"
#include "mbim/describe_tail.h"
#include "mbim/service_table.h"

namespace mbnrig::mbim::testing {

using mbim::operator==;

enum class SampleMode : std::uint16_t { kOff, kOn };
enum class SampleFormat : std::uint32_t { kCells, kCell, kSlice, kBytes };

/// Numbers of every size, and bytes that end on no multiple of four.
struct SampleNumbers {
  std::uint8_t u8 = 0, slice = 0;
  SampleMode mode{};
  std::int32_t i32 = 0;
  std::uint64_t u64 = 0;
  std::array<std::uint8_t, 14> octets{};
  std::array<std::uint8_t, 3> key{};

  static constexpr std::string_view kName = "SAMPLE_NUMBERS";
  static constexpr auto Fields() {
    using S = SampleNumbers;
    return std::tuple{U8("U8", &S::u8),
                      U8("Slice", &S::slice),
                      U16("Mode", &S::mode),
                      U32("I32", &S::i32),
                      U64("U64", &S::u64),
                      Octets("Octets", &S::octets),
                      Octets("Key", &S::key, Secrecy::kSecret)};
  }
};

/// A structure with a data buffer of its own.
struct SampleCell {
  std::int32_t power = 0;
  std::string name;
  std::uint16_t channel = 0;

  static constexpr std::string_view kName = "SAMPLE_CELL";
  static constexpr auto Fields() {
    using S = SampleCell;
    return std::tuple{U32("Power", &S::power), String("Name", &S::name, 8),
                      U16("Channel", &S::channel)};
  }
};

/// Everything that an offset can lead to.
struct SampleParts {
  Bytes bytes, sized, secret;
  std::string text, path;
  Bytes filter, mask;
  std::uint32_t id = 0;
  std::optional<SampleCell> serving;
  std::vector<SampleCell> neighbours;

  static constexpr std::string_view kName = "SAMPLE_PARTS";
  static constexpr auto Fields() {
    using S = SampleParts;
    return std::tuple{
        RefBytes("Bytes", &S::bytes, 32),
        SizedBytes("Sized", &S::sized, 16),
        RefBytes("Secret", &S::secret, 0, Secrecy::kSecret),
        Utf8("Text", &S::text, 30, Termination::kNul),
        Utf8("Path", &S::path),
        SharedSize("FilterSize",
                   std::array{SharedPart("Filter", &S::filter), SharedPart("Mask", &S::mask)}, 20),
        U32("Id", &S::id),
        Ref("Serving", &S::serving),
        PackedList("Neighbours", &S::neighbours)};
  }
};

/// A list of bytes, with a number between its count and its pairs that follows from the list.
struct SampleBlobs {
  std::uint32_t active = 0;
  std::vector<Bytes> blobs;

  static constexpr std::string_view kName = "SAMPLE_BLOBS";
  static constexpr auto Fields() {
    using S = SampleBlobs;
    return std::tuple{
        RefList("Blobs", &S::blobs,
                std::tuple{U32("Active", &S::active), Computed<S>("Total", [](const S& value) {
                             std::size_t total = 0;
                             for (const Bytes& blob : value.blobs) {
                               total += blob.size();
                             }
                             return static_cast<std::uint32_t>(total);
                           })})};
  }
};

struct SampleCounted {
  std::uint32_t id = 0;
  Bytes bytes;

  static constexpr std::string_view kName = "SAMPLE_COUNTED";
  static constexpr auto Fields() {
    using S = SampleCounted;
    return std::tuple{U32("Id", &S::id), CountedBytes("Bytes", &S::bytes, 20)};
  }
};

/// As PCO: the number of bytes stands before another field.
struct SampleCountedTail {
  std::uint32_t size = 0, type = 0;
  Bytes bytes;

  static constexpr std::string_view kName = "SAMPLE_COUNTED_TAIL";
  static constexpr auto Fields() {
    using S = SampleCountedTail;
    return std::tuple{U32("Size", &S::size), U32("Type", &S::type),
                      CountedTail("Bytes", &S::bytes, &S::size, 20)};
  }
};

struct SampleTail {
  std::uint32_t id = 0;
  Bytes rest;

  static constexpr std::string_view kName = "SAMPLE_TAIL";
  static constexpr auto Fields() {
    using S = SampleTail;
    return std::tuple{U32("Id", &S::id), Tail("Rest", &S::rest)};
  }
};

struct SampleInner {
  std::uint32_t id = 0;
  SampleCell cell;

  static constexpr std::string_view kName = "SAMPLE_INNER";
  static constexpr auto Fields() {
    using S = SampleInner;
    return std::tuple{U32("Id", &S::id), Inner("Cell", &S::cell)};
  }
};

/// As an S-NSSAI: bytes only.
struct SampleSlice {
  std::uint8_t length = 0, type = 0;
  std::array<std::uint8_t, 3> differentiator{};

  static constexpr std::string_view kName = "SAMPLE_SLICE";
  static constexpr auto Fields() {
    using S = SampleSlice;
    return std::tuple{U8("Length", &S::length), U8("Type", &S::type),
                      Octets("Differentiator", &S::differentiator)};
  }
};

/// One alternative of each kind: a list, an inner structure, a TLV, a plain field.
struct SampleChoice {
  SampleFormat format{};
  std::vector<SampleCell> cells;
  SampleCell cell;
  std::optional<SampleSlice> slice;
  Bytes bytes;

  static constexpr std::string_view kName = "SAMPLE_CHOICE";
  static constexpr auto Fields() {
    using S = SampleChoice;
    return std::tuple{
        U32("Format", &S::format),
        Choice("Format", &S::format, Case(SampleFormat::kCells, RefList("Cells", &S::cells)),
               Case(SampleFormat::kCell, Inner("Cell", &S::cell)),
               Case(SampleFormat::kSlice, Tlv("Slice", 2, &S::slice)),
               Case(SampleFormat::kBytes, RefBytes("Bytes", &S::bytes)))};
  }
};

/// TLVs in place, before the data buffer of a string.
struct SampleTlvs {
  std::uint32_t id = 0;
  std::string provider, access_string, password;
  std::vector<std::uint16_t> bands;
  std::optional<SampleSlice> slice;

  static constexpr std::string_view kName = "SAMPLE_TLVS";
  static constexpr auto Fields() {
    using S = SampleTlvs;
    return std::tuple{U32("Id", &S::id),
                      String("Provider", &S::provider, 6),
                      TlvText("AccessString", &S::access_string, 10),
                      TlvText("Password", &S::password, 10, Secrecy::kSecret),
                      TlvU16List("Bands", &S::bands),
                      Tlv("Slice", 2, &S::slice)};
  }
};

struct SampleTlvList {
  std::uint32_t id = 0;
  std::string name;
  std::vector<RawTlv> more;

  static constexpr std::string_view kName = "SAMPLE_TLV_LIST";
  static constexpr auto Fields() {
    using S = SampleTlvList;
    return std::tuple{U32("Id", &S::id), TlvText("Name", &S::name), TlvList("More", &S::more)};
  }
};

using Samples = ::testing::Types<SampleNumbers, SampleCell, SampleParts, SampleBlobs, SampleCounted,
                                 SampleCountedTail, SampleTail, SampleInner, SampleSlice,
                                 SampleChoice, SampleTlvs, SampleTlvList>;

/// The samples without their types, for the fuzzer of messages.
std::span<const Form* const> SampleForms();

}  // namespace mbnrig::mbim::testing
