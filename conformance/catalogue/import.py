#!/usr/bin/env python3
"""Writes the catalogue (mbn.tsv, mpr.tsv, codes.tsv) from the facts about Microsoft's reference.

    conformance/catalogue/import.py FACTS_DIR

FACTS_DIR holds mbn_returns.tsv, mpr_returns.tsv, mbn_apis.tsv, mpr_apis.tsv, mbn_hresults.tsv and
mpr_errors.tsv. Run this program when the facts change, and commit its output. README.md describes
the columns. The build needs only the output.
"""

import argparse
import collections
import csv
import pathlib
import sys

# Misspelt codes of the reference, and the code that each one means. The catalogue keeps both.
MEANT = {
    "E_INVALID_ARG": "E_INVALIDARG",
    "HRESULT_FROM_WIN32(ERROR _NOT_FOUND)": "HRESULT_FROM_WIN32(ERROR_NOT_FOUND)",
    "ERROR_CANNOT_COMPLETE": "ERROR_CAN_NOT_COMPLETE",
    "ERROR _INVALID_LEVEL": "ERROR_INVALID_LEVEL",
    "MBN_SIM_NOT_INSERTED": "E_MBN_SIM_NOT_INSERTED",
    "E_MBN_STATUS_FILTER_NOT_SUPPORTED": "E_MBN_SMS_FILTER_NOT_SUPPORTED",
}

# Codes that the reference names but that have no number in any public header. These numbers are
# mbnrig's own: host/include/winerror.h defines them, and catalogue_test.cpp compares.
OWN = {
    "E_MBN_ACTIVE_CONNECTION": 0xA0548001,
    "E_MBN_ALREADY_ACTIVE": 0xA0548002,
    "E_MBN_DEVICE_BUSY": 0xA0548003,
}

