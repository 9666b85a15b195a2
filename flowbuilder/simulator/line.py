"""The line of one simulated call: its state, the way to the webhooks, and what has been reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from flowbuilder.protocol import webhooks
from flowbuilder.protocol.xml import parse
from flowbuilder.simulator import causes
from flowbuilder.simulator.documents import (
    DocumentRefused,
    FetchResult,
    content,
    doubts,
    open_document,
    spoken_text,
    text_value,
    whole_value,
)
from flowbuilder.simulator.events import Awaiting, Event, EventKind
from flowbuilder.simulator.hiding import told, without
from flowbuilder.simulator.state import CallState, Position

Fetch = Callable[[str, str, dict[str, str]], FetchResult]
Clock = Callable[[], float]

MAX_FETCHES = 100
CHARACTERS_A_SECOND = 15
SOUNDS = ("Speak", "Play", "Wait")


class Outcome(Enum):
    """What an element leads to: its next sibling, a stop, or another place that the state now names."""

    NEXT = "next"
    STOP = "stop"
    MOVED = "moved"


class Line:
    """A call's state with the means to go on: `fetch` asks the webhooks, `clock` gives seconds."""

    def __init__(self, fetch: Fetch, state: CallState, clock: Clock) -> None:
        self.fetch = fetch
        self.state = state
        self.clock = clock
        self._root: etree._Element | None = None

    # What happens is reported, and takes simulated time.

    def report(self, kind: EventKind, **data: Any) -> None:
        """Adds an event; dots stand for what the caller has entered in secret."""
        self.state.events.append(Event(kind, without(self.state.secrets, kind, data)))

    def pass_time(self, seconds: float) -> None:
        """Lets simulated time go by."""
        self.state.seconds += seconds

    def pick_up(self) -> None:
        """Answers the call, where nothing has answered it yet."""
        if self.state.answered_at is None:
            self.state.answered_at = self.state.seconds
            self.report("answered")

    def wait_for(self, awaiting: Awaiting) -> Outcome:
        """Stops until somebody acts; documents are counted anew from there."""
        self.state.awaiting = awaiting
        self.state.fetches = 0
        return Outcome.STOP

    # Documents.

    @property
    def root(self) -> etree._Element:
        """The document that is being performed."""
        if self._root is None:
            self._root = parse(self.state.document.encode() or b"<Response/>")
        return self._root

    def current(self) -> etree._Element | None:
        """The element to perform now; None at the end of the document."""
        path = self.state.path
        if path[0] >= len(self.root):
            return None
        node = self.root[path[0]]
        if len(path) == 1:
            return node
        if path[1] < len(node):
            return node[path[1]]
        self.state.path = [path[0] + 1]
        return self.current()

    def advance(self) -> None:
        """Goes on to the next sibling."""
        self.state.path[-1] += 1
        self.state.tries = 0

    def position(self) -> Position:
        """Where the call is."""
        node = self.current() if self.state.document else None
        action = ""
        if node is not None:
            action = str(node.get("action") or node.get("onExitActionUrl") or "")
        name = str(node.tag) if node is not None else ""
        return Position(self.state.document_url, tuple(self.state.path), name, action)

    def enter(self, root: etree._Element, url: str) -> None:
        """Puts a new document in the place of the one before."""
        for sentence in doubts(root):
            self.report("doubted", sentence=sentence)
        self._root = root
        self.state.document = etree.tostring(root, encoding="unicode")
        self.state.document_url = url
        self.state.path = [0]
        self.state.tries = 0

    # Requests.

    def request(
        self, method: str, url: str, cause: str, extra: Mapping[str, str] | None = None, reason: str = ""
    ) -> FetchResult:
        """Asks a webhook, with the call's parameters and `extra`; reports it."""
        extra = dict(extra or {})
        params = {**webhooks.write_call(self.state.setup.facts(self.state.status), reason=reason), **extra}
        url = url.partition("#")[0]
        began = self.clock()
        result = self.fetch(method, url, params)
        milliseconds = round((self.clock() - began) * 1000, 1)
        self.report(
            "requested",
            method=method,
            url=url,
            status=result.status,
            milliseconds=milliseconds,
            cause=cause,
            params=told(self.root, self.state.path, extra),
        )
        return result

    def notify(self, method: str, url: str, extra: Mapping[str, str], cause: str = "callback") -> None:
        """Tells a URL, where there is one that Plivo would request; its answer does not matter."""
        if is_http(url) and method in ("GET", "POST"):
            self.request(method, url, cause, extra)

    def begin(self) -> None:
        """Asks the answer URL for the first document, then the fallback URL where that fails."""
        setup = self.state.setup
        if setup.direction == "outbound":
            self.pick_up()
        ways = [("answer", setup.answer_method, setup.answer_url)]
        if setup.fallback_url:
            ways.append(("fallback", setup.fallback_method, setup.fallback_url))
        ending: causes.Ending | None = None
        for cause, method, url in ways:
            opened = self._open("answer", method, url, cause, {}, webhooks.START)
            if opened is None:
                return
            ending = ending or opened
        if ending:
            self.end(ending)

    def take_over(self, kind: causes.Kind, method: str, url: str, extra: Mapping[str, str] | None = None) -> Outcome:
        """Fetches the document that takes over; ends the call with Plivo's cause where it cannot."""
        reason = webhooks.REDIRECTED if kind == "redirect" else ""
        ending = self._open(kind, method, url, kind, extra or {}, reason)
        if ending:
            return self.end(ending)
        return Outcome.MOVED

    def _open(
        self, kind: causes.Kind, method: str, url: str, cause: str, extra: Mapping[str, str], reason: str
    ) -> causes.Ending | None:
        if not is_http(url):
            return causes.failure(causes.NOT_A_URL, kind, f"{url!r} is not an absolute http or https URL.")
        if method not in ("GET", "POST"):
            return causes.failure(causes.WRONG_METHOD, kind, f"{method!r} is not GET or POST.")
        self.state.fetches += 1
        if self.state.fetches > MAX_FETCHES:
            return causes.no_progress(MAX_FETCHES)
        result = self.request(method, url, cause, extra, reason)
        if not result.reached:
            answer = f"answered {result.status}" if result.status else "did not answer"
            return causes.failure(causes.NOT_REACHED, kind, f"The {cause} URL {answer}.")
        try:
            root = open_document(result)
        except DocumentRefused as refusal:
            return causes.failure(causes.INVALID_XML, kind, str(refusal))
        self.enter(root, url.partition("#")[0])
        return None

    def finish_element(
        self,
        node: etree._Element,
        extra: Mapping[str, str],
        *,
        url_name: str = "action",
        method_name: str = "method",
    ) -> Outcome:
        """Tells an element's action URL how it ended; its document takes over unless `redirect` is false."""
        url = text_value(node, url_name)
        if not url:
            return Outcome.NEXT
        method = text_value(node, method_name) or "POST"
        if text_value(node, "redirect") != "false":
            return self.take_over("action", method, url, extra)
        self.notify(method, url, extra, "action")
        return Outcome.NEXT

    # Sounds: the few elements that are heard while something else goes on.

    def sound(self, node: etree._Element, to: str = "caller") -> bool:
        """Performs one Speak, Play or Wait; False where it never ends."""
        if node.tag == "Wait":
            seconds = whole_value(node, "length")
            self.pass_time(seconds)
            self.report("waited", seconds=seconds)
            return True
        times = whole_value(node, "loop")
        if node.tag == "Speak":
            text = spoken_text(node)
            self.pass_time(times * len(text) / CHARACTERS_A_SECOND)
            voice, language = text_value(node, "voice"), text_value(node, "language")
            self.report("said", text=text, voice=voice, language=language, times=times, to=to)
        else:
            self.report("played", url=content(node), times=times, to=to)
        return times > 0

    def sound_url(self, url: str, to: str = "caller", method: str = "POST") -> None:
        """Fetches a document of sounds and performs what counts in it; silence where it cannot be had."""
        if not is_http(url):
            return
        result = self.request(method, url, "sound")
        if not result.reached:
            return
        try:
            root = open_document(result)
        except DocumentRefused as refusal:
            self.report("doubted", sentence=str(refusal))
            return
        for node in root:
            if node.tag not in SOUNDS:
                self.report("doubted", sentence=f"Plivo ignores {node.tag} in the XML of a sound.")
            elif not self.sound(node, to):
                return

    # The end.

    def end(self, ending: causes.Ending, last_words: tuple[etree._Element, Mapping[str, str]] | None = None) -> Outcome:
        """Ends the call: finishes background recordings, tells the hangup URL.

        `last_words` is an element whose action URL is still told how it ended; its answer does not matter.
        """
        if self.state.ending:
            return Outcome.STOP
        self.state.awaiting = None
        self.state.ending = ending
        self.report("hung_up", **ending.to_json())
        setup, duration = self.state.setup, self.state.duration
        if last_words:
            node, extra = last_words
            self.notify(text_value(node, "method"), text_value(node, "action"), extra, "action")
        for recording in self.state.background:
            self.finish_background(recording)
        facts = {
            "duration": duration,
            "bill_duration": -(-duration // 60) * 60,
            "cause": ending.name,
            "cause_code": ending.code,
            "source": ending.source,
        }
        self.notify(setup.hangup_method, setup.hangup_url, webhooks.write_hangup(facts), "hangup")
        return Outcome.STOP

    def finish_background(self, recording: Mapping[str, Any]) -> None:
        """Reports a background recording that stopped, and tells its callback URL."""
        if recording["started_at"] is None:
            return
        seconds = min(round(self.state.seconds - recording["started_at"]), recording["max_length"])
        facts = {"url": recording["url"], "recording_id": recording["recording_id"], "duration": seconds}
        self.report("recorded", seconds=seconds, url=facts["url"], recording_id=facts["recording_id"])
        self.notify(recording["method"], recording["callback_url"], webhooks.write_reply("recorded", facts))


def is_http(url: str) -> bool:
    """Whether Plivo would request the URL at all."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
