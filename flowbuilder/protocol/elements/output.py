"""The elements that the caller hears, plus DTMF and Wait (plivo-xml.md, section 5)."""

from __future__ import annotations

from flowbuilder.protocol.elements.shape import Attribute, Element, flag, rules, whole, words
from flowbuilder.protocol.elements.ssml import SSML_NAMES

PROMPT_PARENTS = ("Response", "GetDigits", "GetInput", "PreAnswer")

BEEP_NUMBERS = r"(?:duration|inter_silence|intra_silence|threshold)=[0-9]+"

OUTPUT = (
    Element(
        "Speak",
        rules(
            words("voice", r"(?:WOMAN|MAN|Polly\..+)", default="WOMAN"),
            words("language", default="en-US"),
            whole("loop", least=0, default=1),
        ),
        children=SSML_NAMES,
        parents=PROMPT_PARENTS,
        text="required",
        max_text=3000,
        mixed=True,
    ),
    Element(
        "Play",
        rules(whole("loop", least=0, default=1)),
        parents=PROMPT_PARENTS,
        text="required",
        text_type="url",
    ),
    Element(
        "Wait",
        rules(
            whole("length", least=1, default=1),
            flag("silence"),
            whole("minSilence", least=1, default=2000),
            Attribute("beep", "boolean", default=False, also=f"{BEEP_NUMBERS}(?:,{BEEP_NUMBERS})*"),
        ),
        parents=PROMPT_PARENTS,
        parents_documented=("Response", "PreAnswer"),
    ),
    Element(
        "DTMF",
        rules(flag("async", default=True)),
        parents=("Response", "PreAnswer"),
        parents_documented=("Response",),
        text="required",
        text_pattern=r"[0-9*#wW]+",
    ),
)
