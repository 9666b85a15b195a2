"""The languages that a flow carries its prompts in: `languages` and `voices` at the top of the file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flowbuilder.errors import EditRefused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CODE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}\Z")
LANGUAGE_DETAILS = frozenset({"languages", "voices"})
MOST_LANGUAGES = 40


def languages_of(extras: Mapping[str, Any]) -> tuple[str, ...]:
    """The codes, the flow's own first; empty where it speaks one language only. What is no code is passed over."""
    listed = extras.get("languages")
    if not isinstance(listed, list):
        return ()
    return tuple(dict.fromkeys(code for code in listed if isinstance(code, str) and CODE.match(code)))


def voices_of(extras: Mapping[str, Any]) -> dict[str, str]:
    """The voice of each language that names one."""
    named = extras.get("voices")
    if not isinstance(named, dict):
        return {}
    return {code: voice for code, voice in named.items() if isinstance(voice, str) and voice}


def language_meant(said: object, languages: Sequence[str]) -> str | None:
    """Which of the languages somebody means by `de-DE`, `de_de` or `de`; None where it is none of them."""
    if not isinstance(said, str) or not said.strip():
        return None
    wanted = said.strip().replace("_", "-").casefold()
    exact = next((code for code in languages if code.casefold() == wanted), None)
    return exact or next((code for code in languages if code.casefold().partition("-")[0] == wanted), None)


def language_details(details: dict[str, Any]) -> dict[str, Any]:
    """Takes `languages` and `voices` out of an edit's details, and gives them as the file keeps them.

    Raises EditRefused where they cannot be so. What is empty is given as it is: it takes the key away.
    """
    taken = {name: details.pop(name) for name in LANGUAGE_DETAILS & set(details)}
    listed, voices = taken.get("languages") or [], taken.get("voices") or {}
    if not isinstance(listed, list) or not all(isinstance(code, str) and CODE.match(code) for code in listed):
        raise EditRefused("A flow's languages are a list of codes such as de-DE.")
    if len(listed) > MOST_LANGUAGES or len(set(listed)) != len(listed):
        raise EditRefused(f"A flow speaks at most {MOST_LANGUAGES} languages, each once.")
    if not isinstance(voices, dict) or not all(isinstance(voice, str) for voice in voices.values()):
        raise EditRefused("A flow's voices are names of voices, by language.")
    return taken
