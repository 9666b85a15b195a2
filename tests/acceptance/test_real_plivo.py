"""With an account set, Plivo takes the place of the sandbox, and nothing else changes. Here a sandbox plays Plivo."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.serving import make_server

from flowbuilder.protocol.signatures import sign_v3
from tests.acceptance.product import PUBLIC_URL, Cli, Product, flow_id_of, page_of, publish_page, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NUMBER, OTHER_NUMBER = "+14155550000", "+12025550142"
PARTIAL = {"HX-Request": "true"}


@pytest.fixture
def plivo(tmp_path: Path) -> Iterator[Any]:
    """Plivo's API on a port of this machine, as (product behind it, URL, auth id, token)."""
    behind = Product(tmp_path / "plivo.sqlite3")
    server = make_server("127.0.0.1", 0, behind.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    account = behind.parts.account
    yield behind, f"http://127.0.0.1:{server.server_port}/sandbox", account.auth_id, behind.parts.sandbox_token
    server.shutdown()
    thread.join()
    server.server_close()
    behind.close()


@pytest.fixture
def product(plivo: Any, database: Path) -> Iterator[Product]:
    _, url, auth_id, token = plivo
    product = Product(database, plivo_api_url=url, plivo_auth_id=auth_id, plivo_auth_token=token)
    yield product
    product.close()


def applications(plivo: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = plivo[0].parts.account.list_applications()
    return found


def test_the_page_publishes_to_the_account(plivo: Any, product: Product) -> None:
    browser = product.log_in()
    flow_id = flow_id_of(browser.post("/flows", data={"template": "voicemail"}))
    page = browser.get(f"/flows/{flow_id}/publish")
    assert plivo[2] in words_of(page)
    assert "+1 415 555 0000" in words_of(page)
    assert plivo[3] not in page.text
    assert not page_of(page).xpath("//input[@name='number' and @checked]"), (
        "no number of a real account is chosen for you"
    )
    assert "Live: version 1" in words_of(publish_page(browser, flow_id, NUMBER))
    (application,) = applications(plivo)
    base = f"{PUBLIC_URL}/v1/flows/{flow_id}/1"
    entry = product.parts.store.flows.load(flow_id).entry
    assert application["answer_url"] == f"{base}/nodes/{entry}"
    assert (application["hangup_url"], application["fallback_answer_url"]) == (f"{base}/hangup", f"{base}/fallback")
    (number,) = [n for n in plivo[0].parts.account.list_numbers() if n.application_id]
    assert (f"+{number.number}", number.application_id) == (NUMBER, application["app_id"])

    url, params = application["answer_url"], {"CallUUID": "c1", "From": "12025550123", "To": "14155550000"}
    headers = {"X-Plivo-Signature-V3": sign_v3(plivo[3], "POST", url, "1", params), "X-Plivo-Signature-V3-Nonce": "1"}
    answer = product.stranger().post(url.removeprefix(PUBLIC_URL), data=params, headers=headers)
    assert (answer.status_code, answer.content_type) == (200, "application/xml")
    assert f'action="{base}/' in answer.text


def test_the_phone_still_calls_the_draft_and_offers_no_real_number(product: Product) -> None:
    browser = product.log_in()
    flow_id = flow_id_of(browser.post("/flows", data={"template": "phone_tree"}))
    publish_page(browser, flow_id, NUMBER)
    idle = page_of(browser.get(f"/flows/{flow_id}/phone"))
    assert not idle.xpath("//input[@name='what']")
    call = {"from": "+12025550123", "to": "+14155550100"}
    shown = page_of(browser.post(f"/flows/{flow_id}/phone", data=call, headers=PARTIAL))
    assert shown.xpath("//div[@role='log']/p")
    assert shown.xpath("string(//*[@id='phone-panel']/@data-node)")


def test_the_command_publishes_to_the_account_and_says_what_it_changes(plivo: Any, cli: Cli, tmp_path: Path) -> None:
    _, url, auth_id, token = plivo
    env = {"PLIVO_API_URL": url, "PLIVO_AUTH_ID": auth_id, "PLIVO_AUTH_TOKEN": token}
    flow = b'{"format": "flowbuilder/1", "name": "Bye", "entry": "a", "nodes": {"a": {"type": "hangup"}}}'
    where = ("--number", NUMBER, "--public-url", PUBLIC_URL)
    dry = cli.run("publish", "-", *where, "--dry-run", stdin=flow, **env)
    assert dry.exit_code == 0
    assert auth_id in dry.stdout
    assert applications(plivo) == []
    done = cli.run("publish", "-", *where, stdin=flow, **env)
    assert (done.exit_code, done.stderr) == (0, "")
    assert token not in done.stdout
    assert len(applications(plivo)) == 1
    again = cli.run("publish", "-", *where, stdin=flow, **env)
    assert "Nothing had to be changed" in again.stdout
    wrong = cli.run("publish", "-", *where, stdin=flow, **{**env, "PLIVO_AUTH_TOKEN": "wrong"})
    assert wrong.exit_code == 3
    assert "PLIVO_AUTH_TOKEN" in wrong.stderr


def test_an_account_that_refuses_is_told_on_the_page_and_the_drawing_still_works(plivo: Any, database: Path) -> None:
    _, url, auth_id, _ = plivo
    product = Product(database, plivo_api_url=url, plivo_auth_id=auth_id, plivo_auth_token="wrong")
    browser = product.log_in()
    flow_id = flow_id_of(browser.post("/flows", data={"template": "voicemail"}))
    page = browser.get(f"/flows/{flow_id}/publish")
    assert page.status_code == 200
    assert "did not accept the auth id and auth token" in words_of(page)
    assert "wrong" not in page.text.replace("went wrong", "")
    assert browser.get(f"/flows/{flow_id}/edit").status_code == 200
    product.close()


@pytest.mark.parametrize("public_url", [None, "http://localhost:8000", "https://10.0.0.8", "http://box.local"])
def test_without_an_address_that_plivo_can_reach_the_page_says_what_to_set(
    plivo: Any, database: Path, public_url: str | None
) -> None:
    _, url, auth_id, token = plivo
    product = Product(database, plivo_api_url=url, plivo_auth_id=auth_id, plivo_auth_token=token, public_url=public_url)
    browser = product.log_in()
    flow_id = flow_id_of(browser.post("/flows", data={"template": "voicemail"}))
    page = browser.get(f"/flows/{flow_id}/publish")
    assert "FLOWBUILDER_PUBLIC_URL" in words_of(page)
    refused = browser.post(f"/flows/{flow_id}/publish", data={"number": NUMBER, "plan": ""})
    assert "FLOWBUILDER_PUBLIC_URL" in words_of(browser.get(refused.headers["Location"]))
    assert applications(plivo) == []
    assert product.parts.store.versions.list(flow_id) == []
    product.close()
