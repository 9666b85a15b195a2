"""Web requests that outlast a webhook: begun once, asked for again and again, bounded in number; a real slow server."""

from __future__ import annotations

import json
import threading
from concurrent.futures import wait
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from lxml import etree

from flowbuilder.app import create_app
from flowbuilder.compiler import compile_flow
from flowbuilder.flow.model import Flow
from flowbuilder.runtime import HttpAnswer
from flowbuilder.web import EXTENSION
from flowbuilder.web.answering import Answering
from flowbuilder.web.http_calls import HttpCalls
from flowbuilder.web.long_requests import MOST_AT_ONCE, SECONDS_AT_ONCE, SECONDS_KEPT, LongRequests

A_MINUTE = 60


class SlowSite(BaseHTTPRequestHandler):
    """Answers when it is told to."""

    def do_GET(self):
        self.server.asked.append((self.command, self.path))
        self.server.came.set()
        self.server.told.wait(A_MINUTE)
        body = b'{"name": "Ada"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_):
        pass


@pytest.fixture
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), SlowSite)
    server.daemon_threads = True
    server.asked, server.came, server.told = [], threading.Event(), threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.told.set()
    server.shutdown()
    thread.join()
    server.server_close()


class Waiting:
    """Waits as the test says: for the site to be asked, and for its answer only once it may speak."""

    def __init__(self, site):
        self.site = site
        self.asked_for = []

    def __call__(self, begun, seconds):
        self.asked_for.append(seconds)
        assert self.site.came.wait(A_MINUTE)
        if self.site.told.is_set():
            wait([begun], A_MINUTE)


@pytest.fixture
def app(settings, site):
    calls = HttpCalls(["site.test"], resolve=lambda host, port: ["127.0.0.1"])
    app = create_app(settings, services=calls)
    answering = app.wsgi_app._answering
    answering.long_requests = LongRequests(calls, wait=Waiting(site))
    yield app
    app.extensions[EXTENSION].store.close()


def published(parts, site, **settings):
    url = f"http://site.test:{site.server_port}/customer"
    lookup = {
        "url": url,
        "timeout": 30,
        "filler": [{"speak": "One moment."}, {"wait": 2}],
        "save": {"who": "response.json.name"},
        **settings,
    }
    flow = Flow.from_json(
        {
            "format": "flowbuilder/1",
            "name": "Shop",
            "entry": "welcome",
            "nodes": {
                "welcome": {"type": "speak", "settings": {"text": "Hello."}, "exits": {"next": "lookup"}},
                "lookup": {"type": "http_request", "settings": lookup, "exits": {"ok": "hello", "failed": "sorry"}},
                "hello": {"type": "speak", "settings": {"text": "You are {{ vars.who }}."}, "exits": {}},
                "sorry": {"type": "speak", "settings": {"text": "Nobody knows you."}, "exits": {}},
            },
        }
    )
    row = parts.store.flows.create(flow)
    number = parts.store.versions.add(row.id, row.revision, flow, json.dumps(compile_flow(flow).to_json()))
    return f"/v1/flows/{row.id}/{number}/nodes/welcome"


def heard(answer):
    root = etree.fromstring(answer.data)
    return [speak.text for speak in root.iter("Speak")], root.findtext("Redirect")


def test_a_caller_hears_the_filler_while_a_slow_server_thinks(app, plivo, parts, site):
    _, lookup = heard(plivo.ask(published(parts, site)))
    for _ in range(3):
        texts, lookup = heard(plivo.ask(lookup))
        assert texts == ["One moment."]
    site.told.set()
    assert heard(plivo.ask(lookup)) == (["You are Ada."], None)
    assert site.asked == [("GET", "/customer")]
    kinds = [event["kind"] for event in parts.store.calls.events("call-1")]
    assert kinds.count("waiting") == 3
    assert kinds[-2:] == ["decided", "served"]


