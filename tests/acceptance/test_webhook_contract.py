"""What Plivo relies on, with the official SDK as the judge of signatures: callers are always answered."""

from __future__ import annotations

import base64
import hmac
import io
import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

import pytest
from lxml import etree
from plivo.utils import validate_v3_signature
from plivo.utils.signature_v3 import construct_get_url, construct_post_url, get_signature_v3

from flowbuilder.compiler import compile_flow
from flowbuilder.flow.model import Flow
from flowbuilder.runtime import HttpAnswer
from tests.acceptance.product import PUBLIC_URL, Product

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.acceptance.product import World

TOKEN, NEW_TOKEN = "first-token-of-the-account", "second-token-of-the-account"
NONCE = "05429567804466091622"
FLOW = {
    "format": "flowbuilder/1",
    "name": "Library",
    "entry": "hello",
    "nodes": {
        "hello": {
            "type": "speak",
            "settings": {"text": "Hello {{ call.from_number }}. {{ call.headers.Greeting }}"},
            "exits": {"next": "ask"},
        },
        "ask": {
            "type": "get_input",
            "settings": {"prompts": [{"speak": "Which shelf?"}], "input_type": "dtmf speech", "num_digits": 2},
            "exits": {"input": "look"},
        },
        "look": {
            "type": "http_request",
            "settings": {"url": "https://books.example.com/{{ ask.digits }}", "save": {"title": "response.json.title"}},
            "exits": {"ok": "found", "failed": "sorry"},
        },
        "found": {
            "type": "speak",
            "settings": {"text": "There is {{ vars.title }}. You said {{ ask.speech }}"},
            "exits": {},
        },
        "sorry": {"type": "hangup", "settings": {}, "exits": {}},
    },
}
PARAMS = {
    "CallUUID": "aa1f9d8c-0000-4000-8000-000000000001",
    "From": "12025550123",
    "To": "14155550000",
    "Direction": "inbound",
    "CallStatus": "ringing",
    "Event": "StartApp",
}


class Plivo:
    """Signs with the SDK's own functions what it asks of the server that stands behind `public_url`."""

    def __init__(self, product: Product, token: str = TOKEN, public_url: str = PUBLIC_URL, headers: Any = None) -> None:
        self.product, self.token, self.public_url = product, token, public_url
        self.client = product.stranger()
        self.proxy_headers = headers or {}

    def sign(self, method: str, url: str, params: dict[str, str]) -> str:
        text = construct_get_url(url, dict(params)) if method == "GET" else construct_post_url(url, dict(params))
        return str(get_signature_v3(self.token, text.decode(), NONCE).decode())

    def ask(self, url: str, method: str = "POST", signature: str | None = None, **params: str) -> Any:
        """The answer to one signed request; `url` is public, the request is what a proxy makes of it."""
        params = {**PARAMS, **params}
        signature = self.sign(method, url, params) if signature is None else signature
        inside = url.removeprefix(self.public_url)
        if method == "GET":
            inside += ("&" if "?" in inside else "?") + urlencode(params)
        return self.client.open(
            inside,
            method=method,
            data=params if method == "POST" else None,
            headers={"X-Plivo-Signature-V3": signature, "X-Plivo-Signature-V3-Nonce": NONCE, **self.proxy_headers},
            base_url="http://127.0.0.1:8000",
        )


@pytest.fixture
def start(database: Path, world: World) -> Iterator[Callable[..., tuple[Product, str]]]:
    """Starts a server with real credentials, a public URL and the flow as version 1; gives it and the version's URL."""
    started = []

    def begin(public_url: str = PUBLIC_URL, **settings: Any) -> tuple[Product, str]:
        given = {"plivo_auth_id": "MAXXXXXXXXXXXXXXXXXX", "plivo_auth_token": TOKEN, **settings}
        product = Product(database, world, public_url=public_url, plivo_api_url="http://127.0.0.1:1", **given)
        started.append(product)
        flow = Flow.from_json(FLOW)
        row = product.parts.store.flows.create(flow)
        program = json.dumps(compile_flow(flow).to_json())
        number = product.parts.store.versions.add(row.id, row.revision, flow, program)
        return product, f"{public_url}/v1/flows/{row.id}/{number}"

    yield begin
    for product in started:
        product.close()


