"""Record a message from the caller, or the whole call in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from flowbuilder.flow.problems import Problem
from flowbuilder.steps import fields
from flowbuilder.steps.base import Card, Outcome, Rehearsal, Step
from flowbuilder.steps.values import StopKeys, Url

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flowbuilder.steps.base import Here, Writer


class Record(Step, type="record"):
    label = "Record"
    group = "Ask the caller"
    icon = "mic"
    summary = "Records a message, or the whole call in the background."
    outputs = ("url", "recording_id", "duration")
    event = "recorded"
    can_start_call = True

    max_length: int = fields.seconds("At most", default=60, least=2, most=86_400, example=120)
    timeout: int = fields.seconds("Stop after silence of", default=15, most=3_600, example=5)
    finish_on_key: StopKeys = fields.key(
        "Keys that stop it", default="#", hint="One or more of 0 to 9, * and #; or none.", example="#"
    )
    play_beep: bool = fields.flag("Beep before recording", default=True)
    file_format: Literal["mp3", "wav"] = fields.one_of("File", [("mp3", "mp3"), ("wav", "wav")], default="mp3")
    record_channel_type: Literal["mono", "stereo"] = fields.one_of(
        "Channels",
        [("stereo", "stereo: each side its own"), ("mono", "mono")],
        default="stereo",
        advanced=True,
    )
    record_session: bool = fields.flag("Record the rest of the call in the background", advanced=True)
    start_on_dial_answer: bool = fields.flag("Record in the background once a dial is answered", advanced=True)
    report_url: Url | None = fields.url(
        "Tell this address when the file is ready",
        default=None,
        advanced=True,
        example="https://hooks.example.com/recorded",
    )
    transcription_type: Literal["auto", "hybrid", "manual"] | None = fields.one_of(
        "Transcribe",
        [("auto", "by machine"), ("hybrid", "by machine, then a person"), ("manual", "by a person")],
        default=None,
        advanced=True,
    )
    transcription_url: Url | None = fields.url(
        "Send the transcript to",
        default=None,
        when="transcription_type",
        advanced=True,
        example="https://hooks.example.com/transcript",
    )
    transcription_report_type: Literal["compact", "full"] = fields.one_of(
        "Transcript",
        [("compact", "the words only"), ("full", "with times")],
        default="compact",
        when="transcription_type",
        advanced=True,
    )

    @property
    def in_background(self) -> bool:
        return self.record_session or self.start_on_dial_answer

    def passive_exits(self) -> frozenset[str]:
        return frozenset({"next"} if self.in_background else ())

    def falls_through(self) -> str | None:
        return "next" if self.in_background else None

    def problems(self) -> Iterable[Problem]:
        if self.record_session and self.start_on_dial_answer:
            message = "Record the rest of the call, or from when a dial is answered. Switch one off."
            yield Problem("bad-setting", message, setting="start_on_dial_answer")
        if self.transcription_type and not self.transcription_url:
            yield Problem("bad-setting", "Say which address the transcript is sent to.", setting="transcription_url")

    def emit(self, document: Writer, here: Here) -> None:
        message = not self.in_background
        document.add(
            "Record",
            # A background recording must have no action: Plivo would request it at once and leave this document.
            action=here.continuation("recorded") if message else None,
            fileFormat=self.file_format,
            timeout=self.timeout if message else None,
            maxLength=self.max_length,
            playBeep=self.play_beep if message else None,
            finishOnKey=self.finish_on_key if message else None,
            recordSession=self.record_session,
            startOnDialAnswer=self.start_on_dial_answer,
            transcriptionType=self.transcription_type,
            transcriptionUrl=self.transcription_url if self.transcription_type else None,
            transcriptionReportType=self.transcription_report_type if self.transcription_type else None,
            callbackUrl=self.report_url,
            recordChannelType=self.record_channel_type,
        )

    def resume(self, reply: Mapping[str, Any], attempt: int) -> Outcome:
        return Outcome("next", {name: reply.get(name) for name in self.outputs})

    def rehearse(self) -> list[Rehearsal]:
        if self.in_background:
            return []
        reply = {"url": "https://media.example.com/recording.mp3", "recording_id": "rec-1", "duration": 4}
        return [Rehearsal("next", reply)]

    def card(self) -> Card:
        if self.in_background:
            return Card("in the background")
        stop = "" if self.finish_on_key == "none" else f" · {self.finish_on_key} stops"
        return Card(f"up to {self.max_length} s{stop}")
