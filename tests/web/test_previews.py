"""What an expression gives with a call is shown while it is typed, and which names one setting alone knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from flowbuilder.flow.model import Flow, Node
from flowbuilder.store import DeploymentSettingsRow
from flowbuilder.web.own_names import names_by_setting
from tests.web.pages import read_page

if TYPE_CHECKING:
    from flowbuilder.web import Flowbuilder

MENU = {"prompts": [{"speak": "Press 7."}], "choices": [{"exit": "seven", "digits": "7"}]}
LOOKUP = {"url": "https://api.example.com/{{ menu.digits }}", "save": {"owner": "response.json.name"}}
FLOW = Flow(
    "Shop",
    "menu",
    {
        "menu": Node("get_input", MENU, {"seven": "keep", "no_match": "tell"}, (0, 0)),
        "keep": Node(
            "set", {"variables": {"team": "'gold'", "both": "vars.team ~ menu.digits"}}, {"next": "ask"}, (0, 0)
        ),
        "ask": Node("http_request", LOOKUP, {"ok": "sort"}, (0, 0)),
        "sort": Node("branch", {"rules": [{"exit": "a", "when": "menu.digits == '7'"}]}, {"a": "tell"}, (0, 0)),
        "tell": Node("speak", {"text": "You pressed {{ menu.digits }}."}, {}, (0, 0)),
    },
)


class Shop:
    def __init__(self, browser: Any, parts: Flowbuilder) -> None:
        self.browser, self.parts = browser, parts
        self.id = parts.store.flows.create(FLOW).id

    def gives(self, node: str, name: str, text: str, *, bare: bool = False) -> tuple[str, str]:
        asked = {"fields": [{"name": name, "text": text, "bare": bare}]}
        answer = self.browser.post(f"/flows/{self.id}/nodes/{node}/preview", json=asked)
        assert answer.status_code == 200
        (field,) = answer.json["fields"]
        return answer.json["from"], field["words"]

    def offered(self, node: str) -> dict[str, list[str]]:
        kept = FLOW.nodes[node]
        return names_by_setting(self.parts, self.id, node, kept.type, kept.settings)


@pytest.fixture
def shop(browser: Any, parts: Flowbuilder) -> Shop:
    return Shop(browser, parts)


def test_a_sample_call_is_made_from_the_way_to_the_step(shop: Shop) -> None:
    assert shop.gives("sort", "rules.0.when", "menu.digits == '7'", bare=True) == ("in a sample call", "true")
    assert shop.gives("sort", "rules.0.when", "vars.both == 'gold8'", bare=True)[1] == "false"
    assert shop.gives("ask", "save.0.value", "vars.both", bare=True)[1] == '"gold7"'
    assert shop.gives("ask", "save.0.value", "response.status_code + 1", bare=True)[1] == "201"
    assert shop.gives("tell", "text", "From {{ call.from_number }}: {{ menu.digits }}")[1] == "From +12025550123: 9"
    assert shop.gives("tell", "text", "{{ vars.nothing }}")[1] == ""
    assert shop.gives("ask", "save.0.value", "vars.nothing", bare=True)[1] == "nothing"


def test_the_last_call_that_came_by_is_taken_where_there_is_one(shop: Shop) -> None:
    shop.browser.post(f"/flows/{shop.id}/phone", data={"from": "+12025550177", "to": "+14155550000"})
    words = shop.gives("menu", "prompts.0.speak", "{{ call.from_number }}")
    assert words[0] == "in the last call"
    assert words[1].endswith("12025550177")
    assert shop.gives("tell", "text", "{{ menu.digits }}") == ("in a sample call", "9"), "it has not come there yet"


def test_a_mistake_is_a_sentence_that_says_where(shop: Shop) -> None:
    words = shop.gives("sort", "rules.0.when", "menu.digits == '1' and and b", bare=True)[1]
    assert words.startswith("This expression cannot be read")
    assert words.endswith("at character 28, by “b”.")
    assert shop.gives("sort", "rules.0.when", "menu.digits ==", bare=True)[1].endswith("at its end.")
    assert shop.gives("tell", "text", "Hello {{ a b }} there")[1].endswith("at character 12, by “b”.")
    assert shop.gives("tell", "text", "{{ a|nonsense }}")[1].endswith(".")


def test_a_preview_of_anything_is_bounded_and_shows_no_secret(shop: Shop) -> None:
    shop.parts.vault.put("KEY", "very secret")
    assert shop.gives("ask", "headers.0.value", "Bearer {{ secrets.KEY }}")[1] == "Bearer ••••"
    words = shop.gives("tell", "text", "{{ '" + "x" * 2_000 + "' }}")[1]
    assert len(words) == 301
    post = shop.browser.post
    posts: tuple[Any, ...] = (
        {},
        [],
        {"fields": 5},
        {"fields": ["x", {}]},
        {"fields": [{"name": 5, "text": None, "bare": "x"}]},
    )
    for odd in posts:
        assert post(f"/flows/{shop.id}/nodes/ask/preview", json=odd).status_code == 200
    assert post(f"/flows/{shop.id}/nodes/nobody/preview", json={}).status_code == 404


def test_each_setting_offers_the_names_that_it_alone_knows(shop: Shop) -> None:
    shop.parts.vault.put("CRM_KEY", "very secret")
    offered = shop.offered("ask")
    assert offered["save"] == ["response.status_code", "response.json", "response.text"]
    assert offered["headers"] == ["secrets.CRM_KEY"]
    assert "url" not in offered
    assert "menu.digits" in shop.offered("menu")["no_match_prompts"]
    assert "prompts" not in shop.offered("menu")
    assert shop.offered("tell") == {}


def test_the_variables_of_the_deployments_are_offered_everywhere(shop: Shop) -> None:
    settings = shop.parts.store.deployment_settings
    settings.put(DeploymentSettingsRow(shop.id, "production", variables={"DESK": "+14155550100"}))
    settings.put(DeploymentSettingsRow(shop.id, "staging", variables={"DESK": "+1", "AREA": "west"}))
    assert shop.offered("tell") == {"": ["env.AREA", "env.DESK"]}
    assert shop.gives("tell", "text", "{{ env.DESK }}")[1] == "+14155550100"
    page = read_page(shop.browser.get(f"/flows/{shop.id}/nodes/tell"))
    assert "env.DESK" in page.xpath("//form[@id='settings-form']/@data-own-names")[0]


def test_the_fields_that_take_an_expression_offer_names(browser: Any, parts: Flowbuilder) -> None:
    nodes = {
        "ring": Node("dial", {"to": [{"number": "+14155550100"}], "sip_headers": {"Desk": "1"}}, {}, (0, 0)),
        "tones": Node("send_dtmf", {}, {}, (0, 0)),
        "song": Node("play", {}, {}, (0, 0)),
    }
    flow_id = parts.store.flows.create(Flow("Fields", "ring", nodes)).id
    wanted = {
        "ring": ["to.0.address", "to.0.send_digits", "to.0.sip_headers", "sip_headers.0.value"],
        "tones": ["digits"],
        "song": ["url"],
    }
    for node, names in wanted.items():
        page = read_page(browser.get(f"/flows/{flow_id}/nodes/{node}"))
        assert set(names) <= set(page.xpath("//*[@data-fills]/@name"))
