"""Sets text into the lines of a card by the widths of its letters.

The browser could cut text off by itself, but each place where it does costs it a clip on every frame; a drawing of a
thousand nodes has ten thousand of them. So cards are sent with text that fits. Widths are of Inter, in thousandths of
the type size, a little generous.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

WIDE = 1_020
OTHER = 600
WIDTHS = {
    **dict.fromkeys("ijl|!.,:;'’‘`·", 290),
    **dict.fromkeys('ft()[]{}I/\\ “”"-', 390),
    **dict.fromkeys("rs*", 450),
    **dict.fromkeys("acekvxyzJ?_", 570),
    **dict.fromkeys("bdghnopqu0123456789EFLPSTXYZ+=<>#$€£~^", 640),
    **dict.fromkeys("ABCDGHKNOQRUV&", 770),
    **dict.fromkeys("mMwW@%…—→♪", 960),
    " ": 285,
}
ELLIPSIS = "…"


@lru_cache(maxsize=20_000)
def width(text: str) -> int:
    """The width of a text, in thousandths of the type size."""
    return sum(WIDTHS.get(letter) or _other(letter) for letter in text)


def _other(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return WIDE if unicodedata.east_asian_width(letter) in "WFA" else OTHER + 120 * letter.isupper()


def cut(text: str, room: int) -> str:
    """As much of the text as fits into `room` (thousandths of the type size), with an ellipsis where it was cut."""
    if width(text) <= room:
        return text
    used, kept = width(ELLIPSIS), 0
    for letter in text:
        used += width(letter)
        if used > room:
            break
        kept += 1
    return text[:kept].rstrip(" ,.;:·") + ELLIPSIS


def wrapped(text: str, room: int, most: int) -> list[str]:
    """The text on at most `most` lines, broken between words where it can be, the last one cut."""
    lines: list[str] = []
    rest = " ".join(text.split())
    while rest and len(lines) < most - 1 and width(rest) > room:
        line, rest = _first_line(rest, room)
        lines.append(line)
    return [*lines, cut(rest, room)] if rest else lines


def _first_line(text: str, room: int) -> tuple[str, str]:
    used, end, space = 0, 0, 0
    for index, letter in enumerate(text):
        used += width(letter)
        if used > room:
            break
        end = index + 1
        if letter == " ":
            space = index
    at = space if space > end * 0.4 else end
    return text[:at].rstrip(), text[at:].lstrip()
