"""Which mutations the tool finds in code."""

import textwrap
from pathlib import Path

import pytest

from mutating import finder
from mutating.mutation import squeezed

HEAD = """\
using HRESULT = int; using DWORD = unsigned;
#define S_OK ((HRESULT)0)
#define E_FAIL ((HRESULT)1)
#define E_HANDLE ((HRESULT)2)
#define ERROR_NOT_FOUND 3u
#define ERROR_BUSY 4u
HRESULT Try();
void Tell(int what); void LogWarning(int what);
int Take(int a, int b, bool c);
struct Call {
  DWORD refusal_, level_;
  Call& Require(bool holds, DWORD code) { refusal_ = holds ? refusal_ : code; return *this; }
  Call& Given(void* p, DWORD code) { return Require(p != nullptr, code); }
  Call& Level(DWORD level) { level_ = level; return *this; }
  DWORD Answer();
};
"""


def found(tmp_path: Path, code: str, kind: str | None = None) -> list[tuple[str, str, str]]:
    """(kind, before, after) of the mutations of some code."""
    (tmp_path / "head.h").write_text(HEAD)
    (tmp_path / "code.cpp").write_text('#include "head.h"\n' + textwrap.dedent(code))
    mutations = finder.mutations_of("code.cpp", tmp_path, "code.cpp", ["-std=c++20"])
    return [
        (one.kind, squeezed(one.before), squeezed(one.after))
        for one in mutations
        if kind in (None, one.kind)
    ]


def test_a_guard_is_dropped(tmp_path):
    code = "int F(int* p) {\n  if (p == nullptr) return 7;\n  return *p;\n}\n"
    assert found(tmp_path, code) == [("dropped-check", "if (p == nullptr) return 7;", "")]


def test_the_condition_of_an_action_is_dropped(tmp_path):
    code = "int n;\nvoid F(bool a) {\n  if (a) n = 7;\n}\n"
    assert found(tmp_path, code) == [("dropped-check", "if (a) n = 7;", "n = 7;")]


def test_each_operand_is_dropped_once(tmp_path):
    code = "bool F(bool a, bool b, bool c) {\n  return a && b && c;\n}\n"
    assert [after for _, _, after in found(tmp_path, code)] == [
        "return b && c;",
        "return a && c;",
        "return a && b;",
    ]


def test_mixed_operators_keep_their_parentheses(tmp_path):
    code = "bool F(bool a, bool b, bool c) {\n  return a && (b || c);\n}\n"
    assert {after for _, _, after in found(tmp_path, code)} == {
        "return (b || c);",
        "return a;",
        "return a && (c);",
        "return a && (b);",
    }


def test_a_check_of_a_result_is_an_ignored_error(tmp_path):
    code = "HRESULT F() {\n  const HRESULT hr = Try();\n  if (hr != S_OK) return hr;\n  return Try();\n}\n"
    assert found(tmp_path, code, "ignored-error") == [("ignored-error", "if (hr != S_OK) return hr;", "")]


def test_guards_change_places(tmp_path):
    code = "int F(int a) {\n  if (a == 7) return 1;\n  if (a > 5) return 2;\n  return a;\n}\n"
    ((_, before, after),) = found(tmp_path, code, "swapped-order")
    assert before == "if (a == 7) return 1; if (a > 5) return 2;"
    assert after == "if (a > 5) return 2; if (a == 7) return 1;"


@pytest.mark.parametrize(
    "guards",
    [
        "if (a) return 1;\n  if (b) return 1;",  # both leave alike
        "if (x == 1) return 1;\n  if (x == 2) return 2;",  # never both
        "const int y = Try();\n  if (y) return 1;\n  if (y > x) return 2;",  # the second needs the first
        "if (a) return 1;\n  ++x;\n  if (b) return 2;",  # no neighbours
    ],
)
def test_guards_whose_order_means_nothing_keep_it(tmp_path, guards):
    code = f"int F(bool a, bool b, int x) {{\n  {guards}\n  return x;\n}}\n"
    assert found(tmp_path, code, "swapped-order") == []


def test_a_guard_takes_its_declaration_along(tmp_path):
    code = """\
        int F(int x) {
          const int y = Try();
          if (y) return 1;
          if (x) return 2;
          return 3;
        }
        """
    ((_, _, after),) = found(tmp_path, code, "swapped-order")
    assert after == "if (x) return 2; const int y = Try(); if (y) return 1;"


