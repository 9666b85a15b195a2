"""The settings page: accounts, the public URL, a name; and never a token anywhere."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from flowbuilder.app import create_app
from flowbuilder.config import Settings
from flowbuilder.flow.model import Flow
from flowbuilder.store import DeploymentRow
from flowbuilder.web import EXTENSION, Flowbuilder
from tests.web.conftest import Browser
from tests.web.test_accounts import ID, SUB_ID, TOKEN, FakePlivo
from tests.web.test_reach import serving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Opened:
    """A Flowbuilder on a file, and a browser that is logged in."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.plivo = FakePlivo()
        self.app = create_app(
            Settings(f"sqlite:///{folder / 'data.sqlite3'}", secret_key="for tests", **settings), plivo=self.plivo
        )
        self.app.test_client_class = Browser
        self.parts: Flowbuilder = self.app.extensions[EXTENSION]
        self.browser: Any = self.app.test_client()
        assert self.browser.get(f"/?token={self.parts.login.token}").status_code == 302
        self.browser.get("/")

    def add(self, auth_id: str = ID, token: str = TOKEN, label: str = "Head office") -> Any:
        return self.browser.post("/settings/accounts", data={"auth_id": auth_id, "token": token, "label": label})

    def page(self) -> str:
        return str(self.browser.get("/settings").text)


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    return Opened(tmp_path)


def test_an_account_is_added_and_shown_with_what_plivo_says(opened: Opened) -> None:
    assert "stays on this machine" in opened.page()
    assert opened.add().status_code == 303
    assert opened.add(SUB_ID, opened.plivo.tokens[SUB_ID], "Branch").status_code == 303
    page = opened.page()
    assert "Head office" in page
    assert ID in page
    assert "subaccount" in page
    assert "12.50000" in opened.browser.get(f"/settings/accounts/{ID}/state").text


def test_a_wrong_token_is_refused_and_the_rest_of_the_form_stays(opened: Opened) -> None:
    answer = opened.add(token="a-wrong-token-it-is")
    assert answer.status_code == 422
    assert "did not accept the auth id" in answer.text
    assert f'value="{ID}"' in answer.text
    assert 'value="Head office"' in answer.text
    assert "a-wrong-token-it-is" not in answer.text


def test_a_token_that_was_revoked_is_said_of_and_replaced(opened: Opened) -> None:
    opened.add()
    opened.plivo.tokens[ID] = "the-token-after-that"
    assert "did not accept" in opened.browser.get(f"/settings/accounts/{ID}/state").text
    refused = opened.browser.post(f"/settings/accounts/{ID}/token", data={"token": "wrong-again"})
    assert refused.status_code == 422
    assert "did not accept" in refused.text
    done = opened.browser.post(f"/settings/accounts/{ID}/token", data={"token": "the-token-after-that"})
    assert done.status_code == 303
    assert "12.50000" in opened.browser.get(f"/settings/accounts/{ID}/state").text


def test_an_account_in_use_stays_and_its_user_is_named(opened: Opened) -> None:
    opened.add()
    flow_id = opened.parts.store.flows.create(Flow("Clinic <b>")).id
    opened.parts.store.deployments.put(DeploymentRow(flow_id, ID, "1", "name", 1))
    assert "Used by “Clinic &lt;b&gt;”, production." in opened.page()
    refused = opened.browser.post(f"/settings/accounts/{ID}/remove")
    assert refused.status_code == 422
    assert "Unpublish there" in refused.text
    opened.parts.store.deployments.delete(flow_id)
    assert opened.browser.post(f"/settings/accounts/{ID}/remove").status_code == 303
    assert ID not in opened.page()


def test_the_environments_account_is_shown_as_such(tmp_path: Path) -> None:
    page = Opened(tmp_path, plivo_auth_id=ID, plivo_auth_token=TOKEN).page()
    assert "PLIVO_AUTH_ID and PLIVO_AUTH_TOKEN" in page
    assert "stand-in for Plivo" not in page
    assert f"/settings/accounts/{ID}/remove" not in page
    assert TOKEN not in page


def test_the_public_url_is_kept_and_counts_at_once(opened: Opened) -> None:
    assert "None is set." in opened.page()
    kept = opened.browser.post("/settings/public-url", data={"public_url": " https://calls.test.org:8443/flows/ "})
    assert kept.status_code == 303
    assert opened.parts.public_url == "https://calls.test.org:8443/flows"
    page = opened.page()
    assert "None is set." not in page
    assert 'value="https://calls.test.org:8443/flows"' in page
    assert "rewrite ^/flows" in page
    opened.browser.post("/settings/public-url", data={"public_url": ""})
    assert opened.parts.public_url is None


