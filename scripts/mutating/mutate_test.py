"""The parts of scripts/mutate, and the whole with a small project of its own."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from mutating import Fault, results
from mutating.choice import in_random_order, mutated_files
from mutating.equivalent import Equivalents, entry_for
from mutating.finder import flags_of
from mutating.judging import Judge, Times, Verdict
from mutating.mutation import Mutation, mutation
from mutating.workplace import Processes, Stopped, Workplace, copy_tree

MUTATE = Path(__file__).resolve().parents[1] / "mutate"


def change(text: str, before: str, after: str, file: str = "host/code.cpp", kind: str = "dropped-check") -> Mutation:
    start = text.index(before)
    return mutation(kind, file, "F", text.encode(), start, start + len(before), after)


# --- names and lists -------------------------------------------------------------------------------


def test_the_name_of_a_mutation_survives_a_move_of_its_lines():
    one = change("int F() {\n  return a && b;\n}\n", "a && b", "a")
    moved = change("// new\n\nint F() {\n    return a && b;\n}\n", "a && b", "a")
    assert one.key == moved.key and one.id == moved.id and one.line != moved.line


def listed(tmp_path: Path, text: str) -> Equivalents:
    file = tmp_path / "equivalent.toml"
    file.write_text(text)
    return Equivalents.read(file)


def test_a_mutation_of_the_list_is_known(tmp_path):
    one = change("return a && b;", "a && b", "a")
    other = change("return a && b;", "a && b", "b")
    entries = listed(tmp_path, entry_for(one).replace("reason = ''", "reason = 'b is always true'"))
    assert one in entries and other not in entries


def test_an_entry_without_a_reason_is_refused(tmp_path):
    with pytest.raises(Fault, match="has no reason"):
        listed(tmp_path, entry_for(change("return a && b;", "a && b", "a")))


def test_an_entry_whose_code_has_gone_is_stale(tmp_path):
    one = change("return a && b;", "a && b", "a")
    entries = listed(tmp_path, entry_for(one).replace("reason = ''", "reason = 'x'"))
    assert [entry.function for entry in entries.stale({one.file: []})] == ["F"]
    assert entries.stale({one.file: [one]}) == []
    assert entries.stale({"host/other.cpp": []}) == []  # its file was not looked at


def test_tests_and_headers_of_the_api_are_not_mutated():
    names = ["host/a.cpp", "host/a_test.cpp", "host/include/mbnapi.h", "host/x/testing/b.cpp", "gadget/c.cpp"]
    assert mutated_files(names, []) == ["host/a.cpp"]
    with pytest.raises(Fault):
        mutated_files(names, ["gadget"])


def test_the_order_depends_on_the_seed_and_holds_every_mutation_once():
    text = "return a && b && c && d;"
    places = {
        f"host/{file}.cpp": [change(text, f"{x} && ", "", f"host/{file}.cpp") for x in "abc"] for file in "xyz"
    }

    def order(seed: int) -> list[tuple]:
        return [one.key for one in in_random_order(sorted(places), places.get, lambda file: 10, seed)]

    assert order(1) == order(1)
    assert order(1) != order(2)
    assert sorted(order(1)) == sorted(one.key for found in places.values() for one in found)


def test_a_sample_looks_only_at_the_files_that_it_takes():
    looked_at = []

    def places(file: str) -> list[Mutation]:
        looked_at.append(file)
        return [change("return a && b;", " && b", "", file)]

    files = [f"host/{n}.cpp" for n in range(100)]
    next(in_random_order(files, places, lambda file: 10, 1))
    assert len(looked_at) == 1


# --- score -----------------------------------------------------------------------------------------


def test_what_does_not_build_is_not_counted():
    one = change("return a && b;", " && b", "")
    verdicts = [
        Verdict(one, suites="mbnrig-conformance A.B"),
        Verdict(one, unit_tests="x_test A.B"),
        Verdict(one),
        Verdict(one),
        Verdict(one, compiles=False),
    ]
    assert results.killed_share(verdicts) == 50
    assert results.table(verdicts).splitlines()[-1].split() == ["all", "4", "1", "25%", "2", "50%", "1"]
    assert len(results.survivors(verdicts)) == 2


# --- the copy and its processes --------------------------------------------------------------------


def test_the_copy_follows_the_tree_and_leaves_equal_files_alone(tmp_path):
    tree, copy = tmp_path / "tree", tmp_path / "copy"
    (tree / "host").mkdir(parents=True)
    (tree / "host/a").write_text("1")
    (tree / "host/b").write_text("1")
    copy_tree(tree, ["host/a", "host/b"], copy)
    (copy / "build").mkdir()
    (copy / "build/kept").write_text("")
    before = (copy / "host/a").stat().st_mtime_ns
    (tree / "host/b").write_text("2")
    copy_tree(tree, ["host/a", "host/b"], copy)
    assert (copy / "host/a").stat().st_mtime_ns == before
    assert (copy / "host/b").read_text() == "2"
    copy_tree(tree, ["host/a"], copy)
    assert not (copy / "host/b").exists() and (copy / "build/kept").exists()


def test_a_command_that_hangs_ends_with_its_children(tmp_path):
    status = Processes().run(["sh", "-c", f"sleep 600 & echo $! >{tmp_path}/pid; wait"], tmp_path / "log", 1)
    assert status is None
    until(lambda: not runs((tmp_path / "pid").read_text()))


def test_a_run_that_is_stopped_leaves_no_process(tmp_path):
    processes, seen = Processes(), []

    def work():
        try:
            processes.run(["sh", "-c", f"echo $$ >{tmp_path}/pid; exec sleep 600"], tmp_path / "log", 600)
        except Stopped:
            seen.append("stopped")

    worker = threading.Thread(target=work)
    worker.start()
    until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
    processes.stop()
    worker.join(30)
    assert seen == ["stopped"]
    until(lambda: not runs((tmp_path / "pid").read_text()))
    with pytest.raises(Stopped):
        processes.run(["true"], tmp_path / "log", 1)


def runs(pid: str) -> bool:
    state = Path(f"/proc/{pid.strip()}/stat")
    try:
        return state.read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(holds, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        threading.Event().wait(0.01)


# --- a whole project -------------------------------------------------------------------------------

PRESETS = {
    "version": 6,
    "configurePresets": [
        {
            "name": "dev",
            "generator": "Ninja",
            "binaryDir": "${sourceDir}/build/dev",
            "cacheVariables": {"CMAKE_CXX_COMPILER": "clang++-14", "CMAKE_EXPORT_COMPILE_COMMANDS": "ON"},
        }
    ],
}
PROJECT = {
    "CMakePresets.json": json.dumps(PRESETS),
    "CMakeLists.txt": """\
