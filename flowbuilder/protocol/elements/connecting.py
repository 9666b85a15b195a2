"""The elements that join the call to somebody or something else (plivo-xml.md, section 7)."""

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

SEND_DIGITS = r"[0-9*#w]+"

MAX_STREAM_HEADERS_BYTES = 512

CONNECTING = (
    Element(
        "Dial",
        rules(
            address("action"),
            http_method(),
            flag("hangupOnStar"),
            whole("timeLimit", least=1, most=86_400, default=14_400),
            whole("timeout", least=1),
            words("callerId"),
            Attribute("callerName", "string", max_length=50),
            address("confirmSound"),
            whole("confirmTimeout", least=1, default=120),
            words("confirmKey", r"[0-9*#]"),
            Attribute("dialMusic", "url_or_enum", ("real",)),
            address("callbackUrl"),
            http_method("callbackMethod"),
            flag("redirect", default=True),
            words("digitsMatch"),
            words("digitsMatchBLeg"),
            words("sipHeaders"),
            choice("callType", "voice", "whatsapp", default="voice", sdk=False),
            words("machineDetection", sdk=False, documented=False),
        ),
        children=("Number", "User"),
        min_children=1,
    ),
    Element(
        "Number",
        rules(
            words("sendDigits", SEND_DIGITS),
            flag("sendOnPreanswer"),
            choice("sendDigitsMode", "rfc2833"),
            words("sipHeaders", sdk=False),
            words("callerId", sdk=False, documented=False),
            words("callerName", sdk=False, documented=False),
        ),
        parents=("Dial",),
        text="required",
        text_type="phone number",
    ),
    Element(
        "User",
        rules(
            words("sendDigits", SEND_DIGITS),
            flag("sendOnPreanswer"),
            words("sipHeaders"),
            words("sipAuthUsername", sdk=False),
            Attribute("sipAuthPassword", "string", min_length=8, max_length=128, sdk=False),
            words("callerId", sdk=False, documented=False),
            words("callerName", sdk=False, documented=False),
        ),
        parents=("Dial",),
        text="required",
        text_type="sip uri",
    ),
    Element(
        "Stream",
        rules(
            flag("bidirectional"),
            choice("audioTrack", "inbound", "outbound", "both", default="inbound"),
            whole("streamTimeout", least=1, default=86_400),
            address("statusCallbackUrl"),
            http_method("statusCallbackMethod"),
            choice(
                "contentType",
                "audio/x-l16;rate=8000",
                "audio/x-l16;rate=16000",
                "audio/x-mulaw;rate=8000",
                default="audio/x-l16;rate=8000",
            ),
            Attribute("extraHeaders", "string", max_length=MAX_STREAM_HEADERS_BYTES),
            flag("keepCallAlive"),
            choice("noiseCancellation", "true", "false", default="false", sdk=False),
            whole("noiseCancellationLevel", least=60, most=100, default=85, sdk=False),
        ),
        text="required",
        text_type="wsurl",
        max_text=2048,
    ),
)
