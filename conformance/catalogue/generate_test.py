"""Tests that generate.py refuses invalid data and names file, line and what it expected."""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
HEADER = "row\ttarget\treason\n"
ROW = "IMbnConnection::Connect/E_HANDLE"


class Generate(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for name in ("mbn.tsv", "mpr.tsv", "codes.tsv", "not_applicable.tsv", "required.tsv"):
            shutil.copy(HERE / name, self.folder)

    def generate(self):
        return subprocess.run(
            [sys.executable, HERE / "generate.py", self.folder, self.folder / "out.inc"],
            capture_output=True, text=True, check=False)

    def refuses(self, *words):
        result = self.generate()
        self.assertEqual(result.returncode, 1, result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)
        self.assertFalse((self.folder / "out.inc").exists())

    def exempt(self, *lines):
        (self.folder / "not_applicable.tsv").write_text(HEADER + "".join(lines), encoding="utf-8")

    def test_accepts_the_committed_files(self):
        self.assertEqual(self.generate().returncode, 0)
        text = (self.folder / "out.inc").read_text(encoding="utf-8")
        self.assertIn('"IMbnConnection::Connect/E_HANDLE"', text)

    def test_accepts_a_row_for_two_targets(self):
        self.exempt(f"{ROW}\tvm\tone\n", f"{ROW}\tboard\tanother\n")
        self.assertEqual(self.generate().returncode, 0)
        text = (self.folder / "out.inc").read_text(encoding="utf-8")
        self.assertIn(f'{{"{ROW}", Target::kVm, "one"}}', text)

    def test_names_the_nearest_row(self):
        self.exempt("IMbnConnection::Conect/E_HANDEL\tvm\twhy\n")
        self.refuses("not_applicable.tsv:2:", "not in the catalogue", f"'{ROW}'")

    def test_names_the_targets(self):
        self.exempt(f"{ROW}\tmoon\twhy\n")
        self.refuses("not_applicable.tsv:2:", "'moon'", "embedded, vm, board")

    def test_requires_a_reason(self):
        self.exempt(f"{ROW}\tvm\t \n")
        self.refuses("not_applicable.tsv:2:", "reason is empty")

    def test_requires_one_reason_for_each_target(self):
        self.exempt(f"{ROW}\tvm\twhy\n", f"{ROW}\t*\twhy\n")
        self.refuses("not_applicable.tsv:3:", "line 2 already has this row")

    def test_requires_every_field(self):
        self.exempt(f"{ROW}\tvm\n")
        self.refuses("not_applicable.tsv:2:", "2 fields")

    def test_a_required_row_is_in_the_catalogue_and_named_once(self):
        required = self.folder / "required.tsv"
        required.write_text(f"row\ttarget\n{ROW}\t*\n{ROW}\tvm\n", encoding="utf-8")
        self.refuses("required.tsv:3:", "line 2 already has this row")
        required.write_text("row\ttarget\nIMbnConnection::Connect/E_HANDEL\t*\n", encoding="utf-8")
        self.refuses("required.tsv:2:", "not in the catalogue", f"'{ROW}'")

    def test_requires_unique_ids(self):
        path = self.folder / "mbn.tsv"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(lines + [lines[1]]), encoding="utf-8")
        self.refuses("mbn.tsv:533:", "is already taken")


if __name__ == "__main__":
    unittest.main()
