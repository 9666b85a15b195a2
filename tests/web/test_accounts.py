"""Plivo accounts: kept once Plivo accepts them, used by their id, and never to be read anywhere."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import sqlalchemy as sa

from flowbuilder.app import create_app
from flowbuilder.config import Settings
from flowbuilder.errors import EditRefused, FlowbuilderError, NotFound, PlivoRefused
from flowbuilder.flow.model import Flow
from flowbuilder.store import DeploymentRow, DeploymentSettingsRow
from flowbuilder.web import EXTENSION, Flowbuilder

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "the-token-of-head-office"
ID = "MA" + "A" * 18
SUB_ID = "SA" + "B" * 18


class FakePlivo(httpx.BaseTransport):
    """Answers for the accounts it knows as Plivo does, and refuses the others."""

    def __init__(self) -> None:
        self.tokens = {ID: TOKEN, SUB_ID: "the-token-of-a-branch"}
        self.asked = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        auth_id = request.url.path.split("/")[3]
        wanted = httpx.BasicAuth(auth_id, self.tokens.get(auth_id, ""))
        signed = next(wanted.auth_flow(httpx.Request("GET", "https://x")))
        if request.headers.get("Authorization") != signed.headers["Authorization"]:
            return httpx.Response(401, text="Could not verify your access level for that URL.")
        return httpx.Response(200, json={"auth_id": auth_id, "name": "Head office", "cash_credits": "12.50000"})


@pytest.fixture
def plivo() -> FakePlivo:
    return FakePlivo()


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'data.sqlite3'}"


def started(database: str, plivo: FakePlivo, key: str = "one", **settings: Any) -> Flowbuilder:
    app = create_app(Settings(database, secret_key=key, **settings), plivo=plivo)
    parts: Flowbuilder = app.extensions[EXTENSION]
    return parts


def test_without_an_account_the_sandbox_is_the_default_and_stays_beside_others(database: str, plivo: FakePlivo) -> None:
    accounts = started(database, plivo).accounts
    sandbox = accounts.default.auth_id
    accounts.add(ID, TOKEN, "Head office", "Ada")
    assert [(view.auth_id, view.kind, view.label) for view in accounts.list()] == [
        (sandbox, "sandbox", "Sandbox"),
        (ID, "kept", "Head office"),
    ]
    assert accounts.is_sandbox(sandbox)
    assert not accounts.is_sandbox(ID)
    assert accounts.get(sandbox) is accounts.default


def test_an_account_is_asked_of_plivo_before_it_is_kept(database: str, plivo: FakePlivo) -> None:
    accounts = started(database, plivo).accounts
    with pytest.raises(PlivoRefused, match="did not accept the auth id and auth token") as refusal:
        accounts.add(ID, "a-wrong-token", "Head office")
    assert "a-wrong-token" not in str(refusal.value)
    assert [view.kind for view in accounts.list()] == ["sandbox"]
    assert accounts.add(f" {ID} ", f" {TOKEN}\n")["cash_credits"] == "12.50000"
    [kept] = [view for view in accounts.list() if view.kind == "kept"]
    assert (kept.label, kept.is_subaccount, kept.refusal) == ("Head office", False, "")
    assert kept.checked_at is not None
    assert accounts.get(ID).check_credentials()["auth_id"] == ID


@pytest.mark.parametrize(
    ("auth_id", "token", "says"),
    [
        ("", TOKEN, "begins with MA"),
        ("XA" + "A" * 18, TOKEN, "begins with MA"),
        (ID + "A", TOKEN, "begins with MA"),
        (ID.lower(), TOKEN, "begins with MA"),
        (ID, "", "whole Auth Token"),
        (ID, "two words here", "whole Auth Token"),
        (ID, "ü" * 20, "whole Auth Token"),
    ],
)
def test_what_can_be_no_account_is_not_even_asked(
    database: str, plivo: FakePlivo, auth_id: str, token: str, says: str
) -> None:
    with pytest.raises(FlowbuilderError, match=says):
        started(database, plivo).accounts.add(auth_id, token)
    assert plivo.asked == 0


def test_an_account_is_here_once(database: str, plivo: FakePlivo) -> None:
    accounts = started(database, plivo).accounts
    accounts.add(ID, TOKEN)
    with pytest.raises(EditRefused, match="Replace its token"):
        accounts.add(ID, TOKEN)
    other = started("sqlite://", plivo, plivo_auth_id=ID, plivo_auth_token=TOKEN).accounts
    with pytest.raises(EditRefused, match="is here already"):
        other.add(ID, TOKEN)


def test_the_environments_account_comes_first_and_has_no_sandbox_beside_it(database: str, plivo: FakePlivo) -> None:
    started(database, plivo).accounts.add(ID, TOKEN)
    accounts = started(database, plivo, plivo_auth_id=SUB_ID, plivo_auth_token="new-token-1,old-token-2").accounts
    assert [(view.auth_id, view.kind, view.is_subaccount) for view in accounts.list()] == [
        (SUB_ID, "environment", True),
        (ID, "kept", False),
    ]
    assert not accounts.is_sandbox(SUB_ID)
    assert sorted(accounts.tokens()) == ["new-token-1", "old-token-2", TOKEN]


def test_a_token_is_replaced_when_plivo_accepts_the_new_one(database: str, plivo: FakePlivo) -> None:
    accounts = started(database, plivo).accounts
    accounts.add(ID, TOKEN)
    before = accounts.get(ID)
    plivo.tokens[ID] = "the-token-after"
    with pytest.raises(PlivoRefused):
        accounts.replace_token(ID, TOKEN)
    accounts.replace_token(ID, "the-token-after")
    assert accounts.get(ID) is not before
    assert accounts.get(ID).check_credentials()["auth_id"] == ID
    assert accounts.tokens() == ["the-token-after"]
    with pytest.raises(NotFound, match="is not here"):
        accounts.replace_token(SUB_ID, TOKEN)


def test_an_account_is_removed_once_nothing_uses_it(database: str, plivo: FakePlivo) -> None:
    parts = started(database, plivo)
    accounts, store = parts.accounts, parts.store
    accounts.add(ID, TOKEN, "Head office")
    live, meant = store.flows.create(Flow("Clinic")).id, store.flows.create(Flow("Shop")).id
    store.deployments.put(DeploymentRow(live, ID, "app-1", "name", 1))
    store.deployment_settings.put(DeploymentSettingsRow(meant, "staging", ID))
    assert accounts.of(meant, "staging").auth_id == ID
    assert accounts.of(live) is accounts.default
    with pytest.raises(EditRefused, match="“Clinic”, production, “Shop”, staging"):
        accounts.remove(ID)
    store.deployments.delete(live)
    store.flows.delete(meant)
    accounts.remove(ID)
    assert not accounts.has(ID)
    assert accounts.tokens() == []
    for ask in (accounts.get, accounts.remove, accounts.check, accounts.view):
        with pytest.raises(NotFound):
            ask(ID)


def test_tokens_cost_no_query_and_another_process_learns_of_a_new_one(
    database: str, plivo: FakePlivo, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = started(database, plivo), started(database, plivo)
    queries: list[str] = []
    sa.event.listen(here.store._database.engine, "before_cursor_execute", lambda *told: queries.append(told[2]))
    for _ in range(100):
        here.accounts.tokens()
        here.accounts.has(ID)
    assert queries == []
    here.store.plivo_accounts.list()
    assert len(queries) > 0
    there.accounts.add(ID, TOKEN)
    assert there.accounts.tokens() == [TOKEN]
    assert here.accounts.tokens() == []
    later = here.accounts._tokens._monotonic() + 60
    monkeypatch.setattr(here.accounts._tokens, "_monotonic", lambda: later)
    assert here.accounts.tokens() == [TOKEN]


def test_a_key_is_changed_without_losing_an_account(database: str, plivo: FakePlivo) -> None:
    started(database, plivo, "one").accounts.add(ID, TOKEN)
    assert started(database, plivo, "two", old_secret_keys=("one",)).accounts.tokens() == [TOKEN]
    assert started(database, plivo, "two").accounts.get(ID).check_credentials()["auth_id"] == ID


def test_an_account_sealed_with_another_key_says_so_and_the_others_work(database: str, plivo: FakePlivo) -> None:
    started(database, plivo, "one").accounts.add(ID, TOKEN, "Head office")
    parts = started(database, plivo, "two")
    accounts = parts.accounts
    accounts.add(SUB_ID, plivo.tokens[SUB_ID], "Branch")
    with pytest.raises(FlowbuilderError, match=r"Head office .* FLOWBUILDER_OLD_SECRET_KEY"):
        accounts.get(ID)
    assert {view.auth_id: bool(view.refusal) for view in accounts.list() if view.kind == "kept"} == {
        ID: True,
        SUB_ID: False,
    }
    assert accounts.get(SUB_ID).check_credentials()["auth_id"] == SUB_ID
    assert accounts.tokens() == [plivo.tokens[SUB_ID]]
    accounts.replace_token(ID, TOKEN)
    assert accounts.get(ID).auth_id == ID


def test_a_token_is_never_to_be_read(
    database: str, plivo: FakePlivo, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    parts = started(database, plivo)
    parts.accounts.add(ID, TOKEN, "Head office")
    parts.accounts.check(ID)
    shown = [repr(parts.accounts.list()), repr(parts.accounts.get(ID)), repr(parts.settings), repr(parts)]
    assert TOKEN not in "".join(shown) + caplog.text
    parts.store.close()
    for file in tmp_path.iterdir():
        assert TOKEN.encode() not in file.read_bytes()


def test_what_was_live_on_an_account_that_is_gone_is_not_live(database: str, plivo: FakePlivo) -> None:
    from flowbuilder.web.deployed import deployment_of

    parts = started(database, plivo)
    parts.accounts.add(ID, TOKEN)
    flow_id = parts.store.flows.create(Flow("Clinic")).id
    row = parts.store.deployments.put(DeploymentRow(flow_id, ID, "app-1", "name", 1))
    assert deployment_of(parts, flow_id) == row
    parts.store.deployments.put(replace(row, account=SUB_ID))
    assert deployment_of(parts, flow_id) is None
    assert deployment_of(parts, flow_id, "staging") is None
