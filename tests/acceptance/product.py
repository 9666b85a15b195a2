"""Ways to use the product as its users do: the command, the pages, and calls to the sandbox's numbers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import lxml.html
from click.testing import CliRunner
from flask.testing import FlaskClient

from flowbuilder.app import create_app
from flowbuilder.cli import main
from flowbuilder.config import Settings
from flowbuilder.runtime import HttpAnswer
from flowbuilder.web import EXTENSION, Flowbuilder
from flowbuilder.web.access import Login
from flowbuilder.web.publishing import RUNS
from tests.web.conftest import Browser

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from click.testing import Result

PUBLIC_URL = "https://flows.example.com"
CALLER = "+12025550123"
FINE = HttpAnswer(200)
NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


@dataclass
class World:
    """What web addresses answer: what `replies` says of the last part of the path, else always the same."""

    replies: dict[str, HttpAnswer] = field(default_factory=dict)
    otherwise: HttpAnswer = FINE
    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def http(self, method: str, url: str, **request: Any) -> HttpAnswer:
        self.asked.append((method, url, request))
        return self.replies.get(url.rpartition("/")[2], self.otherwise)


class Cli:
    """Runs `flowbuilder ...`. Without `env` variables of Plivo's the sandbox is used."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env: dict[str, str | None] = {
            **dict.fromkeys(("PLIVO_AUTH_ID", "PLIVO_AUTH_TOKEN", "PLIVO_API_URL", "FLOWBUILDER_PUBLIC_URL")),
            **env,
        }

    def run(self, *arguments: object, stdin: bytes | str = b"", **env: str) -> Result:
        words = [str(argument) for argument in arguments]
        result = CliRunner().invoke(main, words, input=stdin, env={**self.env, **env})
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def json(self, *arguments: object, stdin: bytes | str = b"", **env: str) -> Any:
        """What a command prints with --json; it must end well and say nothing on standard error."""
        result = self.run(*arguments, "--json", stdin=stdin, **env)
        assert (result.exit_code, result.stderr) == (0, "")
        return json.loads(result.stdout)


class Product:
    """A server over a database file, without a network: pages by `browser`, calls by `switchboard`."""

    def __init__(self, database: Path, services: Any = None, **settings: Any) -> None:
        given = {"public_url": PUBLIC_URL, "secret_key": "for tests", **settings}
        tokens = (f"token-{number}" for number in range(1, 1_000))
        login = Login(next(tokens), make_token=lambda: next(tokens))
        self.app = create_app(
            Settings(f"sqlite:///{database}", **given), clock=lambda: NOW, login=login, services=services
        )
        self.app.test_client_class = Browser
        self.parts: Flowbuilder = self.app.extensions[EXTENSION]

    def close(self) -> None:
        self.parts.store.close()

    def log_in(self) -> Browser:
        browser: Any = self.app.test_client()
        browser.log_in()
        return browser

    def stranger(self) -> FlaskClient:
        """Somebody without a login."""
        return FlaskClient(self.app, response_wrapper=self.app.response_class)

    def ring(self, number: str, caller: str = CALLER) -> Any:
        """A call to a number of the sandbox, begun."""
        return self.parts.switchboard.dial(number, caller)

    def trace(self, call: Any) -> list[dict[str, Any]]:
        return self.parts.store.calls.events(call.uuid)


def page_of(answer: Any) -> Any:
    """The answer's HTML, to be asked with XPath."""
    return lxml.html.document_fromstring(answer.text)


def words_of(answer: Any) -> str:
    """All that a reader of the answer sees, blanks made one."""
    return " ".join(page_of(answer).text_content().split())


def said(call: Any) -> list[str]:
    """What the caller has heard so far."""
    return [event.data["text"] for event in call.player.events if event.kind == "said"]


def flow_id_of(answer: Any) -> str:
    """The flow that a redirect, htmx's or HTTP's, leads to."""
    place = answer.headers.get("HX-Redirect") or answer.headers["Location"]
    found = re.search(r"/flows/([^/]+)/edit", place)
    assert found, place
    return found[1]


def publish_page(browser: Any, flow_id: str, *numbers: str) -> Any:
    """Publishes by the page: looks at the plan for these numbers, presses the button, gives the run's page."""
    query = "&".join(f"number=%2B{number.lstrip('+')}" for number in numbers)
    plan = browser.get(f"/flows/{flow_id}/publish/plan?{query}", headers={"HX-Request": "true"})
    fingerprint = page_of(plan).xpath("string(//input[@name='plan']/@value)")
    answer = browser.post(f"/flows/{flow_id}/publish", data={"number": list(numbers), "plan": fingerprint})
    assert answer.status_code == 303, words_of(answer)
    return end_of_run(browser, flow_id, answer)


def end_of_run(browser: Any, flow_id: str, started: Any) -> Any:
    """The page of a publishing, or unpublishing, once it is over."""
    place = started.headers["Location"]
    run = RUNS.get(flow_id, place.rpartition("/")[2])
    assert run is not None
    run.wait_for_end(60)
    assert run.is_over
    return browser.get(place)