@pytest.mark.parametrize(
    "url",
    [
        "flows.example.com",
        "ftp://x.test.org",
        "https://me:secret@x.test.org",
        "https://x.test.org/?a=1",
        "https://ü.org",
    ],
)
def test_what_can_be_no_public_url_is_refused_and_stays_in_the_field(opened: Opened, url: str) -> None:
    answer = opened.browser.post("/settings/public-url", data={"public_url": url})
    assert answer.status_code == 422
    assert url in answer.text
    assert opened.parts.public_url is None


def test_with_a_real_account_an_address_at_home_is_refused(tmp_path: Path) -> None:
    opened = Opened(tmp_path, plivo_auth_id=ID, plivo_auth_token=TOKEN)
    for url in ("http://localhost:8000", "http://192.168.1.5", "http://[fd00::1]:8000"):
        answer = opened.browser.post("/settings/public-url", data={"public_url": url})
        assert "cannot reach" in answer.text


def test_the_environments_public_url_wins_and_says_so(tmp_path: Path) -> None:
    opened = Opened(tmp_path, public_url="https://env.test.org")
    opened.browser.post("/settings/public-url", data={"public_url": "https://kept.test.org"})
    assert opened.parts.public_url == "https://env.test.org"
    page = opened.page()
    assert "which come before what is kept here" in page
    assert 'value="https://kept.test.org"' in page


def test_webhooks_and_bundles_go_by_the_public_url_that_was_kept(opened: Opened) -> None:
    flow_id = opened.parts.store.flows.create(Flow("A")).id
    assert "settings page" in opened.browser.get(f"/flows/{flow_id}/bundle").text
    opened.browser.post("/settings/public-url", data={"public_url": "https://calls.test.org"})
    assert opened.parts.programs is not None
    assert "settings page" not in opened.browser.get(f"/flows/{flow_id}/bundle").text


def test_the_test_asks_the_configured_url_alone(opened: Opened) -> None:
    no_url = opened.browser.post("/settings/public-url/test", headers={"HX-Request": "true"})
    assert "No public URL is set" in no_url.text
    with serving(opened.app) as url:
        opened.browser.post("/settings/public-url", data={"public_url": url})
        part = opened.browser.post(
            "/settings/public-url/test", headers={"HX-Request": "true"}, data={"public_url": "http://127.0.0.1:9"}
        ).text
        whole = opened.browser.post("/settings/public-url/test").text
    assert f"{url} leads here." in part
    assert "<html" not in part
    assert f"{url} leads here." in whole
    assert "<html" in whole


def test_a_name_is_kept_in_the_browser(opened: Opened) -> None:
    assert opened.browser.post("/settings/name", data={"name": "  Ada\tKing\x00 "}).status_code == 303
    assert 'value="Ada King"' in opened.page()
    opened.add()
    [kept] = [view for view in opened.parts.accounts.list() if view.kind == "kept"]
    assert kept.author == "Ada King"
    too_long = opened.browser.post("/settings/name", data={"name": "A" * 61})
    assert too_long.status_code == 422
    assert "A" * 61 in too_long.text


def test_the_page_is_for_those_who_are_logged_in(opened: Opened) -> None:
    stranger: Any = opened.app.test_client()
    assert stranger.get("/settings").status_code == 401
    assert stranger.get(f"/settings/accounts/{ID}/state").status_code == 401
    assert stranger.post("/settings/public-url/test").status_code in (401, 403)


def test_no_token_is_ever_to_be_read(opened: Opened, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Not on any page that takes no argument, nor on an account's, in a log, or in a file."""
    caplog.set_level(logging.DEBUG)
    opened.add()
    opened.add(token=TOKEN)
    opened.browser.post(f"/settings/accounts/{ID}/token", data={"token": TOKEN})
    flow_id = opened.parts.store.flows.create(Flow("A")).id
    known = {"flow_id": flow_id, "auth_id": ID}
    fill: Callable[..., Any] = opened.app.url_map.bind("localhost").build
    seen = []
    for rule in opened.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.arguments <= known.keys() and rule.endpoint != "access.log_out":
            answer = opened.browser.get(fill(rule.endpoint, {name: known[name] for name in rule.arguments}))
            seen.append(rule.endpoint)
            assert TOKEN.encode() not in answer.data, rule
            assert TOKEN not in str(answer.headers), rule
    assert {"settings.page", "settings.account_state", "flows.home", "health.metrics"} <= set(seen)
    assert len(seen) > 15
    assert TOKEN not in caplog.text
    opened.parts.store.close()
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or TOKEN.encode() not in file.read_bytes()