# Numbers of the general codes, from [MS-ERREF] 2.1 and 2.2 (E_MBN_* and the ranges 600..955 come
# from the facts). There are more than the catalogue names, so that a wrong return has a name too.
HRESULTS = {
    "S_OK": 0x00000000, "S_FALSE": 0x00000001, "E_NOTIMPL": 0x80004001,
    "E_NOINTERFACE": 0x80004002, "E_POINTER": 0x80004003, "E_ABORT": 0x80004004,
    "E_FAIL": 0x80004005, "E_PENDING": 0x8000000A, "E_UNEXPECTED": 0x8000FFFF,
    "E_ACCESSDENIED": 0x80070005, "E_HANDLE": 0x80070006, "E_OUTOFMEMORY": 0x8007000E,
    "E_INVALIDARG": 0x80070057, "DISP_E_BADINDEX": 0x8002000B, "DISP_E_OVERFLOW": 0x8002000A,
    "CLASS_E_NOAGGREGATION": 0x80040110, "CLASS_E_CLASSNOTAVAILABLE": 0x80040111,
    "REGDB_E_CLASSNOTREG": 0x80040154, "CO_E_NOTINITIALIZED": 0x800401F0,
    "CONNECT_E_NOCONNECTION": 0x80040200, "CONNECT_E_ADVISELIMIT": 0x80040201,
    "CONNECT_E_CANNOTCONNECT": 0x80040202,
}
WIN32 = {
    "NO_ERROR": 0, "ERROR_SUCCESS": 0, "TRUE": 1, "FALSE": 0,
    "ERROR_INVALID_FUNCTION": 1, "ERROR_FILE_NOT_FOUND": 2, "ERROR_PATH_NOT_FOUND": 3,
    "ERROR_ACCESS_DENIED": 5, "ERROR_INVALID_HANDLE": 6, "ERROR_NOT_ENOUGH_MEMORY": 8,
    "ERROR_BAD_FORMAT": 11, "ERROR_INVALID_DATA": 13, "ERROR_OUTOFMEMORY": 14,
    "ERROR_NO_MORE_FILES": 18, "ERROR_WRITE_PROTECT": 19, "ERROR_BAD_UNIT": 20,
    "ERROR_NOT_READY": 21, "ERROR_BAD_COMMAND": 22, "ERROR_CRC": 23, "ERROR_BAD_LENGTH": 24,
    "ERROR_WRITE_FAULT": 29, "ERROR_READ_FAULT": 30, "ERROR_GEN_FAILURE": 31,
    "ERROR_SHARING_VIOLATION": 32, "ERROR_HANDLE_EOF": 38, "ERROR_NOT_SUPPORTED": 50,
    "ERROR_DEV_NOT_EXIST": 55, "ERROR_UNEXP_NET_ERR": 59, "ERROR_TOO_MANY_SESS": 69,
    "ERROR_FILE_EXISTS": 80, "ERROR_INVALID_PASSWORD": 86, "ERROR_INVALID_PARAMETER": 87,
    "ERROR_BROKEN_PIPE": 109, "ERROR_OPEN_FAILED": 110, "ERROR_BUFFER_OVERFLOW": 111,
    "ERROR_DISK_FULL": 112, "ERROR_CALL_NOT_IMPLEMENTED": 120, "ERROR_SEM_TIMEOUT": 121,
    "ERROR_INSUFFICIENT_BUFFER": 122, "ERROR_INVALID_NAME": 123, "ERROR_INVALID_LEVEL": 124,
    "ERROR_MOD_NOT_FOUND": 126, "ERROR_PROC_NOT_FOUND": 127, "ERROR_BAD_ARGUMENTS": 160,
    "ERROR_BUSY": 170, "ERROR_ALREADY_EXISTS": 183, "ERROR_MORE_DATA": 234,
    "WAIT_TIMEOUT": 258, "ERROR_NO_MORE_ITEMS": 259, "ERROR_MR_MID_NOT_FOUND": 317,
    "ERROR_INVALID_ADDRESS": 487, "ERROR_OPERATION_ABORTED": 995, "ERROR_IO_INCOMPLETE": 996,
    "ERROR_IO_PENDING": 997, "ERROR_NOACCESS": 998, "ERROR_CAN_NOT_COMPLETE": 1003,
    "ERROR_INVALID_FLAGS": 1004, "ERROR_NO_TOKEN": 1008, "ERROR_SERVICE_REQUEST_TIMEOUT": 1053,
    "ERROR_SERVICE_ALREADY_RUNNING": 1056, "ERROR_SERVICE_DISABLED": 1058,
    "ERROR_SERVICE_DOES_NOT_EXIST": 1060, "ERROR_SERVICE_CANNOT_ACCEPT_CTRL": 1061,
    "ERROR_SERVICE_NOT_ACTIVE": 1062, "ERROR_IO_DEVICE": 1117, "ERROR_NO_UNICODE_TRANSLATION": 1113,
    "ERROR_NOT_FOUND": 1168, "ERROR_DEVICE_NOT_CONNECTED": 1167, "ERROR_CANCELLED": 1223,
    "ERROR_CONNECTION_REFUSED": 1225, "ERROR_CONNECTION_ACTIVE": 1230,
    "ERROR_CONNECTION_ABORTED": 1236, "ERROR_RETRY": 1237, "ERROR_NOT_AUTHENTICATED": 1244,
    "ERROR_ALREADY_INITIALIZED": 1247, "ERROR_NO_MORE_DEVICES": 1248,
    "ERROR_PRIVILEGE_NOT_HELD": 1314, "ERROR_NO_SUCH_USER": 1317, "ERROR_LOGON_FAILURE": 1326,
    "ERROR_NO_SUCH_DOMAIN": 1355, "ERROR_INTERNAL_ERROR": 1359, "ERROR_TIMEOUT": 1460,
    "RPC_S_INVALID_STRING_BINDING": 1700, "RPC_S_INVALID_BINDING": 1702,
    "RPC_S_UNKNOWN_IF": 1717, "RPC_S_SERVER_UNAVAILABLE": 1722, "RPC_S_SERVER_TOO_BUSY": 1723,
    "RPC_S_CALL_FAILED": 1726, "RPC_S_INVALID_ARG": 87, "RPC_X_NULL_REF_POINTER": 1780,
    "RPC_X_BAD_STUB_DATA": 1783, "ERROR_INVALID_USER_BUFFER": 1784, "ERROR_NO_SYSTEM_RESOURCES": 1450,
    "NERR_InvalidComputer": 2351, "ERROR_SUCCESS_REBOOT_REQUIRED": 3010,
    "ERROR_INVALID_STATE": 5023, "ERROR_DS_OPERATIONS_ERROR": 8224, "ERROR_DS_SERVER_DOWN": 8250,
}

# If several names share a number, only one is shown for it. These others can only be found by name.
ALIASES = {"ERROR_SUCCESS", "SUCCESS", "TRUE", "FALSE", "RPC_S_INVALID_ARG"}

