"""Fits text into a width with no font at hand: by how wide characters are in the usual sans-serifs, and some room."""

from __future__ import annotations

import unicodedata

ELLIPSIS = "…"
NARROW = frozenset("iljtfrI.,:;'|!()[]{}/\\ “”’·-")
WIDE = frozenset("mwMW@%&QO…")


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """About how wide the text is, in the unit of `size`."""
    return sum(map(_ems, text)) * size * (1.1 if bold else 1.04)


def cut(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """The text, ended by … where it is wider."""
    text = " ".join(text.split())
    if width_of(text, size, bold=bold) <= width:
        return text
    room = width - width_of(ELLIPSIS, size, bold=bold)
    kept = ""
    used = 0.0
    for character in text:
        used += width_of(character, size, bold=bold)
        if used > room:
            break
        kept += character
    return kept.rstrip() + ELLIPSIS


def wrapped(text: str, width: float, size: float, most_lines: int) -> list[str]:
    """The text in lines, broken between words; the last line is cut where the text does not fit."""
    lines: list[str] = []
    rest = text.split()
    while rest and len(lines) < most_lines - 1:
        line = [rest.pop(0)]
        while rest and width_of(" ".join([*line, rest[0]]), size) <= width:
            line.append(rest.pop(0))
        joined = " ".join(line)
        if width_of(joined, size) > width:  # one word, longer than the line: the rest of it goes on below
            head = _head(joined, width, size)
            rest.insert(0, joined[len(head) :])
            joined = head
        lines.append(joined)
    return [*lines, cut(" ".join(rest), width, size)] if rest else lines


def _head(word: str, width: float, size: float) -> str:
    length = 1
    while length < len(word) and width_of(word[: length + 1], size) <= width:
        length += 1
    return word[:length]


def _ems(character: str) -> float:
    if character in NARROW:
        return 0.34
    if character in WIDE:
        return 0.9
    if character.isascii():
        return 0.69 if character.isupper() else 0.6
    if unicodedata.combining(character):
        return 0
    return 1.05 if unicodedata.east_asian_width(character) in "WF" else 0.68
