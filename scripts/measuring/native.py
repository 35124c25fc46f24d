"""Micro-benchmarks (Google Benchmark): repeated in random order, medians."""

from . import BIN, json_of
from .table import Row


def medians(program: str, rounds: int, *arguments: str) -> dict[str, dict]:
    """The medians by benchmark name; times in seconds."""
    report = json_of(
        [
            BIN / program,
            "--benchmark_format=json",
            f"--benchmark_repetitions={max(rounds, 3)}",
            "--benchmark_enable_random_interleaving=true",
            "--benchmark_min_time=0.1",
            *arguments,
        ],
        timeout=900,
    )
    scale = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}
    return {
        entry["run_name"]: {
            **entry,
            "real": entry["real_time"] * scale[entry["time_unit"]],
            "cpu": entry["cpu_time"] * scale[entry["time_unit"]],
        }
        for entry in report["benchmarks"]
        if entry.get("aggregate_name") == "median"
    }


def ntb(rounds: int):
    found = medians("mbim-ntb-benchmark", rounds)
    for form in ("NTB16", "NTB32"):
        copy = found[f"MemcpyNtb/{form}"]["cpu"]
        for what, name in (("encode", f"EncodeNtb/{form}"), ("decode", f"DecodeNtb/{form} and copy")):
            yield Row(
                "ntb",
                f"{form} of 1500-byte datagrams: {what}",
                found[name]["cpu"],
                "s",
                "memcpy",
                copy,
                "twice memcpy's time or less",
                at_most=2,
            )


def codec(rounds: int):
    found = medians("mbim-codec-benchmark", rounds)
    forms = sorted(name.partition("/")[2] for name in found if name.startswith("memcpy/"))
    for form in forms:
        copy = found[f"memcpy/{form}"]["cpu"]
        for what in ("encode", "decode"):
            yield Row("codec", f"{what} {form}", found[f"{what}/{form}"]["cpu"], "s", "memcpy", copy)


def loopback(rounds: int):
    found = medians("mbnrig-roundtrip-benchmark", rounds)
    copy = next(entry for name, entry in found.items() if name.startswith("Memcpy"))["real"]
    for name in sorted(found):
        if name.startswith("Memcpy"):
            continue
        setting = dict(part.split(":") for part in name.split("/") if ":" in part)
        what = (
            f"a command, {setting['commands']} in flight, transfers of {setting['max_control']} bytes"
            + (", traced" if setting["trace"] == "1" else "")
        )
        each = 1 / found[name]["items_per_second"]
        yield Row("loopback", what, each, "s", "memcpy of its bytes", copy)
