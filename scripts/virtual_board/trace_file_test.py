"""Tests of the trace file of a board. They do not need a virtual board."""

from pathlib import Path

import pytest

from virtual_board import BoardError, trace_file


@pytest.fixture
def base(tmp_path) -> Path:
    return tmp_path / "build/vm"


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "traces/run.pcapng"


def test_it_is_moved_and_its_folder_goes(base, file):
    with trace_file.kept(file, base) as inside:
        assert inside.parent.parent == base
        inside.write_bytes(b"packets")
    assert file.read_bytes() == b"packets"
    assert not any(base.iterdir())


def test_it_is_kept_when_the_board_dies(base, file):
    with pytest.raises(BoardError, match="the board went down"):
        with trace_file.kept(file, base) as inside:
            inside.write_bytes(b"the first packets")
            raise BoardError("the board went down")
    assert file.read_bytes() == b"the first packets"
    assert not any(base.iterdir())


def test_an_older_one_does_not_pass_for_this_runs(base, file):
    file.parent.mkdir()
    file.write_bytes(b"old")
    with trace_file.kept(file, base):
        pass
    assert not file.exists()


def test_what_else_lies_beside_the_file_is_not_in_the_folder(base, file):
    file.parent.mkdir()
    (file.parent / "other").touch()
    with trace_file.kept(file, base) as inside:
        assert not any(inside.parent.iterdir())


def test_a_link_that_was_put_there_is_not_followed(base, file, tmp_path):
    (tmp_path / "secret").write_text("not for the board")
    with trace_file.kept(file, base) as inside:
        inside.symlink_to(tmp_path / "secret")
    assert not file.exists()
    assert (tmp_path / "secret").exists()


def test_what_is_no_file_is_refused_and_stays(base, tmp_path):
    with pytest.raises(BoardError, match="is not a file that can be replaced"):
        with trace_file.kept(tmp_path, base):
            raise AssertionError("the board would have run")
    assert tmp_path.is_dir()


def test_none_is_wanted(base):
    with trace_file.kept(None, base) as inside:
        assert inside is None
    assert not base.exists()
