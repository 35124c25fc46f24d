/// The kinds of field that no message of MBIM 1.0 has yet: their bytes, and what Decode refuses.
/// Random values and damage are tested in round_trip_test.cpp and mutation_test.cpp.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mbim/codec_impl.h"
#include "mbim/form.h"
#include "mbim/testing/samples.h"
#include "mbim/testing/wire_text.h"

namespace mbnrig::mbim::testing {
namespace {

using ::testing::HasSubstr;

template <class T>
void ExpectWire(const T& value, std::string_view wire, const std::string& text) {
  const Bytes bytes = FromText(wire);
  EXPECT_EQ(Encode(value), bytes);
  const auto decoded = Decode<T>(bytes);
  ASSERT_TRUE(decoded) << decoded.error().ToString();
  EXPECT_EQ(*decoded, value) << ToText(*decoded);
  EXPECT_EQ(ToText(value), text);
}

template <class T>
std::string Damage(std::string_view wire) {
  const auto decoded = Decode<T>(FromText(wire));
  return decoded ? "" : decoded.error().ToString();
}

TEST(Fields, Numbers) {
  SampleNumbers value;
  value.u8 = 0xFE;
  value.slice = 1;
  value.mode = SampleMode::kOn;
  value.i32 = -95;
  value.u64 = 0x0102030405060708;
  value.octets = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
  value.key = {0xAA, 0xBB, 0xCC};
  ExpectWire(value, R"(
      fe 01                     | U8, Slice
      01 00                     | Mode
      a1 ff ff ff               | I32: -95
      08 07 06 05 04 03 02 01   | U64
      01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e
      aa bb cc                  | Key
  )",
             "SAMPLE_NUMBERS { U8 = 254, Slice = 1, Mode = 1, I32 = -95, U64 = "
             "72623859790382856, Octets = <01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e>, "
             "Key = *** }");
  EXPECT_THAT(ToText(value, Secrets::kShown), HasSubstr("Key = <aa bb cc>"));
}

SampleParts AllParts() {
  SampleParts value;
  value.bytes = {1, 2, 3, 4, 5};
  value.sized = {6};
  value.secret = {7, 8};
  value.text = "abc";
  value.path = "xy";
  value.filter = {0xF0, 0xF1};
  value.mask = {0x0F, 0x1F};
  value.id = 9;
  value.serving = SampleCell{-70, "A", 3};
  value.neighbours = {{-80, "BC", 4}, {-90, "", 5}};
  return value;
}

constexpr std::string_view kAllParts = R"(
      48 00 00 00  05 00 00 00  | Bytes: 5 bytes at 72
      01 00 00 00  50 00 00 00  | Sized: 1 byte at 80
      54 00 00 00  02 00 00 00  | Secret: 2 bytes at 84
      58 00 00 00  04 00 00 00  | Text: 4 bytes at 88, with its NUL
      5c 00 00 00  02 00 00 00  | Path: 2 bytes at 92
      02 00 00 00               | FilterSize
      60 00 00 00               | Filter at 96
      64 00 00 00               | Mask at 100
      09 00 00 00               | Id
      68 00 00 00  14 00 00 00  | Serving: 20 bytes at 104
      7c 00 00 00  28 00 00 00  | Neighbours: 40 bytes at 124
      01 02 03 04 05 00 00 00
      06 00 00 00
      07 08 00 00
      61 62 63 00
      78 79 00 00
      f0 f1 00 00
      0f 1f 00 00
      ba ff ff ff               | Power: -70
      10 00 00 00  02 00 00 00  | Name: 2 bytes at 16 of this cell
      03 00                     | Channel
      00 00                     | padding of the fixed part
      u"A" 00 00
      02 00 00 00               | two neighbours
      b0 ff ff ff               | Power: -80
      10 00 00 00  04 00 00 00  | Name: 4 bytes at 16 of this cell
      04 00 00 00               | Channel
      u"BC"
      a6 ff ff ff               | Power: -90
      00 00 00 00  00 00 00 00  | no name
      05 00 00 00               | Channel
  )";

