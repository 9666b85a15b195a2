"""The SSML tags that may stand inside Speak (plivo-xml.md, section 5)."""

from __future__ import annotations

from flowbuilder.protocol.elements.shape import Attribute, Element, choice, rules, words
from flowbuilder.protocol.voices import POLLY_LANGUAGES

SSML_NAMES = ("break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w")

INLINE = ("break", "emphasis", "lang", "phoneme", "prosody", "say-as", "sub", "w")
ANYWHERE = ("Speak", "emphasis", "lang", "p", "prosody", "s", "w")

VOLUME = r"(?:default|silent|x-soft|soft|medium|loud|x-loud|[+-][0-9]+(?:\.[0-9]+)?dB)"
RATE = r"(?:x-slow|slow|medium|fast|x-fast|[0-9]+(?:\.[0-9]+)?%)"
PITCH = r"(?:default|x-low|low|medium|high|x-high|[+-][0-9]+(?:\.[0-9]+)?%)"
# Above nothing and at most 10 s.
BREAK_TIME = r"0*(?:10|[1-9])s|0*(?:10000|[1-9][0-9]{0,3})ms"

SSML = (
    Element(
        "break",
        rules(
            choice("strength", "none", "x-weak", "weak", "medium", "strong", "x-strong"),
            words("time", BREAK_TIME),
        ),
        parents=ANYWHERE,
        ssml=True,
    ),
    Element(
        "emphasis",
        rules(choice("level", "strong", "moderate", "reduced")),
        children=INLINE,
        parents=ANYWHERE,
        text="required",
        mixed=True,
        ssml=True,
    ),
    Element(
        "lang",
        rules(Attribute("xml:lang", "enum", POLLY_LANGUAGES, required=True)),
        children=SSML_NAMES,
        parents=("Speak", "emphasis", "lang", "p", "prosody", "s"),
        text="required",
        mixed=True,
        ssml=True,
    ),
    Element(
        "p",
        rules(),
        children=(*INLINE, "s"),
        parents=("Speak", "lang", "prosody"),
        text="optional",
        mixed=True,
        ssml=True,
    ),
    Element(
        "phoneme",
        rules(choice("alphabet", "ipa", "x-sampa", "x-amazon-pinyin"), Attribute("ph", "string", required=True)),
        parents=ANYWHERE,
        text="required",
        mixed=True,
        ssml=True,
    ),
    Element(
        "prosody",
        rules(words("volume", VOLUME), words("rate", RATE), words("pitch", PITCH)),
        children=SSML_NAMES,
        parents=ANYWHERE,
        text="required",
        mixed=True,
        min_attributes=1,
        ssml=True,
    ),
    Element(
        "s",
        rules(),
        children=INLINE,
        parents=("Speak", "lang", "p", "prosody"),
        text="optional",
        mixed=True,
        ssml=True,
    ),
    Element(
        "say-as",
        rules(
            Attribute(
                "interpret-as",
                "enum",
                (
                    "characters",
                    "spell-out",
                    "cardinal",
                    "number",
                    "ordinal",
                    "digits",
                    "fraction",
                    "unit",
                    "date",
                    "time",
                    "address",
                    "expletive",
                    "telephone",
                    "interjection",
                ),
                required=True,
            ),
            choice("format", "mdy", "dmy", "ymd", "md", "dm", "ym", "my", "d", "m", "y", "yyyymmdd"),
        ),
        parents=ANYWHERE,
        text="required",
        mixed=True,
        ssml=True,
    ),
    Element(
        "sub",
        rules(Attribute("alias", "string", required=True)),
        parents=ANYWHERE,
        text="required",
        mixed=True,
        ssml=True,
    ),
    Element(
        "w",
        rules(choice("role", "amazon:VB", "amazon:VBD", "amazon:NN", "amazon:SENSE_1")),
        children=("break", "emphasis", "phoneme", "prosody", "say-as", "sub"),
        parents=("Speak", "emphasis", "lang", "p", "prosody", "s"),
        text="required",
        mixed=True,
        ssml=True,
    ),
)