def test_checks_of_a_chain_are_dropped_and_change_places(tmp_path):
    code = """\
        DWORD F(void* p, bool b) {
          return Call()
              .Given(p, ERROR_NOT_FOUND)
              .Require(b, ERROR_BUSY)
              .Level(7)
              .Answer();
        }
        """
    text = [(kind, after) for kind, _, after in found(tmp_path, code) if kind != "wrong-code"]
    assert [after for kind, after in text if kind == "swapped-order"] == [
        "return Call() .Require(b, ERROR_BUSY) .Given(p, ERROR_NOT_FOUND)"
    ]
    assert sum(kind == "dropped-check" for kind, _ in text) == 3


def test_a_code_becomes_another_one_of_its_family(tmp_path):
    code = """\
        HRESULT F(int a) {
          if (a == 1) return E_FAIL;
          if (a == 2 && Try() == S_OK) return E_HANDLE;
          return E_FAIL;
        }
        DWORD G(int a) { return a ? ERROR_NOT_FOUND : ERROR_BUSY; }
        """
    changed = [(before, after) for _, before, after in found(tmp_path, code, "wrong-code")]
    assert ("if (a == 1) return E_FAIL;", "if (a == 1) return S_OK;") in changed
    assert all("Try() == S_OK" in after for before, after in changed if "Try()" in before)
    assert all("ERROR_" in after for before, after in changed if "DWORD" in before)


def test_an_event_is_lost_but_a_log_line_is_not(tmp_path):
    code = "void F(bool a) {\n  LogWarning(1);\n  Tell(7);\n  if (a) Tell(8);\n}\n"
    assert [(before, after) for _, before, after in found(tmp_path, code, "lost-event")] == [
        ("Tell(7);", ""),
        ("if (a) Tell(8);", "if (a) {}"),
    ]


def test_off_by_one(tmp_path):
    code = "int F(const int* v, int n) {\n  int s = v[0];\n  for (int i = 0; i < n; ++i) s += v[i + 1];\n  return s;\n}\n"
    assert {after for _, _, after in found(tmp_path, code, "off-by-one")} == {
        "int s = v[1];",
        "for (int i = 1; i < n; ++i) s += v[i + 1];",
        "for (int i = 0; i <= n; ++i) s += v[i + 1];",
        "for (int i = 0; i < n; ++i) s += v[i];",
    }


def test_arguments_of_one_type_change_places(tmp_path):
    code = "int F(int x, int y) {\n  return Take(x, y, true);\n}\n"
    assert found(tmp_path, code) == [("wrong-object", "return Take(x, y, true);", "return Take(y, x, true);")]


def test_the_first_element_in_place_of_the_one_looked_for(tmp_path):
    code = """\
        #include <algorithm>
        #include <vector>
        auto F(const std::vector<int>& v, int x) {
          return std::find(v.begin(), v.end(), x);
        }
        """
    assert ("wrong-object", "return std::find(v.begin(), v.end(), x);", "return v.begin();") in found(tmp_path, code)


def test_code_in_macros_comments_and_strings_is_left_alone(tmp_path):
    code = """\
        #define CHECK(x) do { if (!(x)) return 1; } while (false)
        int F(bool a, bool b) {
          CHECK(a && b);  // if (a) return E_FAIL;
          const char* text = "return E_HANDLE; a < b";
          return text[1];
        }
        """
    assert found(tmp_path, code) == []


def test_a_function_is_named_with_its_class(tmp_path):
    code = "struct A { bool F(bool a, bool b); };\nbool A::F(bool a, bool b) {\n  return a && b;\n}\n"
    found(tmp_path, code)
    mutations = finder.mutations_of("code.cpp", tmp_path, "code.cpp", ["-std=c++20"])
    assert {one.function for one in mutations} == {"A::F"}


def test_every_mutation_changes_the_text_where_it_says(tmp_path):
    code = "bool F(bool a, bool b) {\n  if (a) return b;\n  return a && b;\n}\n"
    found(tmp_path, code)
    text = (tmp_path / "code.cpp").read_bytes()
    for one in finder.mutations_of("code.cpp", tmp_path, "code.cpp", ["-std=c++20"]):
        changed = one.applied(text)
        assert changed != text
        assert text.decode().replace(one.before.rstrip("\n"), one.after, 1).split() == changed.decode().split()