cmake_minimum_required(VERSION 3.25)
project(small LANGUAGES CXX)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
enable_testing()
add_custom_command(OUTPUT conformance/catalogue/catalogue_tables.inc
  COMMAND ${CMAKE_COMMAND} -E touch conformance/catalogue/catalogue_tables.inc)
add_custom_target(tables DEPENDS conformance/catalogue/catalogue_tables.inc)
add_library(code STATIC host/code.cpp)
add_executable(mbnrig-conformance suites.cpp)
add_executable(code_test host/code_test.cpp)
target_link_libraries(mbnrig-conformance code)
target_link_libraries(code_test code)
add_test(NAME code_test COMMAND code_test)
""",
    "host/code.h": "int Limited(int x);\nint Seen(int x, bool ready);\nint Steps(int from);\nint Plain(int x);\n",
    "host/code.cpp": """\
#include "code.h"
int Limited(int x) {
  if (x > 9) return 9;
  return x;
}
int Seen(int x, bool ready) {
  if (!ready) return -2;
  return x;
}
int Steps(int from) {
  int steps = 0;
  while (true) {
    if (from == 0) break;
    --from;
    ++steps;
  }
  return steps;
}
int Plain(int x) {
  if (x == 77) return 78;
  return x;
}
""",
    "suites.cpp": '#include "host/code.h"\nint main() { return Limited(12) == 9 && Steps(3) == 3 ? 0 : 1; }\n',
    "host/code_test.cpp": '#include "code.h"\nint main() { return Seen(5, false) == -2 ? 0 : 1; }\n',
}


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    for name, text in PROJECT.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def judge(project, tmp_path_factory) -> Judge:
    folder = tmp_path_factory.mktemp("work")
    place = Workplace(folder / "0", Processes(), 2)
    place.prepare(project, list(PROJECT))
    # Nothing that this project runs takes longer than a moment.
    times = Times(folder / "times.json", "", patience=5, least=5)
    judge = Judge(place, times, place.tests(), unit_tests=True)
    judge.measure_suites()
    return judge


def verdict(judge: Judge, before: str, after: str) -> Verdict:
    return judge.judge(change(PROJECT["host/code.cpp"], before, after))


def test_the_suites_kill(judge):
    found = verdict(judge, "  if (x > 9) return 9;\n", "")
    assert found.suites == "mbnrig-conformance (status 1)" and found.killed


def test_the_unit_tests_kill_what_the_suites_do_not_notice(judge):
    found = verdict(judge, "  if (!ready) return -2;\n", "")
    assert found.suites == "" and found.unit_tests == "code_test (status 8)" and found.killed


def test_what_nothing_notices_survives(judge):
    assert not verdict(judge, "  if (x == 77) return 78;\n", "").killed


def test_what_hangs_is_killed(judge):
    assert verdict(judge, "    if (from == 0) break;\n", "").suites == "mbnrig-conformance hangs"


def test_what_does_not_compile_says_so(judge):
    assert not verdict(judge, "return 9;", "return nine;").compiles


def test_the_copy_is_as_before_afterwards(judge, project):
    verdict(judge, "  if (x > 9) return 9;\n", "")
    assert (judge._at.tree / "host/code.cpp").read_text() == (project / "host/code.cpp").read_text()


def test_the_flags_of_a_compile_command():
    entry = {"file": "/p/a.cpp", "command": "cmake -E env X=1 ccache /usr/bin/clang++-14 -Ia -std=c++20 -o a.o -c /p/a.cpp"}
    assert flags_of(entry) == ["-Ia", "-std=c++20"]


def test_wrong_usage_is_one_line():
    done = subprocess.run([sys.executable, MUTATE, "--count", "0"], capture_output=True, text=True)
    assert done.returncode == 2 and "expected a number from 1" in done.stderr
