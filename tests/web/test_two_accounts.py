"""Staging on the sandbox and production on a Plivo account beside it; that account is a second sandbox."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from flask import Flask

from flowbuilder.app import create_app
from flowbuilder.config import Settings
from flowbuilder.flow.model import Flow, Node
from flowbuilder.sandbox.api import sandbox_api
from flowbuilder.sandbox.faults import Faults
from flowbuilder.store import DeploymentSettingsRow, open_store
from flowbuilder.web import EXTENSION
from flowbuilder.web.access import Login
from tests.web.conftest import Browser
from tests.web.pages import at_its_end, read_page, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.publishing.account import Account
    from flowbuilder.web import Flowbuilder

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
ID, TOKEN = "MA" + "P" * 18, "the-token-of-head-office"
NUMBER, OTHER = "+14155550000", "+12025550142"
DESK = Flow("Desk", "say", {"say": Node("speak", {"text": "Desk {{ env.desk }}."})})
PARTIAL = {"HX-Request": "true"}


@pytest.fixture
def faults() -> Faults:
    return Faults(sleep=lambda seconds: None)


@pytest.fixture
def app(faults: Faults) -> Iterator[Flask]:
    """A Flowbuilder without an account in its environment; the network leads to Plivo, played by a sandbox."""
    store = open_store("sqlite://", clock=lambda: NOW)
    plivo = Flask("plivo")
    plivo.register_blueprint(sandbox_api(store, ID, TOKEN, None, faults, clock=lambda: NOW), url_prefix="/api")
    settings = Settings(
        "sqlite:///:memory:",
        secret_key="for tests",
        plivo_api_url="https://api.plivo.com/api",
    )
    app = create_app(settings, clock=lambda: NOW, login=Login("token"), plivo=httpx.WSGITransport(plivo))
    app.test_client_class = Browser
    yield app
    app.extensions[EXTENSION].store.close()
    store.close()


@pytest.fixture
def head_office(parts: Flowbuilder, monkeypatch: pytest.MonkeyPatch) -> Account:
    parts.address.keep("https://flows.example.com", "Ada")
    parts.accounts.add(ID, TOKEN, "Head office")
    account = parts.accounts.get(ID)
    monkeypatch.setattr(account, "_sleep", lambda seconds: None)
    return account


@pytest.fixture
def flow_id(parts: Flowbuilder, head_office: Account) -> str:
    """A flow with a staging on the sandbox and a production on the account beside it."""
    flow_id = parts.store.flows.create(DESK).id
    parts.store.deployment_settings.put(DeploymentSettingsRow(flow_id, account=ID, variables={"desk": "front"}))
    parts.store.deployment_settings.put(DeploymentSettingsRow(flow_id, "staging", variables={"desk": "test"}))
    return flow_id


def publish(browser: Any, flow_id: str, deployment: str, number: str) -> Any:
    """Publishes as the page does; gives the run."""
    where = {"deployment": deployment, "number": number}
    plan = browser.get(f"/flows/{flow_id}/publish/plan", query_string=where)
    shown = str(read_page(plan).xpath("string(//input[@name='plan']/@value)"))
    begun = browser.post(f"/flows/{flow_id}/publish", data=where | {"plan": shown}, headers=PARTIAL)
    return at_its_end(browser, begun)


def unpublish(browser: Any, flow_id: str, deployment: str) -> Any:
    begun = browser.post(f"/flows/{flow_id}/unpublish", data={"deployment": deployment}, headers=PARTIAL)
    return at_its_end(browser, begun)


def names_in(account: Account) -> list[str]:
    return [str(application["app_name"]) for application in account.list_applications()]


def test_each_deployment_is_live_on_its_own_account(
    browser: Any, parts: Flowbuilder, head_office: Account, flow_id: str
) -> None:
    assert "Head office" in text_of(browser.get(f"/flows/{flow_id}/publish"))
    assert "No real phone rings" in text_of(browser.get(f"/flows/{flow_id}/publish?deployment=staging"))
    assert "Live on staging: version 1" in text_of(publish(browser, flow_id, "staging", NUMBER))
    assert "Live: version 1" in text_of(publish(browser, flow_id, "production", NUMBER))
    assert names_in(parts.account) == [f"flowbuilder-{flow_id}-staging"]
    assert names_in(head_office) == [f"flowbuilder-{flow_id}"]
    live = {row.name: (row.account, row.version) for row in parts.store.deployments.list(flow_id)}
    assert live == {"staging": (parts.account.auth_id, 1), "production": (ID, 1)}
    urls = [account.list_applications()[0]["answer_url"] for account in (parts.account, head_office)]
    assert [url.endswith("?deployment=staging") for url in urls] == [True, False]


def test_unpublishing_one_leaves_the_other(
    browser: Any, parts: Flowbuilder, head_office: Account, flow_id: str
) -> None:
    publish(browser, flow_id, "staging", NUMBER)
    publish(browser, flow_id, "production", NUMBER)
    assert "Not live any more." in text_of(unpublish(browser, flow_id, "production"))
    assert head_office.get_number(NUMBER).application_id is None
    assert parts.account.get_number(NUMBER).application_id is not None
    assert [row.name for row in parts.store.deployments.list(flow_id)] == ["staging"]


def test_the_account_stays_while_something_is_live_on_it(
    browser: Any, parts: Flowbuilder, head_office: Account, flow_id: str
) -> None:
    publish(browser, flow_id, "staging", NUMBER)
    form = {"account": ID, "variable": "desk", "value": "typed"}
    here = f"/flows/{flow_id}/deployments/staging"
    refused = browser.post(here, data=form)
    assert refused.status_code == 422
    assert "Version 1 is live on staging with the account Sandbox" in text_of(refused)
    assert "Unpublish it there first, then choose another account." in text_of(refused)
    assert read_page(refused).xpath("//select[@id='account']/option[@selected]/@value") == [ID]
    assert read_page(refused).xpath("//input[@name='value']/@value") == ["typed"]
    unpublish(browser, flow_id, "staging")
    assert "Kept." in text_of(browser.post(here, data=form, follow_redirects=True))
    assert "Live on staging" in text_of(publish(browser, flow_id, "staging", OTHER))
    assert names_in(head_office) == [f"flowbuilder-{flow_id}-staging"]
    unpublish(browser, flow_id, "staging")
    browser.post(here, data=form | {"account": parts.account.auth_id})
    settings = parts.store.deployment_settings.get(flow_id, "staging")
    assert settings is not None
    assert settings.account is None, "the default account is whichever that is"


@pytest.mark.parametrize("address", ["http://localhost:8000", "https://10.0.0.8", "http://box.local"])
def test_only_the_sandbox_does_with_an_address_that_plivo_cannot_reach(
    browser: Any, parts: Flowbuilder, head_office: Account, flow_id: str, address: str
) -> None:
    parts.address.keep(address, "Ada")
    alert = read_page(browser.get(f"/flows/{flow_id}/publish")).xpath("string(//*[@role='alert'])")
    assert "public" in alert.lower()
    assert "Live" not in text_of(publish(browser, flow_id, "production", NUMBER))
    assert names_in(head_office) == []
    assert "Live on staging" in text_of(publish(browser, flow_id, "staging", NUMBER))


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("429", "Plivo"),
        ("500", "Plivo"),
        ("502", "Plivo"),
        ("time-out", "took too long to answer"),
        ("reset after", "broke before the answer came"),
        ("401", "did not accept the auth id and auth token"),
    ],
)
def test_a_fault_in_the_middle_is_told_and_leaves_nothing_between(
    browser: Any, parts: Flowbuilder, head_office: Account, flow_id: str, faults: Faults, fault: str, sentence: str
) -> None:
    where = {"deployment": "production", "number": NUMBER}
    shown = read_page(browser.get(f"/flows/{flow_id}/publish/plan", query_string=where))
    plan = shown.xpath("string(//input[@name='plan']/@value)")
    faults.add(fault, times=9, method="POST", path=f"Number/{NUMBER.lstrip('+')}")
    run = at_its_end(browser, browser.post(f"/flows/{flow_id}/publish", data=where | {"plan": plan}, headers=PARTIAL))
    faults.clear()
    if head_office.get_number(NUMBER).application_id is None:
        said = text_of(run)
        assert "That did not work" in said
        assert sentence in said
        assert names_in(head_office) == [], "what was made is taken away again"
        assert parts.store.deployments.list(flow_id) == []
        assert read_page(run).xpath("//a[.='Look at the plan again']")
        assert "Live: version 1" in text_of(publish(browser, flow_id, "production", NUMBER))
    else:
        assert fault == "reset after", "only what took effect unseen may be found to be done"
        assert "Live: version 1" in text_of(run)
    assert TOKEN not in run.text
