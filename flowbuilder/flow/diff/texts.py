"""Two texts compared word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal

Run = tuple[Literal["same", "gone", "new"], str]
# Shorter texts are quicker read one after the other.
SHORT = 40
# Texts that share less than this part of their words have been written anew.
LEAST_SHARED = 0.35
MOST_WORDS = 2_000


def word_runs(before: str, after: str) -> tuple[Run, ...]:
    """The words that stayed, went and came, in reading order; nothing for texts that are short or quite different."""
    if max(len(before), len(after)) <= SHORT:
        return ()
    old, new = re.findall(r"\s*\S+|\s+", before), re.findall(r"\s*\S+|\s+", after)
    if not old or not new or max(len(old), len(new)) > MOST_WORDS:
        return ()
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    blocks = matcher.get_opcodes()
    shared = sum(end - start for op, start, end, _, _ in blocks if op == "equal")
    if shared < LEAST_SHARED * max(len(old), len(new)):
        return ()
    runs: list[Run] = []
    for op, a, b, c, d in blocks:
        if op == "equal":
            runs.append(("same", "".join(old[a:b])))
            continue
        if b > a:
            runs.append(("gone", "".join(old[a:b])))
        if d > c:
            runs.append(("new", "".join(new[c:d])))
    return tuple(runs)