TEST(Fields, Parts) {
  ExpectWire(AllParts(), kAllParts,
             "SAMPLE_PARTS { Bytes = <01 02 03 04 05>, Sized = <06>, Secret = ***, Text = \"abc\", "
             "Path = \"xy\", Filter = <f0 f1>, Mask = <0f 1f>, Id = 9, Serving = { Power = -70, "
             "Name = \"A\", Channel = 3 }, Neighbours = [{ Power = -80, Name = \"BC\", Channel = 4 "
             "}, { Power = -90, Name = \"\", Channel = 5 }] }");
}

TEST(Fields, PartsThatAreEmptyHaveNoOffset) {
  EXPECT_EQ(Encode(SampleParts{}), Bytes(72));
  EXPECT_EQ(*Decode<SampleParts>(Bytes(72)), SampleParts{});
}

/// What is wrong with kAllParts if `number` is written at `at`.
std::string DamageOfParts(std::size_t at, std::uint32_t number) {
  Bytes wire = FromText(kAllParts);
  StoreU32(wire, at, number);
  const auto decoded = Decode<SampleParts>(wire);
  return decoded ? "" : decoded.error().ToString();
}

TEST(Fields, PartsAreBounded) {
  EXPECT_EQ(DamageOfParts(0, 67), "Bytes: offset 67 points into the fixed part, which ends at 72");
  EXPECT_EQ(DamageOfParts(4, 93),
            "Bytes: 93 bytes at offset 72 reach beyond the buffer's end at 164");
  EXPECT_EQ(DamageOfParts(8, 0xFFFFFFFF),
            "Sized: 4294967295 bytes at offset 80 reach beyond the buffer's end at 164");
  EXPECT_EQ(DamageOfParts(40, 66),
            "Mask: 66 bytes at offset 100 reach beyond the buffer's end at 164")
      << "the shared size is FilterSize";
  EXPECT_EQ(DamageOfParts(60, 13), "Serving.Channel: needs 2 bytes at 12, 1 remain");
  EXPECT_EQ(DamageOfParts(68, 3), "Neighbours: is too short for a count");
  EXPECT_EQ(DamageOfParts(124, 3), "Neighbours: counts 3 elements in 36 bytes");
  EXPECT_EQ(DamageOfParts(124, 0xFFFFFFFF), "Neighbours: counts 4294967295 elements in 36 bytes");
  EXPECT_EQ(DamageOfParts(136, 33),
            "Neighbours[0].Name: 33 bytes at offset 16 reach beyond the buffer's end at 36");
}

TEST(Fields, Utf8IsTakenWithAndWithoutItsNul) {
  Bytes wire = FromText(kAllParts);
  StoreU32(wire, 28, 3);  // the size of Text, without its NUL
  EXPECT_EQ(Decode<SampleParts>(wire)->text, "abc");
  StoreU32(wire, 36, 4);  // the size of Path, with its padding
  EXPECT_EQ(Decode<SampleParts>(wire)->path, "xy");
  wire[92] = 0xFF;
  EXPECT_EQ(Decode<SampleParts>(wire).error().ToString(), "Path: is not valid UTF-8");
}

