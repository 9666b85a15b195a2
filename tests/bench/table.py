"""The table that `make bench` prints."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One ratio, what it was made of, and what it should be: at least, or at most, or with no aim."""

    what: str
    figures: str
    ratio: float
    at_least: float | None = None
    at_most: float | None = None

    @property
    def aim(self) -> str:
        if self.at_least is not None:
            return f"≥ {self.at_least:g}"
        return f"≤ {self.at_most:g}" if self.at_most is not None else ""

    @property
    def reached(self) -> bool:
        rounded = round(self.ratio, 2)
        return (self.at_least is None or rounded >= self.at_least) and (self.at_most is None or rounded <= self.at_most)


def table(rows: list[Row]) -> str:
    """The rows under a heading, in columns."""
    lines = [("measured", "figures", "ratio", "aim", "")]
    lines += [(row.what, row.figures, f"{row.ratio:.2f}", row.aim, "" if row.reached else "missed") for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(5)]
    return "\n".join(
        "  ".join(cell.rjust(width) if column == 2 else cell.ljust(width) for column, (cell, width) in enumerate(pairs))
        for pairs in (list(zip(line, widths, strict=True)) for line in lines)
    )
