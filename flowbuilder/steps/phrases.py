"""Which choice a caller means: phrases compared without regard to case, accents, punctuation and filler words."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flowbuilder.steps.items import Choice

# What people say around what they mean, in the languages that GetInput hears.
FILLERS = frozenset(
    re.findall(
        r"\w+",
        """
    a ah an and can could d eh er erm for get give hello hey hi hm hmm i id just like ll m me my need oh ok okay please
    speak thank thanks that the to uh uhm um umm want we well with would yeah you
    aeh ah ahm bitte danke das der die ein eine einen gerne haben hallo ich mit moechte mochte wollen will zu zum zur
    bonjour de des du euh je la le les merci plait s sil svp te un une veux voudrais vous
    buenas con deseo el favor gracias hola las los para por quiero quisiera una yo
    """,
    )
)
MOST_WORDS = 40
LIKE_ENOUGH = 0.8
MOST_COMPARED = 5_000


@lru_cache(maxsize=4096)
def spoken_form(text: str) -> str:
    """The text as it is compared: small letters and digits, no accents, single blanks."""
    # Small letters twice: some capitals only come to light when a sign is taken apart, such as a Fraktur H.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.casefold()).casefold())
    kept = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(re.findall(r"[^\W_]+", kept))


@lru_cache(maxsize=4096)
def core_form(text: str) -> str:
    """The same without filler words; with them where there is nothing else."""
    form = spoken_form(text)
    return " ".join(word for word in form.split() if word not in FILLERS) or form


def best_choice(speech: str, choices: Iterable[Choice]) -> str | None:
    """The exit whose phrase the speech is, or contains as whole words; else the one that it is most like.

    The longest phrase wins, then the first. What is not like any of them, or equally like two exits, is none.
    """
    listed = [(phrase, choice.exit) for choice in choices for phrase in choice.all_phrases]
    held = [
        (not _is_filler(phrase), len(form), exit)
        for form_of in (spoken_form, core_form)
        for phrase, exit in listed
        if (form := form_of(phrase)) and f" {form} " in f" {form_of(speech)} "
    ]
    if held:
        return max(held, key=lambda found: found[:2])[2]
    forms = [(core_form(phrase), exit) for phrase, exit in listed]
    return _most_like(core_form(speech).split()[:MOST_WORDS], forms)


def _is_filler(phrase: str) -> bool:
    return FILLERS.issuperset(spoken_form(phrase).split())


def _most_like(words: list[str], forms: list[tuple[str, str]]) -> str | None:
    best: dict[str, float] = {}
    compared = 0
    matcher = SequenceMatcher(autojunk=False)
    for form, exit in forms:
        matcher.set_seq2(form)
        for part in _parts(words, len(form.split())):
            compared += 1
            if compared > MOST_COMPARED:
                break
            matcher.set_seq1(part)
            if matcher.real_quick_ratio() >= LIKE_ENOUGH and matcher.quick_ratio() >= LIKE_ENOUGH:
                best[exit] = max(best.get(exit, 0.0), matcher.ratio())
    near = sorted(((score, exit) for exit, score in best.items() if score >= LIKE_ENOUGH), reverse=True)
    if not near or (len(near) > 1 and near[0][0] == near[1][0]):
        return None
    return near[0][1]


def _parts(words: list[str], length: int) -> Iterator[str]:
    """Every run of so many words; one word more as well, since one heard as two is the commonest mistake."""
    for size in (length, length + 1):
        for start in range(max(len(words) - size + 1, 0)):
            yield " ".join(words[start : start + size])