template <class T>
std::string Refusal(const T& value) {
  try {
    Encode(value);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST(Fields, EncodeKeepsLimits) {
  SampleParts parts = AllParts();
  parts.bytes.resize(33);
  EXPECT_EQ(Refusal(parts), "Bytes: 33 bytes, at most 32 are allowed");
  parts = AllParts();
  parts.text = std::string(31, 'a');
  EXPECT_EQ(Refusal(parts), "Text: 31 bytes, at most 30 are allowed");
  parts = AllParts();
  parts.path = "\xFF";
  EXPECT_EQ(Refusal(parts), "Path: not valid UTF-8, or contains a NUL");
  parts = AllParts();
  parts.mask.push_back(0);
  EXPECT_EQ(Refusal(parts), "Mask: 3 bytes, but FilterSize is 2");
  EXPECT_EQ(Refusal(SampleCounted{0, Bytes(21)}), "Bytes: 21 bytes, at most 20 are allowed");
  EXPECT_EQ(Refusal(SampleCountedTail{2, 0, {1}}), "Bytes: 1 bytes, but the size field is 2");
  EXPECT_EQ(Refusal(SampleChoice{SampleFormat{4}, {}, {}, {}, {}}), "Format: no alternative 4");
}

TEST(Fields, ListOfBytes) {
  ExpectWire(SampleBlobs{7, {{1, 2, 3}, {}, {4}}}, R"(
      03 00 00 00               | three blobs
      07 00 00 00               | Active
      04 00 00 00               | Total: 4 bytes
      24 00 00 00  03 00 00 00
      00 00 00 00  00 00 00 00
      28 00 00 00  01 00 00 00
      01 02 03 00
      04 00 00 00
  )",
             "SAMPLE_BLOBS { Active = 7, Total = 4, Blobs = [<01 02 03>, -, <04>] }");
}

TEST(Fields, BytesInPlace) {
  ExpectWire(SampleCounted{1, {9, 8, 7}}, "01 00 00 00  03 00 00 00  09 08 07 00",
             "SAMPLE_COUNTED { Id = 1, Bytes = <09 08 07> }");
  EXPECT_EQ(Damage<SampleCounted>("01 00 00 00  03 00 00 00  09 08"),
            "Bytes: needs 3 bytes at 8, 2 remain");
  EXPECT_EQ(Damage<SampleCounted>("01 00 00 00  03 00"), "Bytes: needs 4 bytes at 4, 2 remain");
  ExpectWire(SampleCountedTail{3, 2, {9, 8, 7}}, "03 00 00 00  02 00 00 00  09 08 07 00",
             "SAMPLE_COUNTED_TAIL { Size = 3, Type = 2, Bytes = <09 08 07> }");
  EXPECT_EQ(Damage<SampleCountedTail>("ff ff ff ff  02 00 00 00  09 08"),
            "Bytes: needs 4294967295 bytes at 8, 2 remain");
  ExpectWire(SampleTail{1, {9, 8, 7}}, "01 00 00 00  09 08 07",
             "SAMPLE_TAIL { Id = 1, Rest = <09 08 07> }");
  ExpectWire(SampleTail{1, {}}, "01 00 00 00", "SAMPLE_TAIL { Id = 1, Rest = - }");
}

TEST(Fields, InnerStructureCountsFromItsOwnStart) {
  ExpectWire(SampleInner{1, {-2, "A", 3}}, R"(
      01 00 00 00
      fe ff ff ff
      10 00 00 00  02 00 00 00  | Name: 2 bytes at 16 of the inner structure
      03 00 00 00
      u"A" 00 00
  )",
             "SAMPLE_INNER { Id = 1, Cell = { Power = -2, Name = \"A\", Channel = 3 } }");
  EXPECT_EQ(Damage<SampleInner>("01 00 00 00  fe ff ff ff"),
            "Cell.Name: needs 8 bytes at 4, 0 remain");
}

TEST(Fields, ChoiceFollowsItsKey) {
  SampleChoice cells;
  cells.cells = {{1, "", 2}};
  ExpectWire(cells, R"(
      00 00 00 00               | Format: cells
      01 00 00 00               | one cell
      10 00 00 00  10 00 00 00  | 16 bytes at 16
      01 00 00 00  00 00 00 00  00 00 00 00  02 00 00 00
  )",
             "SAMPLE_CHOICE { Format = 0, Cells = [{ Power = 1, Name = \"\", Channel = 2 }] }");
  SampleChoice slice;
  slice.format = SampleFormat::kSlice;
  slice.slice = SampleSlice{4, 1, {7, 8, 9}};
  ExpectWire(slice, R"(
      02 00 00 00               | Format: a slice
      02 00  00  03  05 00 00 00
      04 01 07 08 09 00 00 00
  )",
             "SAMPLE_CHOICE { Format = 2, Slice = { Length = 4, Type = 1, Differentiator = <07 08 "
             "09> } }");
  SampleChoice bytes;
  bytes.format = SampleFormat::kBytes;
  bytes.bytes = {1};
  ExpectWire(bytes, "03 00 00 00  0c 00 00 00  01 00 00 00  01 00 00 00",
             "SAMPLE_CHOICE { Format = 3, Bytes = <01> }");
  EXPECT_EQ(Damage<SampleChoice>("04 00 00 00"), "Format: no alternative 4");
  EXPECT_EQ(Damage<SampleChoice>("00 00 00 00"), "Cells: needs 4 bytes at 4, 0 remain");
  EXPECT_EQ(Damage<SampleChoice>("00 00 00 00  ff ff ff ff  00 00 00 00"),
            "Cells: counts 4294967295 elements, the buffer has room for 0");
  EXPECT_EQ(Damage<SampleChoice>("03 00 00 00  08 00 00 00  01 00 00 00"),
            "Bytes: offset 8 points into the fixed part, which ends at 12");
}

