"""What a field for a spoken text shows beside it: its length, the tags it may hold, the first mistake in them."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from flowbuilder.protocol.ssml import SsmlMistake, holds_tags, read_ssml, spoken_length
from flowbuilder.steps.spoken import MAX_SPOKEN, speaks_tags

CHARACTERS_A_SECOND = 14
SHOWN_AROUND = 24


@dataclass(frozen=True)
class Tag:
    """A tag that can be put into a text: `before` what is selected, and `after` it."""

    words: str
    before: str
    after: str = ""


# The words of plivo-xml.md, section 5, with attributes that are heard at once.
TAGS = (
    Tag("Pause", '<break time="500ms"/>'),
    Tag("Slower", '<prosody rate="slow">', "</prosody>"),
    Tag("Louder", '<prosody volume="loud">', "</prosody>"),
    Tag("Stress", '<emphasis level="strong">', "</emphasis>"),
    Tag("Digit by digit", '<say-as interpret-as="digits">', "</say-as>"),
    Tag("Spell out", '<say-as interpret-as="spell-out">', "</say-as>"),
    Tag("Phone number", '<say-as interpret-as="telephone">', "</say-as>"),
    Tag("Date", '<say-as interpret-as="date" format="mdy">', "</say-as>"),
    Tag("Say it as", '<sub alias="as it is said">', "</sub>"),
    Tag("By its sound", '<phoneme alphabet="x-sampa" ph="p@kAn">', "</phoneme>"),
    Tag("Another language", '<lang xml:lang="fr-FR">', "</lang>"),
    Tag("Word by its role", '<w role="amazon:VB">', "</w>"),
    Tag("Sentence", "<s>", "</s>"),
    Tag("Paragraph", "<p>", "</p>"),
)


@dataclass(frozen=True)
class Mistake:
    """The first mistake in the tags: `offset` of the character, and the text around it, the wrong part by itself."""

    sentence: str
    offset: int
    before: str
    wrong: str
    after: str


@dataclass(frozen=True)
class Speech:
    """A text that is spoken. `takes_tags` says that its voice reads SSML; `has_tags` that there are some in it."""

    length: int
    takes_tags: bool
    has_tags: bool
    mistake: Mistake | None

    @property
    def seconds(self) -> int:
        """About how long it is heard."""
        return ceil(self.length / CHARACTERS_A_SECOND)

    @property
    def is_long(self) -> bool:
        return self.length > MAX_SPOKEN


def look_at_speech(text: str, voice: str | None) -> Speech:
    """What there is to say of a text that this voice speaks; None is Plivo's own."""
    takes_tags, has_tags = speaks_tags(voice), holds_tags(text)
    if not (takes_tags and has_tags):
        return Speech(len(text), takes_tags, has_tags, None)
    try:
        read_ssml(text)
    except SsmlMistake as mistake:
        return Speech(spoken_length(text), True, True, _marked(text, mistake))
    return Speech(spoken_length(text), True, True, None)


def _marked(text: str, mistake: SsmlMistake) -> Mistake:
    at = mistake.offset
    end = text.find(">", at) + 1 if text[at : at + 1] == "<" else at + 1
    end = end if at < end <= at + 60 else at + 1
    start = max(0, at - SHOWN_AROUND)
    before = ("…" if start else "") + text[start:at]
    after = text[end : end + SHOWN_AROUND] + ("…" if end + SHOWN_AROUND < len(text) else "")
    return Mistake(str(mistake), at, before, text[at:end], after)