@pytest.fixture
def served(start: Callable[..., tuple[Product, str]]) -> tuple[Plivo, str]:
    product, base = start()
    return Plivo(product), base


def xml(answer: Any) -> Any:
    assert answer.status_code == 200, answer.text
    assert answer.content_type.startswith("application/xml")
    return etree.fromstring(answer.data)


def is_apology(answer: Any) -> bool:
    """Whether the caller hears that it did not work, and the call ends by itself."""
    root = xml(answer)
    return [child.tag for child in root] == ["Speak", "Hangup"] and "sorry" in root.findtext("Speak")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_call_goes_through_with_the_sdks_signatures(served: tuple[Plivo, str], world: World, method: str) -> None:
    plivo, base = served
    world.otherwise = HttpAnswer(200, "", {"title": "Emma"})
    first = xml(plivo.ask(f"{base}/nodes/hello", method))
    assert first.findtext("Speak").strip() == "Hello 12025550123."
    action = first.find("GetInput").get("action")
    assert action.startswith(f"{base}/nodes/ask/input?")
    second = xml(plivo.ask(action, method, Digits="12", InputType="dtmf", Event=""))
    assert "There is Emma." in second.findtext("Speak")
    assert [url for _, url, _ in world.asked] == ["https://books.example.com/12"]


def test_the_sandboxs_own_requests_are_right_in_the_sdks_eyes(product: Product) -> None:
    flow = Flow.from_json(FLOW)
    row = product.parts.store.flows.create(flow)
    base = f"{PUBLIC_URL}/v1/flows/{row.id}/draft-{row.revision}"
    seen: list[tuple[Any, dict[str, str]]] = []
    inner = product.app.wsgi_app

    def listening(environ: Any, start_response: Any) -> Any:
        body = environ["wsgi.input"].read()
        seen.append((environ, dict(parse_qsl(body.decode(), keep_blank_values=True))))
        return inner({**environ, "wsgi.input": io.BytesIO(body)}, start_response)

    product.app.wsgi_app = listening  # type: ignore[method-assign]
    call = product.parts.switchboard.dial_application(
        f"{base}/nodes/hello", f"{base}/fallback", f"{base}/hangup", "+12025550123", "+14155550000"
    )
    call.act("press", "12")
    assert len(seen) >= 3, "answer, input, hangup"
    for environ, params in seen:
        url = f"{PUBLIC_URL}{environ['PATH_INFO']}"
        url += f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else ""
        nonce, signature = environ["HTTP_X_PLIVO_SIGNATURE_V3_NONCE"], environ["HTTP_X_PLIVO_SIGNATURE_V3"]
        assert validate_v3_signature("POST", url, nonce, product.parts.sandbox_token, signature, params)


