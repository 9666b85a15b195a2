"""Documents fetched per call, over all paths of the flow templates, against the lower bound of the architecture.

A path is everything that a caller and the far side of a dial may do, up to so many things in a row. At least one
document answers the call, and one each reply that must be looked at; every further one is a round trip in silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import flowbuilder
from flowbuilder.compiler import Program, compile_flow
from flowbuilder.flow.model import loads
from flowbuilder.protocol.webhooks import read_call, read_reply
from flowbuilder.runtime import Call, HttpAnswer, Links, NoServices, arrive, resume
from flowbuilder.simulator.player import CallSetup, FetchResult, Player
from tests.bench.table import Row

AIM = 1.0
MOST_ACTS = 5
TEMPLATES = Path(flowbuilder.__file__).parent / "flow_templates"
VERSION = "https://flows.example.com/v1/flows/bench/1"
SILENCE = {"silence": True}
Act = dict[str, Any]


class AnsweringWeb(NoServices):
    """Every web request is answered with 200, or with 500: both ways on are walked."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status

    def http(self, method: str, url: str, **request: Any) -> HttpAnswer:
        return HttpAnswer(self.status)


@dataclass
class Tally:
    """What all paths of one flow took. `possible` is the least that would have done."""

    paths: int = 0
    fetched: int = 0
    possible: int = 0
    worst: float = 0.0

    def add(self, fetched: int, possible: int) -> None:
        self.paths += 1
        self.fetched += fetched
        self.possible += possible
        self.worst = max(self.worst, fetched / possible)


def measure() -> list[Row]:
    """One row per template: its documents per call over the lower bound, of all paths together."""
    rows = []
    for path in sorted(TEMPLATES.glob("*.flow.json")):
        tally = explore(compile_flow(loads(path.read_bytes())))
        figures = f"{tally.fetched:,} documents in {tally.paths:,} calls, worst call {tally.worst:.2f}"
        name = path.name.removesuffix(".flow.json").replace("_", " ")
        rows.append(Row(f"documents fetched, {name}", figures, tally.fetched / tally.possible, at_most=AIM))
    return rows


def explore(program: Program, most_acts: int = MOST_ACTS) -> Tally:
    """Plays every path from the start, one thing further at a time."""
    tally = Tally()
    asks_the_web = any(node.step.acts for node in program.nodes.values())
    for status in (200, 500) if asks_the_web else (200,):
        waiting: list[list[Act]] = [[]]
        while waiting:
            acts = waiting.pop()
            player, call = play(program, acts, AnsweringWeb(status))
            if player.ended or len(acts) == most_acts:
                tally.add(*_counted(player))
            else:
                waiting += [[*acts, act] for act in _next_acts(program, player, call)]
    return tally


def play(program: Program, acts: list[Act], web: AnsweringWeb) -> tuple[Player, Call]:
    """A call in which these things are done."""
    call, links = Call({}), Links(VERSION)

    def fetch(method: str, url: str, params: dict[str, str]) -> FetchResult:
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query))
        node, _, event = parts.path.partition("/nodes/")[2].partition("/")
        call.update_facts(read_call(params))
        if event:
            reply, attempt = read_reply(event, {**query, **params}), int(query.get("attempt", "1"))
            answer = resume(program, call, node, event, reply, links, web, attempt=attempt)
        else:
            answer = arrive(program, call, node, links, web)
        return FetchResult(200, "application/xml", answer.body)

    start = f"{VERSION}/nodes/{program.entry}"
    player = Player(fetch, CallSetup(uuid="1", from_number="12025550123", to_number="14155550100", answer_url=start))
    player.begin()
    for act in acts:
        _do(player, act)
    return player, call


def _next_acts(program: Program, player: Player, call: Call) -> list[Act]:
    """What can happen now: the step's own rehearsals, silence, and a word that is none of the choices."""
    node = program.nodes[call.owners[player.position.path[0]]]
    acts = [dict(rehearsal.reply) for rehearsal in node.step.rehearse()]
    return [*acts, SILENCE] if player.awaiting and player.awaiting.may_stay_silent else acts


def _do(player: Player, act: Act) -> None:
    awaiting = player.awaiting
    if awaiting is None or act is SILENCE:
        player.stay_silent()
    elif awaiting.kind == "dial":
        player.dial_ends(act["status"] if act["status"] in awaiting.results else "failed")
    elif awaiting.kind == "record":
        player.record_ends(int(act["duration"]))
    elif act.get("digits"):
        player.press(act["digits"])
    else:
        player.say(act["speech"])


def _counted(player: Player) -> tuple[int, int]:
    """Documents fetched, and the fewest possible: one for the answer, one for each reply."""
    fetched = [event for event in player.events if event.kind == "requested"]
    replies = [event for event in player.events if event.kind in ("pressed", "spoke", "dialed", "recorded")]
    return len(fetched), 1 + len(replies)