def test_a_repeated_webhook_gets_the_same_and_asks_nothing_twice(app, plivo, parts, site):
    _, lookup = heard(plivo.ask(published(parts, site)))
    assert plivo.ask(lookup).data == plivo.ask(lookup).data
    site.told.set()
    _, again = heard(plivo.ask(lookup))
    assert heard(plivo.ask(again))[0] == ["You are Ada."]
    assert plivo.ask(again).data == plivo.ask(again).data
    assert len(site.asked) == 1


@pytest.mark.parametrize(("method", "says", "requests"), [("GET", "You are Ada.", 2), ("POST", "Nobody knows you.", 1)])
def test_after_a_restart_a_question_is_asked_again_and_an_order_is_not(app, plivo, parts, site, method, says, requests):
    _, lookup = heard(plivo.ask(published(parts, site, method=method)))
    _, lookup = heard(plivo.ask(lookup))
    app.wsgi_app._answering = Answering(parts, app.wsgi_app.reports)
    site.told.set()
    assert heard(plivo.ask(lookup))[0] == [says]
    assert len(site.asked) == requests
    (lost,) = [event for event in parts.store.calls.events("call-1") if event["kind"] == "lost_answer"]
    assert lost["asked_again"] is (method == "GET")


# --- the requests themselves


class Held:
    """A world whose answers wait to be let go."""

    def __init__(self):
        self.go = threading.Event()
        self.asked = []

    def http(self, method, url, **request):
        self.asked.append((method, url, request))
        assert self.go.wait(A_MINUTE)
        if url == "broken":
            raise RuntimeError("secret words")
        return HttpAnswer(200, url)


def test_an_answer_can_be_asked_for_as_often_as_it_is_needed():
    world = Held()
    requests = LongRequests(world)
    requests.begin("a", "GET", "x", timeout=30.0, headers={})
    assert requests.answer("a", 0.0) is None
    world.go.set()
    assert [requests.answer("a", A_MINUTE).text for _ in range(2)] == ["x", "x"]
    assert world.asked == [("GET", "x", {"timeout": 30.0, "headers": {}})]
    with pytest.raises(LookupError):
        requests.answer("b")


def test_there_are_never_too_many_at_once(caplog):
    world = Held()
    requests = LongRequests(world)
    for number in range(MOST_AT_ONCE):
        requests.begin(f"{number}", "GET", "x", timeout=30.0)
    requests.begin("one more", "GET", "x", timeout=30.0)
    assert requests.answer("one more", 0.0) == HttpAnswer(0)
    assert "are under way already" in caplog.text
    world.go.set()
    assert all(requests.answer(f"{number}", A_MINUTE).status == 200 for number in range(MOST_AT_ONCE))
    requests.begin("now", "GET", "x", timeout=30.0)
    assert requests.answer("now", A_MINUTE).status == 200


def test_old_answers_are_forgotten():
    world, now = Held(), [100.0]
    world.go.set()
    requests = LongRequests(world, monotonic=lambda: now[0])
    requests.begin("old", "GET", "x", timeout=30.0)
    assert requests.answer("old", A_MINUTE).status == 200
    now[0] += 30.0 + SECONDS_KEPT
    requests.begin("new", "GET", "x", timeout=30.0)
    with pytest.raises(LookupError):
        requests.answer("old")


def test_a_world_that_raises_is_no_answer_and_its_words_are_not_logged(caplog):
    world = Held()
    world.go.set()
    requests = LongRequests(world)
    requests.begin("a", "GET", "broken", timeout=30.0)
    assert requests.answer("a", A_MINUTE) == HttpAnswer(0)
    assert "RuntimeError" in caplog.text
    assert "secret words" not in caplog.text


def test_one_webhook_waits_two_seconds_and_no_longer(app, plivo, parts, site):
    _, lookup = heard(plivo.ask(published(parts, site)))
    plivo.ask(lookup)
    assert app.wsgi_app._answering.long_requests._wait.asked_for == [SECONDS_AT_ONCE]
