"""`python -m tests.bench [NAME ...]`: measures webhooks, compiling, fetches and the editor, and prints one table."""

from __future__ import annotations

import sys

from tests.bench import compiling, editor, fetches, webhooks
from tests.bench.table import Row, table

MEASURES = {
    "fetches": fetches.measure,
    "compiling": compiling.measure,
    "webhooks": webhooks.measure,
    "editor": editor.measure,
}


def main(names: list[str]) -> int:
    """Prints the table of the measures named, or of all. A measure whose program is missing says so."""
    unknown = [name for name in names if name not in MEASURES]
    if unknown:
        print(f"There is no measure {unknown[0]!r}. There are {', '.join(MEASURES)}.", file=sys.stderr)
        return 2
    rows: list[Row] = []
    for name in names or MEASURES:
        print(f"Measuring {name} ...", file=sys.stderr, flush=True)
        try:
            rows += MEASURES[name]()
        except (webhooks.WrkMissing, editor.ChromiumMissing) as missing:
            print(missing, file=sys.stderr)
    print(table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
