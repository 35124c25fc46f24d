"""Figures, and the table at the end."""

from dataclasses import asdict, dataclass

SCALES = {
    "s": ((1, "s"), (1e-3, "ms"), (1e-6, "us"), (1e-9, "ns")),
    "bit/s": ((1e9, "Gbit/s"), (1e6, "Mbit/s"), (1e3, "kbit/s")),
    "B": ((1e6, "MB"), (1e3, "kB"), (1, "B")),
    "/s": ((1e6, "M/s"), (1e3, "k/s"), (1, "/s")),
}


def show(value: float, unit: str) -> str:
    for factor, name in SCALES[unit]:
        if abs(value) >= factor:
            break
    return f"{value / factor:.3g} {name}" if value / factor < 1000 else f"{value / factor:.0f} {name}"


@dataclass(frozen=True)
class Row:
    """One figure: a median, in s, bit/s, B or /s."""

    section: str
    what: str
    value: float
    unit: str
    beside: str = ""  # the name of the reference
    reference: float | None = None
    aim: str = ""  # in words
    at_most: float | None = None  # the aim for the ratio to the reference, or for the value
    at_least: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.value / self.reference if self.reference else None

    @property
    def met(self) -> bool | None:
        judged = self.value if self.reference is None else self.ratio
        if self.at_most is not None:
            return judged <= self.at_most
        if self.at_least is not None:
            return judged >= self.at_least
        return None

    def cells(self) -> list[str]:
        beside = f"{self.beside} {show(self.reference, self.unit)}" if self.reference else ""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}" if self.ratio < 100 else f"{self.ratio:.0f}"
        verdict = {None: "", True: "met", False: "MISSED"}[self.met]
        return [self.what, show(self.value, self.unit), beside, ratio, self.aim, verdict]

    def __str__(self) -> str:
        return ", ".join(cell for cell in self.cells() if cell)

    def as_dict(self) -> dict:
        return {**asdict(self), "ratio": self.ratio, "met": self.met}


def render(rows: list[Row]) -> str:
    cells = [["", "measured", "reference", "ratio", "aim", ""], *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(6)]
    lines = ["  ".join(f"{c:{w}}" for c, w in zip(line, widths)).rstrip() for line in cells]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])
