"""Texts that are spoken: with a Polly voice their tags are SSML, else they are text (plivo-xml.md, section 5)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from flowbuilder.flow.problems import Problem
from flowbuilder.protocol.ssml import SsmlMistake, holds_tags, read_ssml, spoken_length

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

MAX_SPOKEN = 3_000
# With its tags.
MAX_WRITTEN = 12_000


def speaks_tags(voice: str | None) -> bool:
    """Whether the voice takes SSML. One that is only known during a call is not counted on."""
    return voice is not None and voice.startswith("Polly.")


def content_of(text: str, voice: str | None) -> etree._Element | None:
    """What a text with tags becomes inside a Speak; None where all of it is spoken as it stands."""
    if not speaks_tags(voice) or not holds_tags(text):
        return None
    return _read(text)


@lru_cache(maxsize=512)
def _read(text: str) -> etree._Element | None:
    try:
        return read_ssml(text)
    except SsmlMistake:
        return None


def spoken_problems(
    setting: str, text: str, voice: str | None, *, label: str = "", voice_known: bool = True
) -> Iterator[Problem]:
    """What Plivo would not take of a text. Where it depends on a voice that is not known yet, nothing is said of it."""
    tagged = holds_tags(text)
    if tagged and not voice_known:
        return
    as_tags = tagged and speaks_tags(voice)
    if (spoken_length(text) if as_tags else len(text)) > MAX_SPOKEN:
        yield Problem("bad-setting", f"{label}Shorten it to {MAX_SPOKEN:,} characters.", setting=setting)
    if as_tags:
        try:
            read_ssml(text)
        except SsmlMistake as mistake:
            yield Problem("bad-setting", f"{label}{mistake}", setting=setting)
