"""Recording, control of the call and messages (plivo-xml.md, section 8), and the root element."""

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

PRE_ANSWER_DOCUMENTED = ("Speak", "Play", "Wait")

CONTROL = (
    Element(
        "Response",
        rules(),
        children=(
            "Conference",
            "Dial",
            "DTMF",
            "GetDigits",
            "GetInput",
            "Hangup",
            "Message",
            "MultiPartyCall",
            "Play",
            "PreAnswer",
            "Record",
            "Redirect",
            "Speak",
            "Stream",
            "Wait",
        ),
        parents=(),
    ),
    Element(
        "Record",
        rules(
            address("action"),
            http_method(),
            choice("fileFormat", "mp3", "wav", default="mp3"),
            flag("redirect", default=True),
            whole("timeout", least=1, default=15),
            whole("maxLength", least=2, most=86_400, default=60),
            flag("playBeep", default=True),
            words("finishOnKey", r"(?:[0-9*#]+|none)", default="#"),
            flag("recordSession"),
            flag("startOnDialAnswer"),
            choice("transcriptionType", "auto", "hybrid", "manual"),
            address("transcriptionUrl"),
            http_method("transcriptionMethod"),
            choice("transcriptionReportType", "full", "compact", default="compact"),
            address("callbackUrl"),
            http_method("callbackMethod"),
            choice("recordChannelType", "mono", "stereo", default="stereo"),
        ),
    ),
    Element("Hangup", rules(choice("reason", "rejected", "busy"), whole("schedule", least=1))),
    Element(
        "Redirect",
        rules(http_method()),
        parents=("Response", "PreAnswer"),
        parents_documented=("Response",),
        text="required",
        text_type="url",
    ),
    Element(
        "PreAnswer",
        rules(),
        children=(*PRE_ANSWER_DOCUMENTED, "GetDigits", "Redirect", "Message", "DTMF"),
        children_documented=PRE_ANSWER_DOCUMENTED,
    ),
    Element(
        "Message",
        rules(
            Attribute("src", "string", required=True),
            Attribute("dst", "string", required=True),
            choice("type", "sms"),
            address("callbackUrl"),
            http_method("callbackMethod"),
        ),
        parents=("Response", "PreAnswer"),
        parents_documented=("Response",),
        text="required",
        max_text=1600,
    ),
)
