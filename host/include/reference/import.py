#!/usr/bin/env python3
"""Writes mbnapi_events.inc and mbnapi_returns.inc.

    host/include/reference/import.py FACTS_DIR

FACTS_DIR holds mbn_interfaces.tsv: interface, base, iid, vtable_index, method, params. The codes
come from conformance/catalogue/mbn.tsv. Run it when either changes, and commit what it writes;
mbnapi_test.cpp and catalogue_test.cpp compare the results with the headers and the catalogue.
"""

import argparse
import csv
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
CATALOGUE = HERE.parents[2] / "conformance" / "catalogue" / "mbn.tsv"

EVENTS = """\
// The 18 event interfaces, from the published metadata. import.py writes this file.
//
//   MBN_EVENTS(interface, events)   events: one or more of
//   MBN_EVENT(interface, name, (parameters with their types), (names of the parameters))
//
// clang-format off
"""
RETURNS = """\
// The codes that each page of the reference documents. import.py writes this file from
// conformance/catalogue/mbn.tsv.
//
//   MBN_PAGE(interface, name, others, (codes))
//
// A method's codes are those that it returns, an event's those of its status argument; the page of
// an event without a status has S_OK or nothing. `others` is true where the page also has "any other
// failure".
//
// clang-format off
"""


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def by(column, rows):
    """The rows in groups of one value of `column`, in the order of their first rows."""
    groups = {}
    for row in rows:
        groups.setdefault(row[column], []).append(row)
    return groups


def event(row):
    parameters = re.sub(r"\[[^\]]*\]\s*", "", row["params"])
    names = ", ".join(one.split()[-1] for one in parameters.split(","))
    return f"MBN_EVENT({row['interface']}, {row['method']}, ({parameters}), ({names}))"


def events(interfaces):
    rows = [row for row in interfaces if row["interface"].endswith("Events")]
    for interface, methods in by("interface", rows).items():
        yield f"MBN_EVENTS({interface}, \\\n  " + " \\\n  ".join(map(event, methods)) + ")"


def pages(catalogue):
    for api, rows in by("api", catalogue).items():
        codes = dict.fromkeys(row["code"] for row in rows if row["countable"] == "yes")
        others = any(row["code"] == "Other" for row in rows)
        yield (f"MBN_PAGE({api.replace('::', ', ')}, {'true' if others else 'false'}, "
               f"({', '.join(codes)}))")


def write(name, head, lines):
    (HERE / name).write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("facts", type=pathlib.Path, metavar="FACTS_DIR")
    facts = parser.parse_args().facts
    write("mbnapi_events.inc", EVENTS, events(read(facts / "mbn_interfaces.tsv")))
    write("mbnapi_returns.inc", RETURNS, pages(read(CATALOGUE)))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, KeyError, ValueError) as error:
        sys.exit(f"import.py: {error}")
