"""One simulated call as a conversation: what the caller can do now, commands typed for it, a transcript."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flowbuilder.simulator.events import Awaiting, Event, NotNow
from flowbuilder.simulator.player import Player
from flowbuilder.simulator.transcript import lines_for

KEYS = re.compile(r"[0-9*#]+")
SECONDS = re.compile(r"([0-9]{1,6})\s*(?:s|sec|seconds)")
HANG_UP = ("hang up", "hangup", "bye")
SILENCE = ("", "silence", "wait")
SAY = "say "


@dataclass(frozen=True)
class Choice:
    """Something that can be done now: the Player's method, in words, and the values it takes, if few."""

    do: str
    words: str
    values: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The choice as plain data."""
        return {"do": self.do, "words": self.words, "values": list(self.values)}


class Session:
    """A player and the words around it."""

    def __init__(self, player: Player) -> None:
        self.player = player

    def begin(self) -> list[str]:
        """Lets the call arrive; gives the lines of what happens."""
        return lines_for(self.player.begin())

    def lines(self, since: int = 0) -> list[str]:
        """The transcript, from the event numbered `since` (from 0) on."""
        return lines_for(self.player.events[since:])

    def choices(self) -> list[Choice]:
        """What can be done now, hanging up last; empty once the call is over."""
        if self.player.ended:
            return []
        return [*_choices(self.player.awaiting), Choice("hang_up", "hang up")]

    def act(self, command: str) -> list[str]:
        """Does what a person typed, and gives the lines of what then happens.

        Keys are pressed, an empty line is silence, `say ...` or other words are spoken, a status ends a dial
        (`completed 40` after 40 seconds), `12 s` ends a recording, `leave` leaves a room, `hang up` hangs up.
        Raises NotNow where that cannot be done now.
        """
        return lines_for(self._act(command.strip()))

    def _act(self, command: str) -> list[Event]:
        player, word = self.player, command.lower()
        awaiting = player.awaiting
        if word in HANG_UP:
            return player.hang_up()
        if word == "leave":
            return player.leave()
        if awaiting and awaiting.kind == "dial" and command and not (KEYS.fullmatch(command) or _is_speech(word)):
            status, _, seconds = word.replace("no answer", "no_answer").partition(" ")
            return player.dial_ends(status, _number(seconds))
        if awaiting and awaiting.kind == "record" and (length := SECONDS.fullmatch(word)):
            return player.record_ends(int(length[1]))
        if word in SILENCE:
            return player.stay_silent()
        if KEYS.fullmatch(command):
            return player.press(command)
        return player.say(command[len(SAY) :] if _is_speech(word) else command)


def _is_speech(word: str) -> bool:
    return word.startswith(SAY)


def _number(text: str) -> int | None:
    if not text.strip():
        return None
    found = SECONDS.fullmatch(text.strip()) or re.fullmatch(r"([0-9]{1,6})", text.strip())
    if not found:
        raise NotNow("Type how it ends, and if you like after how many seconds: completed 40.")
    return int(found[1])


def _choices(awaiting: Awaiting | None) -> list[Choice]:
    if awaiting is None:
        return []
    if awaiting.kind == "input":
        return _input_choices(awaiting)
    if awaiting.kind == "dial":
        found = [Choice("dial_ends", f"{', '.join(awaiting.targets)}: say how it ends", awaiting.results)]
        return [*found, Choice("press", "press *", ("*",))] if awaiting.takes_star else found
    if awaiting.kind == "record":
        found = [Choice("record_ends", f"speak for up to {awaiting.max_length} s, typed as 5 s")]
        if awaiting.finish_on_key:
            keys = tuple(awaiting.finish_on_key)
            found.append(Choice("press", f"end the recording with {' or '.join(keys)}", keys))
        return [*found, Choice("stay_silent", f"stay silent for {awaiting.timeout} s")]
    if awaiting.kind == "conference":
        found = [Choice("leave", f"leave {awaiting.room}")]
        return [*found, Choice("press", "press *", ("*",))] if awaiting.takes_star else found
    if awaiting.kind == "stream":
        return [Choice("leave", "let the stream end")]
    return []


def _input_choices(awaiting: Awaiting) -> list[Choice]:
    found = []
    if awaiting.takes_digits:
        count = awaiting.num_digits
        words = "press a key" if count == 1 else f"press up to {count} keys"
        end = f", {awaiting.finish_on_key} ends them" if awaiting.finish_on_key and count > 1 else ""
        found.append(Choice("press", words + end))
    if awaiting.takes_speech:
        found.append(Choice("say", "say something"))
    if awaiting.may_stay_silent:
        found.append(Choice("stay_silent", f"stay silent for {awaiting.timeout} s"))
    return found
