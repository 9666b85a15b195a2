"""Conference, MultiPartyCall and Stream: the call is somewhere else until it comes back."""

from __future__ import annotations

from lxml import etree

from flowbuilder.protocol import webhooks
from flowbuilder.simulator.documents import content, flag_value, text_value
from flowbuilder.simulator.events import Awaiting
from flowbuilder.simulator.line import Line, Outcome

MEMBER = "1"
# Who hears a sound: the one who joins, or whoever is in the room.
CALLER, ROOM = "caller", "room"
HOLD_MUSIC = {"agent": "agentHoldMusic", "customer": "customerHoldMusic"}


def perform_conference(line: Line, node: etree._Element) -> Outcome:
    """Joins the room; a member who may not start it hears the wait sound."""
    line.pick_up()
    room = content(node)
    line.report("joined", room=room, role="")
    line.sound_url(text_value(node, "enterSound"), ROOM)
    if not flag_value(node, "startConferenceOnEnter"):
        line.sound_url(text_value(node, "waitSound"), CALLER)
    return line.wait_for(Awaiting("conference", room=room, takes_star=flag_value(node, "hangupOnStar")))


def perform_party(line: Line, node: etree._Element) -> Outcome:
    """Joins a MultiPartyCall in a role."""
    line.pick_up()
    room = content(node)
    line.report("joined", room=room, role=text_value(node, "role"))
    _party_sound(line, node, "enterSound", "enterSoundMethod", ROOM)
    if flag_value(node, "record"):
        _party_sound(line, node, "startRecordingAudio", "startRecordingAudioMethod", ROOM)
    hold = HOLD_MUSIC.get(text_value(node, "role").lower())
    if not flag_value(node, "startMpcOnEnter"):
        _party_sound(line, node, "waitMusicUrl", "waitMusicMethod", CALLER)
    elif flag_value(node, "hold") and hold:
        _party_sound(line, node, f"{hold}Url", f"{hold}Method", CALLER)
    return line.wait_for(Awaiting("conference", room=room))


def _party_sound(line: Line, node: etree._Element, url_name: str, method_name: str, to: str) -> None:
    """A sound of a MultiPartyCall; Plivo asks for each with a method of its own, GET where none is given."""
    line.sound_url(text_value(node, url_name), to, text_value(node, method_name) or "GET")


def go_out(line: Line, node: etree._Element) -> None:
    """The caller is out of the room; those who stay hear the sound for it."""
    line.report("left", room=content(node))
    if node.tag == "MultiPartyCall":
        _party_sound(line, node, "exitSound", "exitSoundMethod", ROOM)
        if flag_value(node, "record"):
            _party_sound(line, node, "stopRecordingAudio", "stopRecordingAudioMethod", ROOM)
    else:
        line.sound_url(text_value(node, "exitSound"), ROOM)


def perform_stream(line: Line, node: etree._Element) -> Outcome:
    """Opens the stream; the call waits for its end only where the stream keeps the call alive."""
    line.pick_up()
    line.report("streaming", url=content(node))
    _tell_stream(line, node, "StartStream")
    return line.wait_for(Awaiting("stream")) if flag_value(node, "keepCallAlive") else Outcome.NEXT


def leave(line: Line, node: etree._Element) -> Outcome:
    """The caller is out of the room, or the stream is over, and the call goes on."""
    if node.tag == "Stream":
        line.report("stream_ended", url=content(node))
        _tell_stream(line, node, "StopStream")
        return Outcome.NEXT
    room = content(node)
    go_out(line, node)
    facts = {"uuid": line.state.new_id(), "name": room, "member_id": MEMBER}
    if node.tag == "MultiPartyCall":
        return line.finish_element(
            node,
            webhooks.write_party_left(facts),
            url_name="onExitActionUrl",
            method_name="onExitActionMethod",
        )
    if flag_value(node, "record"):
        recording_id = line.state.new_id()
        file_format = text_value(node, "recordFileFormat")
        facts["recording_id"] = recording_id
        facts["record_url"] = f"{line.state.setup.recordings_url}/{recording_id}.{file_format}"
    return line.finish_element(node, webhooks.write_reply("left", facts))


def _tell_stream(line: Line, node: etree._Element, event: str) -> None:
    url, method = text_value(node, "statusCallbackUrl"), text_value(node, "statusCallbackMethod")
    line.notify(method, url, {webhooks.REASON: event})
