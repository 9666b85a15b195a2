"""Which choice a caller means: phrases compared without regard to case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flowbuilder.steps.items import Choice


@lru_cache(maxsize=4096)
def spoken_form(text: str) -> str:
    """The text as it is compared: small letters and digits, no accents, single blanks."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(re.findall(r"[^\W_]+", kept))


def best_choice(speech: str, choices: Iterable[Choice]) -> str | None:
    """The exit whose phrase the speech is, or contains as whole words; the longest phrase wins, then the first."""
    said = f" {spoken_form(speech)} "
    best: tuple[int, str] | None = None
    for choice in choices:
        for phrase in choice.phrases:
            form = spoken_form(phrase)
            if form and f" {form} " in said and (best is None or len(form) > best[0]):
                best = (len(form), choice.exit)
    return None if best is None else best[1]
