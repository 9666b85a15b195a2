"""A small world of documents for the player to fetch, and short forms to read its events with."""

from __future__ import annotations

from typing import Any

from flowbuilder.simulator.player import CallSetup, FetchResult, Player

BASE = "https://app.test/v1/flows/f/1/"
XML = "application/xml"


class World:
    """Answers requests from a table of paths, and remembers what was asked."""

    def __init__(self, **setup: Any) -> None:
        self.pages: dict[str, str | FetchResult] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.ticks = 0.0
        self.setup = CallSetup(
            **{
                "uuid": "call-1",
                "from_number": "14155550100",
                "to_number": "14155550199",
                "answer_url": BASE + "answer",
                "hangup_url": BASE + "hangup",
                **setup,
            }
        )

    def fetch(self, method: str, url: str, params: dict[str, str]) -> FetchResult:
        self.asked.append((method, url.removeprefix(BASE), params))
        page = self.pages.get(url.removeprefix(BASE), "")
        if isinstance(page, FetchResult):
            return page
        return FetchResult(200, XML, f"<Response>{page}</Response>".encode())

    def clock(self) -> float:
        self.ticks += 0.004
        return self.ticks

    def call(self, answer: str, **pages: str | FetchResult) -> Player:
        """A call that has begun with this answer document; the other pages are by name."""
        self.pages |= {"answer": answer, **pages}
        player = Player(self.fetch, self.setup, clock=self.clock)
        player.begin()
        return player

    def asked_for(self, path: str) -> list[dict[str, str]]:
        """The parameters of every request for the path."""
        return [params for _, asked, params in self.asked if asked == path]


def heard(player: Player) -> list[str]:
    """What was heard, texts and audio URLs."""
    sounds = [event.data for event in player.events if event.kind in ("said", "played")]
    return [str(data.get("text") or data.get("url")) for data in sounds]


def last(player: Player, kind: str) -> dict[str, Any]:
    """The data of the last event of a kind."""
    return [dict(event.data) for event in player.events if event.kind == kind][-1]


def kinds(player: Player) -> list[str]:
    """The kinds of all events, in order."""
    return [event.kind for event in player.events]


def code(player: Player) -> int:
    """The hangup code of a call that ended."""
    assert player.ending, player.awaiting
    return player.ending.code
