"""Join a room in which several callers talk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from flowbuilder.flow.problems import Problem
from flowbuilder.steps import fields
from flowbuilder.steps.base import Card, Outcome, Rehearsal, Step
from flowbuilder.steps.items import Prompt
from flowbuilder.steps.sounds import BeepOrUrl, both_given, sound_attribute
from flowbuilder.steps.values import Url
from flowbuilder.steps.voice_choice import prompt_problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flowbuilder.steps.base import Here, Writer

SOUNDS = {"wait_sound": "wait_prompts", "enter_sound": "enter_prompts", "exit_sound": "exit_prompts"}


class Conference(Step, type="conference"):
    label = "Conference"
    group = "Connect"
    icon = "users"
    summary = "Joins a room in which up to 20 callers talk."
    outputs = ("uuid", "member_id", "record_url")
    event = "left"

    name: str = fields.text(
        "Room", max_length=100, required=True, hint="Callers with the same room meet.", example="team"
    )
    start_conference_on_enter: bool = fields.flag("The room opens when this caller joins", default=True)
    end_conference_on_exit: bool = fields.flag("The room closes when this caller leaves")
    muted: bool = fields.flag("Join muted")
    stay_alone: bool = fields.flag("May stay alone in the room", default=True, advanced=True)
    max_members: int = fields.whole_number("At most", default=20, least=1, most=20, unit="callers", advanced=True)
    wait_prompts: list[Prompt] = fields.listing(
        "Until it opens, callers hear",
        kind="prompt_list",
        most_items=10,
        example=[{"speak": "The host will be here soon."}],
    )
    wait_sound: Url | None = fields.url(
        "or the XML at", default=None, advanced=True, example="https://example.com/wait"
    )
    enter_sound: BeepOrUrl = fields.text("When somebody joins", default="none", kind="sound", example="beep:1")
    enter_prompts: list[Prompt] = fields.listing(
        "or this is said", kind="prompt_list", most_items=10, advanced=True, example=[{"speak": "Somebody has joined."}]
    )
    exit_sound: BeepOrUrl = fields.text("When somebody leaves", default="none", kind="sound", example="beep:2")
    exit_prompts: list[Prompt] = fields.listing(
        "or this is said then",
        kind="prompt_list",
        most_items=10,
        advanced=True,
        example=[{"speak": "Somebody has left."}],
    )
    hangup_on_star: bool = fields.flag("The caller may leave with * and go on", advanced=True)
    time_limit: int = fields.seconds("Closes after", default=86_400, most=86_400, advanced=True, example=3_600)
    relay_dtmf: bool = fields.flag("The others hear this caller's keys", default=True, advanced=True)
    record: bool = fields.flag("Record the room", advanced=True)
    record_file_format: Literal["mp3", "wav"] = fields.one_of(
        "File", [("mp3", "mp3"), ("wav", "wav")], default="mp3", when="record", advanced=True
    )
    transcription_type: Literal["auto", "hybrid", "manual"] | None = fields.one_of(
        "Transcribe",
        [("auto", "by machine"), ("hybrid", "by machine, then a person"), ("manual", "by a person")],
        default=None,
        when="record",
        advanced=True,
    )
    transcription_url: Url | None = fields.url(
        "Send the transcript to",
        default=None,
        when="transcription_type",
        advanced=True,
        example="https://hooks.example.com/t",
    )
    report_url: Url | None = fields.url(
        "Tell this address what happens in the room",
        default=None,
        advanced=True,
        example="https://hooks.example.com/room",
    )
    digits_match: str | None = fields.text(
        "Report these keys",
        default=None,
        max_length=200,
        when="report_url",
        hint="Separated by commas.",
        advanced=True,
        example="1,99",
    )
    floor_event: bool = fields.flag("Report who speaks", when="report_url", advanced=True)

    def passive_exits(self) -> frozenset[str]:
        return frozenset()

    def problems(self) -> Iterable[Problem]:
        for sound, prompts in SOUNDS.items():
            yield from both_given(prompts, getattr(self, prompts), getattr(self, sound), "This sound")
            yield from prompt_problems(prompts, getattr(self, prompts))
        if self.transcription_type and not self.transcription_url:
            yield Problem("bad-setting", "Say which address the transcript is sent to.", setting="transcription_url")

    def sounds(self) -> dict[str, list[Prompt]]:
        return {sound: getattr(self, prompts) for sound, prompts in SOUNDS.items() if getattr(self, prompts)}

    def emit(self, document: Writer, here: Here) -> None:
        entering, leaving = (None if sound == "none" else sound for sound in (self.enter_sound, self.exit_sound))
        document.add(
            "Conference",
            self.name,
            action=here.continuation("left"),
            muted=self.muted,
            startConferenceOnEnter=self.start_conference_on_enter,
            endConferenceOnExit=self.end_conference_on_exit,
            stayAlone=self.stay_alone,
            maxMembers=self.max_members,
            waitSound=sound_attribute(here, "wait_sound", self.wait_prompts, self.wait_sound),
            enterSound=sound_attribute(here, "enter_sound", self.enter_prompts, entering),
            exitSound=sound_attribute(here, "exit_sound", self.exit_prompts, leaving),
            hangupOnStar=self.hangup_on_star,
            timeLimit=self.time_limit,
            relayDTMF=self.relay_dtmf,
            record=self.record,
            recordFileFormat=self.record_file_format if self.record else None,
            transcriptionType=self.transcription_type if self.record else None,
            transcriptionUrl=self.transcription_url if self.record and self.transcription_type else None,
            callbackUrl=self.report_url,
            digitsMatch=self.digits_match if self.report_url else None,
            floorEvent=self.floor_event if self.report_url else None,
        )

    def resume(self, reply: Mapping[str, Any], attempt: int) -> Outcome:
        return Outcome("next", {name: reply.get(name) for name in self.outputs})

    def rehearse(self) -> list[Rehearsal]:
        return [Rehearsal("next", {"uuid": "room-1", "member_id": "17", "record_url": ""})]

    def card(self) -> Card:
        words = [
            ("waits for the host", not self.start_conference_on_enter),
            ("muted", self.muted),
            ("recorded", self.record),
        ]
        return Card(" · ".join(word for word, holds in words if holds), [self.name] if self.name else [])