constexpr std::string_view kTlvs = R"(
      05 00 00 00               | Id
      3c 00 00 00  04 00 00 00  | Provider: 4 bytes at 60, behind the TLVs
      0a 00  00  02  02 00 00 00  u"n" 00 00
      0a 00  00  00  00 00 00 00
      0b 00  00  00  04 00 00 00  07 00 1c 00
      02 00  00  03  05 00 00 00  04 01 07 08 09 00 00 00
      u"26"
  )";

TEST(Fields, Tlvs) {
  ExpectWire(SampleTlvs{5, "26", "n", "", {7, 28}, SampleSlice{4, 1, {7, 8, 9}}}, kTlvs,
             "SAMPLE_TLVS { Id = 5, Provider = \"26\", AccessString = \"n\", Password = \"\", "
             "Bands = [7, 28], Slice = { Length = 4, Type = 1, Differentiator = <07 08 09> } }");
  EXPECT_THAT(ToText(SampleTlvs{5, "", "", "pw", {}, {}}),
              HasSubstr("Password = ***, Bands = [], Slice = -"));
}

std::string DamageOfTlvs(std::size_t at, std::uint8_t byte) {
  Bytes wire = FromText(kTlvs);
  wire[at] = byte;
  const auto decoded = Decode<SampleTlvs>(wire);
  return decoded ? "" : decoded.error().ToString();
}

TEST(Fields, TlvsAreBounded) {
  EXPECT_EQ(DamageOfTlvs(12, 11), "AccessString: a TLV of type 11, not 10");
  EXPECT_EQ(DamageOfTlvs(15, 4), "AccessString: a TLV with 4 bytes of padding");
  EXPECT_EQ(DamageOfTlvs(16, 1), "AccessString: a string of 1 bytes is not UTF-16");
  EXPECT_EQ(DamageOfTlvs(19, 1), "AccessString: needs 16777218 bytes at 20, 44 remain");
  EXPECT_EQ(DamageOfTlvs(4, 56),
            "Provider: offset 56 points into the fixed part, which ends at 60");
  EXPECT_THAT(Damage<SampleTlvList>("01 00 00 00  0a 00 00 01  03 00 00 00  61 00 62 00"),
              HasSubstr("Name: a string of 3 bytes"));
}

TEST(Fields, TlvsToTheEnd) {
  ExpectWire(SampleTlvList{1, "", {{9, {1, 2, 3}}, {0xFFFF, {}}}}, R"(
      01 00 00 00
      0a 00  00  00  00 00 00 00
      09 00  00  01  03 00 00 00  01 02 03 00
      ff ff  00  00  00 00 00 00
  )",
             "SAMPLE_TLV_LIST { Id = 1, Name = \"\", More = [9 <01 02 03>, 65535 -] }");
  EXPECT_EQ(Damage<SampleTlvList>("01 00 00 00  0a 00 00 00 00 00 00 00  09 00"),
            "More[0]: needs 8 bytes at 12, 2 remain");
}

TEST(Fields, AreShownInTables) {
  const auto fields = kFormOf<SampleParts>.fields();
  ASSERT_EQ(fields.size(), 11u);
  EXPECT_EQ(fields[1].type, "size, offset: bytes, at most 16 bytes");
  EXPECT_EQ(fields[3].type, "offset, size: UTF-8, at most 30 bytes, NUL-terminated");
  EXPECT_EQ(fields[7].type, "offset: FilterSize bytes, at most 20 bytes");
  EXPECT_EQ(fields[10].structure, "SAMPLE_CELL");
  const auto choice = kFormOf<SampleChoice>.fields();
  ASSERT_EQ(choice.size(), 6u);
  EXPECT_EQ(choice[3].type, "SAMPLE_CELL in place, offsets from its own start, if Format is 1");
  EXPECT_TRUE(kFormOf<SampleTlvs>.has_secrets);
  EXPECT_FALSE(kFormOf<SampleInner>.has_secrets);
}

}  // namespace
}  // namespace mbnrig::mbim::testing
