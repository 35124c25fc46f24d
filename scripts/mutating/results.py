"""The score, by kind and by folder, and the survivors with their diffs."""

from pathlib import Path

from .judging import Verdict
from .mutation import KINDS

# The folders of which the suites alone are expected to notice most mutations.
ENTRY_POINTS = ("host/mbn/com", "host/rras/admin")
MODELS = ("host/mbn/modem", "host/mbn/profile", "host/rras/model")


def share(part: int, of: int) -> str:
    return f"{part:4d} {100 * part / of:4.0f}%" if of else f"{part:4d}     -"


def row(name: str, verdicts: list[Verdict]) -> str:
    counted = [one for one in verdicts if one.compiles]
    suites = sum(bool(one.suites) for one in counted)
    together = sum(one.killed for one in counted)
    return (
        f"{name:<28}{len(counted):>10}  {share(suites, len(counted)):>12}"
        f"  {share(together, len(counted)):>18}{len(verdicts) - len(counted):>14}"
    )


def folder_of(verdict: Verdict) -> str:
    return str(Path(verdict.mutation.file).parent)


def table(verdicts: list[Verdict]) -> str:
    head = f"{'':<28}{'mutations':>10}  {'suites kill':>12}  {'with unit tests':>18}{'do not build':>14}"
    lines = [head]
    for kind in KINDS:
        if some := [one for one in verdicts if one.mutation.kind == kind]:
            lines.append(row(kind, some))
    lines.append("")
    for folder in sorted({folder_of(one) for one in verdicts}):
        lines.append(row(folder, [one for one in verdicts if folder_of(one) == folder]))
    lines.append("")
    for name, folders in (("entry points", ENTRY_POINTS), ("models", MODELS)):
        lines.append(row(name, [one for one in verdicts if folder_of(one) in folders]))
    both = [one for one in verdicts if folder_of(one) in ENTRY_POINTS + MODELS]
    lines.append(row("entry points and models", both))
    lines.append(row("all", verdicts))
    return "\n".join(lines)


def survivors(verdicts: list[Verdict]) -> list[Verdict]:
    return [one for one in verdicts if one.compiles and not one.killed]


def unseen_by_suites(verdicts: list[Verdict]) -> list[Verdict]:
    return [one for one in verdicts if one.compiles and one.unit_tests]


def killed_share(verdicts: list[Verdict]) -> float:
    """How many percent of the mutations the suites and the unit tests kill."""
    counted = [one for one in verdicts if one.compiles]
    return 100 * sum(one.killed for one in counted) / len(counted) if counted else 100.0
