#!/usr/bin/env python3
"""Converts the catalogue's data into C++ tables. The build runs it.

    generate.py CATALOGUE_DIR OUTPUT.inc
"""

import difflib
import pathlib
import sys

TARGETS = {"*": "std::nullopt", "embedded": "Target::kEmbedded", "vm": "Target::kVm",
           "board": "Target::kBoard"}
FAMILIES = {"HRESULT": "Family::kHresult", "WIN32": "Family::kWin32"}
KINDS = {"return": "Kind::kReturn", "status": "Kind::kStatus",
         "handler-return": "Kind::kHandlerReturn", "event": "Kind::kEvent"}


class Mistake(Exception):
    """An invalid line of the data."""


def read(path, columns):
    """Yields (line number, {column: field}) of a file of tab-separated fields with a header."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0].split("\t") != columns:
        raise Mistake(f"{path}:1: expected the columns {', '.join(columns)}")
    for number, line in enumerate(lines[1:], start=2):
        fields = line.split("\t")
        if len(fields) != len(columns):
            raise Mistake(f"{path}:{number}: {len(fields)} fields, expected {len(columns)}: "
                          f"{', '.join(columns)}")
        yield number, dict(zip(columns, fields))


def one_of(path, number, column, value, table):
    if value not in table:
        raise Mistake(f"{path}:{number}: {column} '{value}', expected one of {', '.join(table)}")
    return table[value]


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def rows(directory, ids):
    columns = ["id", "api", "family", "kind", "documented", "code", "value", "countable",
               "completion", "condition", "note"]
    for name in ("mbn.tsv", "mpr.tsv"):
        path = directory / name
        for number, row in read(path, columns):
            if row["id"] in ids:
                raise Mistake(f"{path}:{number}: id '{row['id']}' is already taken")
            ids.add(row["id"])
            value = f"{int(row['value'], 0)}u" if row["value"] else "std::nullopt"
            yield (f"{{{quoted(row['id'])}, {quoted(row['api'])}, "
                   f"{one_of(path, number, 'family', row['family'], FAMILIES)}, "
                   f"{one_of(path, number, 'kind', row['kind'], KINDS)}, "
                   f"{quoted(row['documented'])}, {quoted(row['code'])}, {value}, "
                   f"{'true' if row['countable'] == 'yes' else 'false'}, "
                   f"{quoted(row['completion'])}, {quoted(row['condition'])}, "
                   f"{quoted(row['note'])}}}")


def codes(directory):
    path = directory / "codes.tsv"
    for number, code in read(path, ["name", "family", "value", "alias", "origin"]):
        yield (f"{{{quoted(code['name'])}, "
               f"{one_of(path, number, 'family', code['family'], FAMILIES)}, "
               f"{int(code['value'], 0)}u, {'true' if code['alias'] == 'yes' else 'false'}}}")


def of_targets(path, columns, ids):
    """Yields (line number, line, target) of a file that names rows and targets."""
    taken = {}
    for number, row in read(path, columns):
        if row["row"] not in ids:
            nearest = difflib.get_close_matches(row["row"], ids, n=1, cutoff=0)
            raise Mistake(f"{path}:{number}: row '{row['row']}' is not in the catalogue; "
                          f"the nearest is '{nearest[0]}'")
        target = one_of(path, number, "target", row["target"], TARGETS)
        for other in ({"*"} | {row["target"]} if row["target"] != "*" else set(TARGETS)):
            if (row["row"], other) in taken:
                raise Mistake(f"{path}:{number}: line {taken[row['row'], other]} already has this "
                              "row and target")
        taken[row["row"], row["target"]] = number
        yield number, row, target


def exemptions(directory, ids):
    path = directory / "not_applicable.tsv"
    for number, row, target in of_targets(path, ["row", "target", "reason"], ids):
        if not row["reason"].strip():
            raise Mistake(f"{path}:{number}: reason is empty, expected a text")
        yield f"{{{quoted(row['row'])}, {target}, {quoted(row['reason'].strip())}}}"


def requirements(directory, ids):
    for _, row, target in of_targets(directory / "required.tsv", ["row", "target"], ids):
        yield f"{{{quoted(row['row'])}, {target}}}"


def table(kind, name, entries):
    return [f"constexpr std::array<{kind}, {len(entries)}> {name}{{{{"] + \
           [f"    {entry}," for entry in entries] + ["}};", ""]


def main():
    directory, output = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    ids = set()
    lines = table("Row", "kRows", list(rows(directory, ids)))
    lines += table("Code", "kCodes", list(codes(directory)))
    lines += table("Exemption", "kExemptions", list(exemptions(directory, ids)))
    lines += table("Requirement", "kRequired", list(requirements(directory, ids)))
    output.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        main()
    except (OSError, ValueError, Mistake) as mistake:
        sys.exit(f"error: {mistake}")