COLUMNS = ["id", "api", "family", "kind", "documented", "code", "value", "countable", "completion",
           "condition", "note"]
NO_CODE = {"-", "Other"}


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def write(path, columns, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write("\t".join(columns) + "\n")
        for row in rows:
            fields = [row[column] for column in columns]
            if any("\t" in field or "\n" in field for field in fields):
                raise ValueError(f"{path.name}: a field of {fields[0]} contains a tab or a line end")
            file.write("\t".join(fields) + "\n")


def codes(facts):
    """Every code with a number: (family, name) -> (value, origin)."""
    table = {("HRESULT", name): (value, "MS-ERREF") for name, value in HRESULTS.items()}
    table |= {("WIN32", name): (value, "MS-ERREF") for name, value in WIN32.items()}
    for row in read(facts / "mbn_hresults.tsv"):
        if row["value"] != "-":
            table["HRESULT", row["name"]] = (int(row["value"], 16), "winerror.h")
    table |= {("HRESULT", name): (value, "mbnrig") for name, value in OWN.items()}
    for row in read(facts / "mpr_errors.tsv"):
        key = ("WIN32", row["name"])
        value = int(row["value"])
        if key in table and table[key][0] != value:
            raise ValueError(f"{row['name']}: {value} in mpr_errors.tsv, {table[key][0]} here")
        table.setdefault(key, (value, "mprerror.h" if value >= 900 else "raserror.h"))
    return table


def value_of(family, code, table):
    if code in NO_CODE:
        return ""
    if family == "HRESULT" and code.startswith("HRESULT_FROM_WIN32("):
        inner = table["WIN32", code.removeprefix("HRESULT_FROM_WIN32(").removesuffix(")")][0]
        return f"0x{0x80070000 | inner:08X}"
    value = table[family, code][0]
    return f"0x{value:08X}" if family == "HRESULT" else str(value)


def kind_of(row):
    """Where the code appears. A page of an event without a table only says what the handler returns."""
    if "Events::" in row["api"] and row["note"] == "page has no return table":
        return "event"
    return {"status": "status", "handler return": "handler-return"}.get(row["note"], "return")


def completion_of(row, code, apis):
    """The event that must follow this return, if any: only an accepted request has one."""
    api = apis[row["api"]]
    if api["async"] != "yes":
        return ""
    accepted = "S_OK" if row["family"] == "HRESULT" else "PENDING"
    return api["completion_event"].removesuffix(" (event object)") if code == accepted else ""


def catalogue(returns, apis, table):
    seen = collections.Counter()
    for row in returns:
        code = MEANT.get(row["code"], row["code"])
        kind = kind_of(row)
        row_id = f"{row['api']}/{code}" + ("" if kind in ("return", "event") else f"/{kind}")
        seen[row_id] += 1
        if seen[row_id] > 1:
            row_id += f"#{seen[row_id]}"
        countable = code not in NO_CODE and kind != "handler-return"
        yield {
            "id": row_id, "api": row["api"], "family": row["family"], "kind": kind,
            "documented": row["code"], "code": code,
            "value": value_of(row["family"], code, table),
            "countable": "yes" if countable else "no",
            "completion": completion_of(row, code, apis),
            "condition": row["condition"], "note": row["note"],
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("facts", type=pathlib.Path, metavar="FACTS_DIR")
    facts = parser.parse_args().facts
    here = pathlib.Path(__file__).resolve().parent
    table = codes(facts)
    for api_set in ("mbn", "mpr"):
        apis = {row["api"]: row for row in read(facts / f"{api_set}_apis.tsv")}
        rows = list(catalogue(read(facts / f"{api_set}_returns.tsv"), apis, table))
        write(here / f"{api_set}.tsv", COLUMNS, rows)
        countable = sum(row["countable"] == "yes" for row in rows)
        print(f"{api_set}.tsv: {len(rows)} rows, {countable} countable")
    write(here / "codes.tsv", ["name", "family", "value", "alias", "origin"],
          [{"name": name, "family": family, "origin": origin,
            "alias": "yes" if name in ALIASES else "no",
            "value": f"0x{value:08X}" if family == "HRESULT" else str(value)}
           for (family, name), (value, origin) in
           sorted(table.items(), key=lambda item: (item[0][0], item[1][0], item[0][1]))])
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, KeyError, ValueError) as error:
        sys.exit(f"import.py: {error}")
