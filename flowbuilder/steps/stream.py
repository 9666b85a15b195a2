"""Send the call's audio to a program of yours over a WebSocket, and let it answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator

from flowbuilder.flow.expressions import has_expression
from flowbuilder.flow.problems import Problem
from flowbuilder.steps import fields
from flowbuilder.steps.base import Card, Step
from flowbuilder.steps.values import Url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flowbuilder.steps.base import Here, Writer

MOST_HEADER_BYTES = 512


def _web_socket(text: str) -> str:
    if text and not re.match(r"(?i)wss?://[^\s<>\"]+\Z|\{\{", text):
        raise ValueError("Write a WebSocket address here, beginning with wss://")
    return text


class Stream(Step, type="stream"):
    label = "Stream audio"
    group = "Connect"
    icon = "audio-lines"
    summary = "Sends the call's audio to a WebSocket of yours, and plays what it answers."

    url: Annotated[str, AfterValidator(_web_socket)] = fields.text(
        "WebSocket", max_length=2_048, kind="text", required=True, example="wss://agent.example.com/audio"
    )
    bidirectional: bool = fields.flag("It may speak to the caller")
    keep_call_alive: bool = fields.flag("Wait here until the stream ends", hint="Else the flow goes on at once.")
    audio_track: Literal["inbound", "outbound", "both"] = fields.one_of(
        "Send", [("inbound", "the caller"), ("outbound", "our side"), ("both", "both")], default="inbound"
    )
    content_type: Literal["audio/x-l16;rate=8000", "audio/x-l16;rate=16000", "audio/x-mulaw;rate=8000"] = fields.one_of(
        "Audio",
        [
            ("audio/x-l16;rate=8000", "linear, 8 kHz"),
            ("audio/x-l16;rate=16000", "linear, 16 kHz"),
            ("audio/x-mulaw;rate=8000", "µ-law, 8 kHz"),
        ],
        default="audio/x-l16;rate=8000",
        advanced=True,
    )
    stream_timeout: int = fields.seconds("At most", default=86_400, most=86_400, advanced=True, example=3_600)
    extra_headers: dict[str, str] = fields.mapping("Headers", advanced=True, example={"account": "12345"})
    report_url: Url | None = fields.url(
        "Tell this address what happens", default=None, advanced=True, example="https://hooks.example.com/stream"
    )
    noise_cancellation: bool = fields.flag("Cancel noise", advanced=True)
    noise_cancellation_level: int = fields.whole_number(
        "How much", default=85, least=60, most=100, when="noise_cancellation", advanced=True, example=70
    )

    def falls_through(self) -> str | None:
        return "next"

    def problems(self) -> Iterable[Problem]:
        if self.bidirectional and self.audio_track != "inbound":
            message = "A stream that may speak sends the caller's side only. Set Send to the caller."
            yield Problem("bad-setting", message, setting="audio_track")
        for name, value in self.extra_headers.items():
            if not re.fullmatch(r"[A-Za-z0-9]+", name) or not (
                has_expression(value) or re.fullmatch(r"[A-Za-z0-9]+", value)
            ):
                yield Problem(
                    "bad-setting", "Headers: names and values are letters and digits.", setting="extra_headers"
                )
        if len(self._headers().encode()) > MOST_HEADER_BYTES:
            yield Problem(
                "bad-setting", f"Headers: use at most {MOST_HEADER_BYTES} bytes in all.", setting="extra_headers"
            )

    def _headers(self) -> str:
        return ",".join(f"{name}={value}" for name, value in self.extra_headers.items())

    def emit(self, document: Writer, here: Here) -> None:
        document.add(
            "Stream",
            self.url,
            bidirectional=self.bidirectional,
            audioTrack=self.audio_track,
            streamTimeout=self.stream_timeout,
            statusCallbackUrl=self.report_url,
            contentType=self.content_type,
            extraHeaders=self._headers() or None,
            keepCallAlive=self.keep_call_alive,
            noiseCancellation="true" if self.noise_cancellation else None,
            noiseCancellationLevel=self.noise_cancellation_level if self.noise_cancellation else None,
        )

    def card(self) -> Card:
        detail = " · ".join(
            word for word, holds in (("both ways", self.bidirectional), ("waits", self.keep_call_alive)) if holds
        )
        return Card(detail, [self.url] if self.url else [])
