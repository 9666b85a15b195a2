"""Join a call of several people with roles: agents, customers, supervisors."""

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

# Attribute of the sound -> setting with its prompts.
SOUNDS = {
    "wait_music_url": "wait_prompts",
    "agent_hold_music_url": "agent_hold_prompts",
    "customer_hold_music_url": "customer_hold_prompts",
    "enter_sound": "enter_prompts",
    "exit_sound": "exit_prompts",
    "start_recording_audio": "start_recording_prompts",
    "stop_recording_audio": "stop_recording_prompts",
}
EVENTS = (
    "mpc-state-changes",
    "participant-state-changes",
    "participant-speak-events",
    "participant-digit-input-events",
    "add-participant-api-events",
    "participant-audio-events",
)
EventName = Literal[
    "mpc-state-changes",
    "participant-state-changes",
    "participant-speak-events",
    "participant-digit-input-events",
    "add-participant-api-events",
    "participant-audio-events",
]


def _prompts(label: str, said: str, **described: Any) -> Any:
    return fields.listing(
        label, kind="prompt_list", most_items=10, advanced=True, example=[{"speak": said}], **described
    )


class MultiPartyCall(Step, type="multi_party_call"):
    label = "Multi-party call"
    group = "Connect"
    icon = "headset"
    summary = "Joins a call of up to ten with roles: agent, customer or supervisor."
    outputs = ("uuid", "name", "member_id")
    event = "left"

    name: str = fields.text(
        "Call", max_length=100, required=True, hint="Those with the same name meet.", example="support"
    )
    role: Literal["agent", "supervisor", "customer", "ai-agent"] = fields.one_of(
        "This caller is",
        [
            ("customer", "a customer"),
            ("agent", "an agent"),
            ("supervisor", "a supervisor"),
            ("ai-agent", "an AI agent"),
        ],
        default="customer",
    )
    start_mpc_on_enter: bool = fields.flag("The call begins when this one joins", default=True)
    end_mpc_on_exit: bool = fields.flag("The call ends when this one leaves")
    wait_for_agent: bool = fields.flag("Customers wait until an agent joins", advanced=True)
    mute: bool = fields.flag("Join muted")
    hold: bool = fields.flag("Join on hold", advanced=True)
    coach_mode: bool = fields.flag("Only agents hear this supervisor", default=True, when=("role", "supervisor"))
    stay_alone: bool = fields.flag("May stay alone", advanced=True)
    max_duration: int = fields.seconds("At most", default=14_400, least=300, most=28_800, advanced=True, example=3_600)
    max_participants: int = fields.whole_number("At most", default=10, least=2, most=10, unit="people", advanced=True)
    wait_time: int | None = fields.seconds(
        "Wait for others for at most", default=None, least=0, most=1_800, advanced=True, example=60
    )
    wait_prompts: list[Prompt] = _prompts("Those who wait hear", "Somebody will be with you soon.")
    wait_music_url: Url | None = fields.url(
        "or the XML at", default=None, advanced=True, example="https://example.com/wait"
    )
    agent_hold_prompts: list[Prompt] = _prompts("Agents on hold hear", "The call is on hold.")
    agent_hold_music_url: Url | None = fields.url(
        "or the XML at", default=None, advanced=True, example="https://example.com/ah"
    )
    customer_hold_prompts: list[Prompt] = _prompts("Customers on hold hear", "Please hold.")
    customer_hold_music_url: Url | None = fields.url(
        "or the XML at", default=None, advanced=True, example="https://example.com/ch"
    )
    enter_sound: BeepOrUrl = fields.text("When somebody joins", default="beep:1", kind="sound", example="beep:2")
    enter_prompts: list[Prompt] = _prompts("or this is said", "Somebody has joined.")
    exit_sound: BeepOrUrl = fields.text("When somebody leaves", default="beep:2", kind="sound", example="beep:1")
    exit_prompts: list[Prompt] = _prompts("or this is said then", "Somebody has left.")
    record: bool = fields.flag("Record the call", advanced=True)
    record_participant_track: bool = fields.flag("Record this one separately", when="record", advanced=True)
    record_coach_voice: bool | None = fields.tri_state("Record the supervisor too", when="record", advanced=True)
    record_file_format: Literal["mp3", "wav"] = fields.one_of(
        "File", [("mp3", "mp3"), ("wav", "wav")], default="mp3", when="record", advanced=True
    )
    record_min_member_count: int = fields.whole_number(
        "From", default=1, least=1, most=2, unit="people on", when="record", advanced=True
    )
    recording_report_url: Url | None = fields.url(
        "Tell this address of recordings",
        default=None,
        when="record",
        advanced=True,
        example="https://hooks.example.com/rec",
    )
    start_recording_prompts: list[Prompt] = _prompts("When recording starts", "This call is recorded.", when="record")
    start_recording_audio: Url | None = fields.url(
        "or the XML at", default=None, when="record", advanced=True, example="https://example.com/sr"
    )
    stop_recording_prompts: list[Prompt] = _prompts("When recording stops", "Recording has stopped.", when="record")
    stop_recording_audio: Url | None = fields.url(
        "or the XML at", default=None, when="record", advanced=True, example="https://example.com/er"
    )
    transcript: bool = fields.flag("Transcribe", advanced=True)
    transcription_url: Url | None = fields.url(
        "Send the transcript to", default=None, when="transcript", advanced=True, example="https://hooks.example.com/t"
    )
    relay_dtmf_inputs: bool = fields.flag("The others hear this one's keys", advanced=True)
    report_url: Url | None = fields.url(
        "Tell this address what happens", default=None, advanced=True, example="https://hooks.example.com/mpc"
    )
    report_events: list[EventName] = fields.listing(
        "Tell it of",
        kind="words",
        most_items=6,
        when="report_url",
        advanced=True,
        options=[(name, name.replace("-", " ")) for name in EVENTS],
        example=["participant-speak-events"],
    )
    ai_agent_url: str | None = fields.text(
        "AI agent's WebSocket",
        default=None,
        max_length=2_048,
        when=("role", "ai-agent"),
        example="wss://agent.example.com",
    )
    ai_agent_content_type: str = fields.text(
        "AI agent's audio", default="audio/x-l16;rate=8000", max_length=60, when=("role", "ai-agent"), advanced=True
    )
    ai_agent_sampling_rate: int | None = fields.whole_number(
        "AI agent's sampling rate",
        default=None,
        least=8_000,
        most=48_000,
        unit="Hz",
        when=("role", "ai-agent"),
        advanced=True,
        example=16_000,
    )
    ai_agent_headers: dict[str, str] = fields.mapping(
        "AI agent's headers", when=("role", "ai-agent"), advanced=True, example={"account": "1"}
    )
    ai_agent_report_url: Url | None = fields.url(
        "Tell this address of the AI agent's stream",
        default=None,
        when=("role", "ai-agent"),
        advanced=True,
        example="https://hooks.example.com/ai",
    )

    def passive_exits(self) -> frozenset[str]:
        return frozenset()

    def problems(self) -> Iterable[Problem]:
        for sound, prompts in SOUNDS.items():
            yield from both_given(prompts, getattr(self, prompts), getattr(self, sound), "This sound")
            yield from prompt_problems(prompts, getattr(self, prompts))
        if self.role == "ai-agent" and not (self.ai_agent_url or "").startswith(("wss://", "ws://", "{{")):
            yield Problem(
                "bad-setting", "An AI agent needs its WebSocket, beginning with wss://", setting="ai_agent_url"
            )

    def sounds(self) -> dict[str, list[Prompt]]:
        return {sound: getattr(self, prompts) for sound, prompts in SOUNDS.items() if getattr(self, prompts)}

    def emit(self, document: Writer, here: Here) -> None:
        def sound(name: str) -> str | None:
            return sound_attribute(here, name, getattr(self, SOUNDS[name]), getattr(self, name))

        document.add(
            "MultiPartyCall",
            self.name,
            role=self.role,
            onExitActionUrl=here.continuation("left"),
            startMpcOnEnter=self.start_mpc_on_enter,
            endMpcOnExit=self.end_mpc_on_exit,
            waitForAgent=self.wait_for_agent,
            mute=self.mute,
            hold=self.hold,
            coachMode=self.coach_mode,
            stayAlone=self.stay_alone,
            maxDuration=self.max_duration,
            maxParticipants=self.max_participants,
            waitTime=self.wait_time,
            waitMusicUrl=sound("wait_music_url"),
            agentHoldMusicUrl=sound("agent_hold_music_url"),
            customerHoldMusicUrl=sound("customer_hold_music_url"),
            enterSound=sound("enter_sound"),
            exitSound=sound("exit_sound"),
            relayDTMFInputs=self.relay_dtmf_inputs,
            transcript=self.transcript,
            transcriptionUrl=self.transcription_url if self.transcript else None,
            statusCallbackUrl=self.report_url,
            statusCallbackEvents=",".join(self.report_events) or None,
            **self._recording(sound("start_recording_audio"), sound("stop_recording_audio")),
            **self._ai_agent(),
        )

    def _recording(self, starting: str | None, stopping: str | None) -> dict[str, Any]:
        if not self.record:
            return {}
        return {
            "record": True,
            "recordParticipantTrack": self.record_participant_track,
            "recordCoachVoice": self.record_coach_voice,
            "recordFileFormat": self.record_file_format,
            "recordMinMemberCount": self.record_min_member_count,
            "recordingCallbackUrl": self.recording_report_url,
            "startRecordingAudio": starting,
            "stopRecordingAudio": stopping,
        }

    def _ai_agent(self) -> dict[str, Any]:
        if self.role != "ai-agent":
            return {}
        return {
            "aiAgentStreamServiceUrl": self.ai_agent_url,
            "aiAgentStreamContentType": self.ai_agent_content_type,
            "aiAgentStreamSamplingRate": self.ai_agent_sampling_rate,
            "aiAgentStreamExtraHeaders": ",".join(f"{name}={value}" for name, value in self.ai_agent_headers.items())
            or None,
            "aiAgentStreamStatusCallbackUrl": self.ai_agent_report_url,
        }

    def resume(self, reply: Mapping[str, Any], attempt: int) -> Outcome:
        return Outcome("next", {name: reply.get(name) for name in self.outputs})

    def rehearse(self) -> list[Rehearsal]:
        return [Rehearsal("next", {"uuid": "mpc-1", "name": self.name, "member_id": "17"})]

    def card(self) -> Card:
        return Card(self.role.replace("-", " "), [self.name] if self.name else [])