@pytest.mark.parametrize("public_url", ["https://flows.example.com", "https://example.com:8443/phone"])
@pytest.mark.parametrize("forwarded", [{}, {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_behind_a_proxy_the_public_url_is_what_counts(
    start: Callable[..., tuple[Product, str]], public_url: str, forwarded: dict[str, str], method: str
) -> None:
    product, base = start(public_url)
    plivo = Plivo(product, public_url=public_url, headers={"Host": "10.0.0.7:9000", **forwarded})
    answer = xml(plivo.ask(f"{base}/nodes/hello", method))
    assert answer.find("GetInput").get("action").startswith(f"{public_url}/v1/flows/")
    inside = base.replace(public_url, "http://10.0.0.7:9000")
    signed_for_the_inside = plivo.sign("POST", f"{inside}/nodes/hello", PARAMS)
    assert plivo.ask(f"{base}/nodes/hello", signature=signed_for_the_inside).status_code == 403


@pytest.mark.parametrize("kind", ["nodes/hello", "nodes/ask/input", "hangup", "fallback", "dial-events", "message"])
@pytest.mark.parametrize("signature", ["", "AAAA", "%%%", "é", "=", ",,,", "x" * 5000])
def test_a_wrong_signature_gets_no_xml_and_leaves_no_trace(
    served: tuple[Plivo, str], kind: str, signature: str
) -> None:
    plivo, base = served
    answer = plivo.ask(f"{base}/{kind}", signature=signature.encode().decode("latin-1"))
    assert answer.status_code == 403
    assert b"<" not in answer.data
    assert plivo.product.parts.store.calls.recent() == []


def test_no_signature_a_strangers_and_an_old_one_get_no_xml(served: tuple[Plivo, str]) -> None:
    plivo, base = served
    url = f"{base}/nodes/hello"
    inside = url.removeprefix(PUBLIC_URL)
    assert plivo.client.post(inside, data=PARAMS).status_code == 403
    assert plivo.client.get(inside).status_code == 403
    assert Plivo(plivo.product, token=NEW_TOKEN).ask(url).status_code == 403
    v2 = base64.b64encode(hmac.digest(TOKEN.encode(), (url + NONCE).encode(), "sha256")).decode()
    headers = {"X-Plivo-Signature-V2": v2, "X-Plivo-Signature-V2-Nonce": NONCE}
    assert plivo.client.post(inside, data=PARAMS, headers=headers).status_code == 403
    right = plivo.sign("POST", url, PARAMS)
    headers = {"X-Plivo-Signature-V3": right, "X-Plivo-Signature-V3-Nonce": "another nonce"}
    assert plivo.client.post(inside, data=PARAMS, headers=headers).status_code == 403
    assert plivo.ask(f"{base}/nodes/ask/input", signature=right).status_code == 403, "a signature of another URL"
    assert plivo.ask(url, signature=right, Extra="1").status_code == 403, "a parameter that was not signed"
    assert plivo.ask(url, signature=right).status_code == 200


def test_several_signatures_and_several_tokens_are_taken(start: Callable[..., tuple[Product, str]]) -> None:
    product, base = start(plivo_auth_token=f"{TOKEN},{NEW_TOKEN}")
    url = f"{base}/nodes/hello"
    old, new = Plivo(product), Plivo(product, token=NEW_TOKEN)
    assert old.ask(url).status_code == 200
    assert new.ask(url, CallUUID="another").status_code == 200
    wrong = Plivo(product, token="of a subaccount").sign("POST", url, PARAMS)
    for header in (f"{wrong},{new.sign('POST', url, PARAMS)}", f"{old.sign('POST', url, PARAMS)}, {wrong}"):
        assert old.ask(url, signature=header).status_code == 200
        assert validate_v3_signature("POST", url, NONCE, NEW_TOKEN, header, dict(PARAMS)) or "," in header
    assert old.ask(url, signature=f"{wrong},{wrong}").status_code == 403


def test_what_a_caller_says_in_any_script_is_signed_kept_and_spoken(served: tuple[Plivo, str], world: World) -> None:
    plivo, base = served
    world.otherwise = HttpAnswer(200, "", {"title": "Ödipus & <König>"})
    first = xml(plivo.ask(f"{base}/nodes/hello", **{"X-PH-Greeting": "grüß dich, 日本 ✓"}))
    assert first.findtext("Speak").endswith("grüß dich, 日本 ✓")
    said = "Regal zwölf – “bitte” <Hangup/> & 日本"
    answer = plivo.ask(first.find("GetInput").get("action"), Speech=said, InputType="speech")
    assert answer.text.count("<Speak") == 1
    assert xml(answer).findtext("Speak") == f"There is Ödipus & <König>. You said {said}"


def test_a_repeated_webhook_is_answered_alike_and_asks_the_world_once(served: tuple[Plivo, str], world: World) -> None:
    plivo, base = served
    first = plivo.ask(f"{base}/nodes/hello")
    assert plivo.ask(f"{base}/nodes/hello").data == first.data
    action = xml(first).find("GetInput").get("action")
    second = plivo.ask(action, Digits="12")
    assert plivo.ask(action, Digits="12").data == second.data
    assert len(world.asked) == 1
    events = plivo.product.parts.store.calls.events(PARAMS["CallUUID"])
    assert [event["kind"] for event in events].count("took") == 1


def test_an_answer_request_that_comes_again_late_does_not_throw_the_caller_back(
    served: tuple[Plivo, str], world: World
) -> None:
    plivo, base = served
    world.otherwise = HttpAnswer(200, "", {"title": "Emma"})
    first = plivo.ask(f"{base}/nodes/hello")
    second = plivo.ask(xml(first).find("GetInput").get("action"), Digits="12", Event="")
    assert "There is Emma." in second.text
    late = plivo.ask(f"{base}/nodes/hello")
    assert late.data == second.data
    call = plivo.product.parts.store.calls.load(PARAMS["CallUUID"])
    assert call is not None
    assert call.turn == 2
    assert len(world.asked) == 1


@pytest.mark.parametrize(
    "path", ["nodes/nobody", "nodes/hello/recorded", "nodes/look/input", "nodes/HELLO", "nodes/" + "x" * 3000, "what"]
)
def test_a_place_that_is_not_there_apologises(served: tuple[Plivo, str], path: str) -> None:
    plivo, base = served
    assert is_apology(plivo.ask(f"{base}/{path}"))


def test_a_version_or_a_flow_that_is_not_there_apologises(served: tuple[Plivo, str]) -> None:
    plivo, base = served
    for url in (f"{base}7/nodes/hello", f"{PUBLIC_URL}/v1/flows/nothing-abc123/1/nodes/hello", f"{base}x/nodes/hello"):
        assert is_apology(plivo.ask(url))


def test_an_exception_in_a_step_apologises(served: tuple[Plivo, str], world: World) -> None:
    plivo, base = served
    action = xml(plivo.ask(f"{base}/nodes/hello")).find("GetInput").get("action")

    def fail(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("a bug")

    world.http = fail  # type: ignore[method-assign]
    assert is_apology(plivo.ask(action, Digits="12"))
    kept = plivo.product.parts.store.calls.events(PARAMS["CallUUID"])
    assert kept[-1]["kind"] == "failed"


KINDS = ("nodes/hello", "nodes/ask/input?turn=1", "hangup", "fallback", "dial-events")


def break_database(product: Product, database: Path, how: str) -> None:
    log = database.with_name(database.name + "-wal")
    if how == "closed":
        product.parts.store.close()
    elif how == "without tables":
        with closing(sqlite3.connect(database)) as connection:
            for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                connection.execute(f"DROP TABLE IF EXISTS {table}")
    else:
        for file in (database, log):
            file.write_bytes(b"this is no database" * 500 if how == "garbage" else b"")


BROKEN = [(how, kind) for how in ("garbage", "closed", "without tables") for kind in KINDS]


# SQLite waits ten seconds for an emptied database before it says that it is locked: seen of one continuation.
@pytest.mark.parametrize(("how", "kind"), [*BROKEN, ("empty", "nodes/hello"), ("empty", "nodes/ask/input?turn=1")])
def test_with_a_broken_database_the_caller_still_gets_xml(
    start: Callable[..., tuple[Product, str]], database: Path, how: str, kind: str
) -> None:
    product, base = start()
    plivo = Plivo(product)
    plivo.ask(f"{base}/nodes/hello")
    break_database(product, database, how)
    root = xml(plivo.ask(f"{base}/{kind}", Digits="12"))
    if kind.startswith("nodes"):
        assert root.findtext("Speak")


def test_a_broken_database_shows_in_the_health_check_and_a_page_says_so(
    start: Callable[..., tuple[Product, str]], database: Path
) -> None:
    product, _ = start()
    browser = product.log_in()
    assert browser.get("/healthz").status_code == 200
    break_database(product, database, "without tables")
    assert browser.get("/healthz").status_code == 503
    page = browser.get("/")
    assert page.status_code == 500
    assert "What was saved before is safe" in page.text


def test_the_hangup_is_recorded_and_the_fallback_ends_the_call_cleanly(served: tuple[Plivo, str]) -> None:
    plivo, base = served
    plivo.ask(f"{base}/nodes/hello")
    assert is_apology(plivo.ask(f"{base}/fallback"))
    over = {"CallStatus": "completed", "HangupCauseName": "Normal Hangup", "HangupSource": "Caller", "Duration": "31"}
    for _ in range(2):
        assert len(xml(plivo.ask(f"{base}/hangup", **over))) == 0
    call = plivo.product.parts.store.calls.find(PARAMS["CallUUID"])
    assert call is not None
    assert (call.status, call.hangup_cause) == ("completed", "Normal Hangup")
    events = plivo.product.parts.store.calls.events(call.uuid)
    kinds = [event["kind"] for event in events]
    assert kinds.count("hangup") == 1
    assert "fallback" in kinds
