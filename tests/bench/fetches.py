"""Documents fetched per call, over all paths of the flow templates, against the lower bound of the architecture.

A path is everything that a caller and the far side of a dial may do, up to so many things in a row. At least one
document answers the call, one each reply that must be looked at, and one each node that acts on the world only once
the caller has come to it; every further one is a round trip in silence.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import flowbuilder
from flowbuilder.compiler import Program, compile_flow
from flowbuilder.flow.model import loads
from flowbuilder.protocol.webhooks import read_call, read_reply
from flowbuilder.runtime import Call, HttpAnswer, Links, NoServices, arrive, resume, sound
from flowbuilder.simulator.player import CallSetup, FetchResult, Player
from tests.bench.table import Row

AIM = 1.0
MOST_ACTS = 5
MOST_PATHS = 600
TEMPLATES = Path(flowbuilder.__file__).parent / "flow_templates"
VERSION = "https://flows.example.com/v1/flows/bench/1"
SILENCE = {"silence": True}
FOR_CALLER = ("answer", "action", "redirect")
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
    """What the paths of one flow took. `possible` is the least that would have done."""

    paths: int = 0
    fetched: int = 0
    possible: int = 0
    worst: float = 0.0
    is_whole: bool = True

    def add(self, fetched: int, possible: int) -> None:
        self.paths += 1
        self.fetched += fetched
        self.possible += possible
        self.worst = max(self.worst, fetched / possible)


def measure() -> list[Row]:
    """One row: the documents of all paths of all templates over the lower bound, and the worst call of any."""
    whole, count = Tally(), 0
    for path in sorted(TEMPLATES.glob("*.flow.json")):
        program = compile_flow(loads(path.read_bytes()))
        # As many things in a row as leave the number of paths within bounds.
        tally = next(tally for acts in range(MOST_ACTS, 0, -1) if (tally := explore(program, acts)).is_whole)
        count += 1
        whole.paths += tally.paths
        whole.fetched += tally.fetched
        whole.possible += tally.possible
        whole.worst = max(whole.worst, tally.worst)
    figures = f"{whole.fetched:,} documents in {whole.paths:,} calls, worst call {whole.worst:.2f}"
    return [Row(f"documents fetched by {count} templates", figures, whole.fetched / whole.possible, at_most=AIM)]


def explore(program: Program, most_acts: int = MOST_ACTS) -> Tally:
    """Plays every path from the start, one thing further at a time; not the whole where there are too many."""
    tally = Tally()
    asks_the_web = any(node.step.acts for node in program.nodes.values())
    for status in (200, 500) if asks_the_web else (200,):
        waiting: list[list[Act]] = [[]]
        while waiting:
            acts = waiting.pop()
            player, call, replies = play(program, acts, AnsweringWeb(status))
            if player.ended or len(acts) == most_acts or not (following := _next_acts(program, player, call)):
                tally.add(*_counted(program, player, replies))
                if tally.paths > MOST_PATHS and most_acts > 1:
                    return replace(tally, is_whole=False)
            else:
                waiting += [[*acts, act] for act in following]
    return tally


def play(program: Program, acts: list[Act], web: AnsweringWeb) -> tuple[Player, Call, int]:
    """A call in which these things are done, and how many of them were replies that must be looked at."""
    call, links = Call({}), Links(VERSION)

    def fetch(method: str, url: str, params: dict[str, str]) -> FetchResult:
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query))
        node, _, event = parts.path.partition("/nodes/")[2].partition("/")
        call.update_facts(read_call(params))
        if program.has_sound(node, event):
            return FetchResult(200, "application/xml", sound(program, call, node, event, links))
        if event:
            reply, attempt = read_reply(event, {**query, **params}), int(query.get("attempt", "1"))
            answer = resume(program, call, node, event, reply, links, web, attempt=attempt)
        else:
            answer = arrive(program, call, node, links, web)
        return FetchResult(200, "application/xml", answer.body)

    start = f"{VERSION}/nodes/{program.entry}"
    player = Player(fetch, CallSetup(uuid="1", from_number="12025550123", to_number="14155550100", answer_url=start))
    player.begin()
    replies = 0
    for act in acts:
        replies += act is not SILENCE or (player.awaiting is not None and player.awaiting.kind == "record")
        _do(player, act)
    return player, call, replies


def _next_acts(program: Program, player: Player, call: Call) -> list[Act]:
    """What can happen now: the step's own rehearsals, and silence; nothing where a prompt never ends."""
    if player.awaiting is None or player.awaiting.kind == "endless":
        return []
    node = program.nodes[call.owners[player.position.path[0]]]
    acts = [dict(rehearsal.reply) for rehearsal in node.step.rehearse()]
    return [*acts, SILENCE] if player.awaiting.may_stay_silent else acts


def _do(player: Player, act: Act) -> None:
    match player.awaiting.kind if player.awaiting else None:
        case _ if act is SILENCE:
            player.stay_silent()
        case "dial":
            status = act["status"] if player.awaiting and act["status"] in player.awaiting.results else "failed"
            player.dial_ends(status)
        case "record":
            player.record_ends(int(act["duration"]))
        case "conference" | "stream":
            player.leave()
        case _ if act.get("digits"):
            player.press(act["digits"])
        case _:
            player.say(act["speech"])


def _counted(program: Program, player: Player, replies: int) -> tuple[int, int]:
    """Documents fetched for the caller, and the fewest possible."""
    fetched = [event.data for event in player.events if event.kind == "requested" and event.data["cause"] in FOR_CALLER]
    reached = [data["url"].partition("?")[0].rpartition("/")[2] for data in fetched if data["cause"] == "redirect"]
    necessary = sum(program.nodes[node_id].step.acts for node_id in reached)
    return len(fetched), 1 + replies + necessary
