"""The elements that ask the caller for keys or speech (plivo-xml.md, section 6)."""

from __future__ import annotations

from flowbuilder.protocol.elements.shape import (
    Attribute,
    Element,
    address,
    choice,
    flag,
    http_method,
    rules,
    whole,
    words,
)

FINISH_ON_KEY = r"(?:[0-9*#]|none|)"
PROMPTS = ("Speak", "Play", "Wait")
DOCUMENTED_PROMPTS = ("Speak", "Play")

MAX_HINT_PHRASES = 500
MAX_HINT_PHRASE = 100

INPUT = (
    Element(
        "GetDigits",
        rules(
            address("action"),
            http_method(),
            whole("timeout", least=1, default=5),
            whole("digitTimeout", least=1, default=2),
            words("finishOnKey", FINISH_ON_KEY, default="#"),
            whole("numDigits", least=1, default=99),
            whole("retries", least=1, default=1),
            flag("redirect", default=True),
            flag("playBeep"),
            words("validDigits", r"[0-9*#]+", default="1234567890*#"),
            address("invalidDigitsSound"),
            flag("log", default=True),
        ),
        children=PROMPTS,
        children_documented=DOCUMENTED_PROMPTS,
        parents=("Response", "PreAnswer"),
        parents_documented=("Response",),
    ),
    Element(
        "GetInput",
        rules(
            address("action", required=True),
            http_method(),
            choice("inputType", "dtmf", "speech", "dtmf speech"),
            whole("executionTimeout", least=5, most=60, default=15),
            Attribute("digitEndTimeout", "integer_or_enum", ("auto",), min=2, max=10, default="auto"),
            Attribute("speechEndTimeout", "integer_or_enum", ("auto",), min=2, max=10, default="auto"),
            words("finishOnKey", FINISH_ON_KEY, default="#"),
            whole("numDigits", least=1, most=32, default=32),
            choice("speechModel", "default", "command_and_search", "phone_call", default="default"),
            Attribute("hints", "string", max_length=10_000),
            words("language", default="en-US"),
            address("interimSpeechResultsCallback"),
            http_method("interimSpeechResultsCallbackMethod"),
            flag("log", default=True),
            flag("redirect", default=True),
            flag("profanityFilter"),
            whole("startInputTimeout", sdk=False),
            whole("retries", default=1, sdk=False),
        ),
        children=PROMPTS,
        children_documented=DOCUMENTED_PROMPTS,
    ),
)
