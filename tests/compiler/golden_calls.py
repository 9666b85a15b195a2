"""Calls on a compiled flow, without a server: the simulator fetches from the engine. From a script, or along every way.

A script is a line each: `press 1`, `silence`, `say billing`, `busy 20`, `12 s`, `hang up`, as `Session.act` takes them;
and, anywhere among them, `web 200 {"name": "Ada"}` for each web request in turn. Others are not answered.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flowbuilder.compiler import Program
from flowbuilder.protocol.webhooks import read_call, read_reply
from flowbuilder.runtime import Answer, Call, HttpAnswer, Links, NoServices, arrive, resume, sound
from flowbuilder.simulator.player import CallSetup, FetchResult, Player
from flowbuilder.simulator.session import Session
from flowbuilder.simulator.transcript import line_for
from flowbuilder.steps.world import HttpReply

BASE = "https://flows.example.com/v1/flows/golden/1"
FROM, TO = "12025550123", "14155550000"
NO_ANSWER = HttpAnswer(0)
MOST_CALLS = 1_500
DIAL_RESULTS = ("completed", "busy", "failed", "timeout", "no_answer", "cancel")
Exits = set[tuple[str, str]]


class GoldenCall(NoServices):
    """One call; `answers` are what the web says, one request after the other, then `otherwise`."""

    def __init__(
        self,
        program: Program,
        answers: Sequence[HttpAnswer] = (),
        otherwise: HttpAnswer = NO_ANSWER,
        *,
        caller: str = FROM,
        moment: datetime | None = None,
    ) -> None:
        self.compiled, self.answers, self.otherwise, self.moment = program, deque(answers), otherwise, moment
        self.call = Call({})
        self.taken: Exits = set()
        self.notes: list[tuple[int, str]] = []
        answer_url = Links(BASE).node(program.entry, 0).partition("?")[0]
        setup = CallSetup(uuid="golden", from_number=caller, to_number=TO, answer_url=answer_url)
        self.player = Player(self.fetch, setup, clock=lambda: 0.0)
        self.session = Session(self.player)

    def http(self, method: str, url: str, **request: Any) -> HttpReply:
        answer = self.answers.popleft() if self.answers else self.otherwise
        sent = {name: value for name, value in request.items() if name in ("query", "json", "form") and value}
        told = f" {json.dumps(sent, ensure_ascii=False)}" if sent else ""
        self.notes.append((len(self.player.events), f"= asks the web: {method} {url}{told}, and gets {answer.status}"))
        return answer

    def now(self) -> datetime:
        return self.moment or super().now()

    def fetch(self, method: str, url: str, params: dict[str, str]) -> FetchResult:
        if not url.startswith(BASE):
            self._pass(None)
            self.call.owners = []
            return FetchResult(200, "application/xml", b"<Response/>")
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query))
        node, _, event = parts.path.partition("/nodes/")[2].partition("/")
        if self.compiled.has_sound(node, event):
            return FetchResult(200, "application/xml", sound(self.compiled, self.call, node, event, Links(BASE)))
        self._pass(None if not event else node)
        self.call.update_facts(read_call(params))
        assert int(query.get("turn", self.call.turn)) == self.call.turn, "a URL of an old document was requested"
        answer = self._answer(node, event, query, params)
        for told in answer.events:
            if told["kind"] in ("took", "decided") and told["exit"] is not None:
                self.taken.add((told["node"], told["exit"]))
                self.notes.append((len(self.player.events), f"= {told['node']}: {told['exit'].replace('_', ' ')}"))
        for report in answer.reports:
            self.notes.append((len(self.player.events), f"= reports to {report.url}: {json.dumps(report.form)}"))
        self.call = Call.from_json(json.loads(json.dumps(self.call.to_json())))
        return FetchResult(200, "application/xml", answer.body)

    def _answer(self, node: str, event: str, query: dict[str, str], params: dict[str, str]) -> Answer:
        if not event:
            return arrive(self.compiled, self.call, node, Links(BASE), self)
        reply = read_reply(event, {**query, **params})
        attempt = int(query.get("attempt", "1"))
        return resume(self.compiled, self.call, node, event, reply, Links(BASE), self, attempt=attempt)

    def _pass(self, asking: str | None) -> None:
        """Notes the exits by which the call has gone through the document so far, without asking us."""
        if self.player.state.document:
            passed = self.call.owners[: self.player.position.path[0]]
            for node in dict.fromkeys(passed):
                exit = self.compiled.nodes[node].step.falls_through()
                if node != asking and exit is not None:
                    self.taken.add((node, exit))

    def run(self, commands: Sequence[str]) -> GoldenCall:
        """Lets the call arrive, and does everything."""
        self.session.begin()
        for command in commands:
            self.session.act({"silence": ""}.get(command, command.removeprefix("press ")))
        at, owners = self.player.position.path[0], self.call.owners
        self._pass(None if self.player.ended or at >= len(owners) else owners[at])
        return self

    def transcript(self) -> list[str]:
        """The call, a line for each thing that happened; `=` is what our server did for the request above it."""
        lines = []
        for place, event in enumerate(self.player.events):
            lines.append(line_for(event))
            lines += [note for at, note in self.notes if at == place]
        if not self.player.ended:
            lines.append("… the call goes on")
        return lines


def played(program: Program, script: Sequence[str]) -> GoldenCall:
    """The call of a script."""
    web = [line.removeprefix("web ").partition(" ") for line in script if line.startswith("web ")]
    answers = [HttpAnswer(int(status), body, json.loads(body) if body else None) for status, _, body in web]
    return GoldenCall(program, answers).run([line for line in script if not line.startswith("web ")])


def called_everywhere(
    program: Program, answers: Sequence[HttpAnswer], typed: Sequence[str], **world: Any
) -> tuple[Exits, list[str]]:
    """Tries everything once at every place where a call waits; gives the exits taken, and doubts about documents.

    `answers` are what the web says, the last one again and again; `typed` is entered where no menu says what there is.
    `world` may say who calls and when.
    """
    taken: Exits = set()
    doubts: list[str] = []
    seen: set[str] = set()
    waiting: deque[tuple[str, ...]] = deque([()])
    calls = 0
    while waiting:
        commands = waiting.popleft()
        calls += 1
        assert calls <= MOST_CALLS, "the walk does not end"
        one = GoldenCall(program, answers[:-1], answers[-1], **world).run(commands)
        taken |= one.taken
        doubts += [event.data["sentence"] for event in one.player.events if event.kind == "doubted"]
        place = _place(one)
        if place is not None and place not in seen:
            seen.add(place)
            waiting.extend((*commands, command) for command in _commands(one, typed))
    return taken, doubts


def _place(one: GoldenCall) -> str | None:
    if one.player.ended:
        return None
    position = one.player.position
    action = re.sub(r"turn=\d+", "", position.action)
    counts = {node: outputs["count"] for node, outputs in one.call.outputs.items() if "count" in outputs}
    known = json.dumps([one.call.variables, counts], sort_keys=True)
    return f"{one.call.owners[position.path[0]]} {action} {known}"


def _commands(one: GoldenCall, typed: Sequence[str]) -> Iterator[str]:
    awaiting = one.player.awaiting
    assert awaiting is not None
    if awaiting.kind == "dial":
        yield from DIAL_RESULTS
    elif awaiting.kind == "record":
        yield "4 s"
    elif awaiting.kind == "conference":
        yield "leave"
    else:
        owner = one.call.owners[one.player.position.path[0]]
        choices = one.compiled.nodes[owner].settings.get("choices", [])
        if awaiting.takes_digits:
            keys = [choice["digits"] for choice in choices if "digits" in choice]
            yield from [f"press {key}" for key in keys or typed]
            yield f"press {next(key for key in '9876543210*' if key not in keys)}"
        if awaiting.takes_speech:
            yield from [f"say {phrase}" for choice in choices for phrase in choice.get("phrases", [])]
            yield "say zyzzyva quux"
        yield "silence"


def every_exit(program: Program) -> Exits:
    """Each exit of each node that a call can come to; not those that settings rule out, nor a dial's stand-in."""
    found: Exits = set()
    reached: set[str] = set()
    ahead = [program.entry]
    while ahead:
        node = program.nodes[ahead.pop()]
        if node.id in reached:
            continue
        reached.add(node.id)
        gone = node.step.dead_exits() | {node.step.stand_in_exit}
        found |= {(node.id, exit) for exit in node.step.exits() if exit not in gone}
        ahead += node.routes.values()
    return found
