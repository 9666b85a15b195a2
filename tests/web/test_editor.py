"""The editor over HTTP: every edit is saved at once, clashes are shown, and nothing typed is lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from flowbuilder.flow.model import Flow, Node
from flowbuilder.steps import CATALOGUE

if TYPE_CHECKING:
    from flowbuilder.web import Flowbuilder

MENU = {
    "prompts": [{"speak": "Press 1 for sales."}],
    "choices": [{"exit": "sales", "digits": "1"}, {"exit": "help", "digits": "2"}],
}


def small_flow() -> Flow:
    return Flow(
        name="Small",
        entry="welcome",
        nodes={
            "welcome": Node("speak", {"text": "Hello."}, {"next": "menu"}, (40, 40)),
            "menu": Node("get_input", MENU, {"sales": "ring", "no_input": "bye"}, (340, 40)),
            "ring": Node("dial", {"to": [{"number": "+14155550142"}]}, {"otherwise": "bye"}, (640, 40)),
            "bye": Node("hangup", {}, {}, (940, 40)),
            "odd": Node("teleport", {"where": "home"}, {"next": "bye"}, (940, 340)),
        },
    )


def read(text: str) -> Any:
    """A page or a fragment, parsed."""
    return html.fromstring(text)


class Tab:
    """A tab with the editor open: it remembers which revision it shows."""

    def __init__(self, browser: Any, parts: Flowbuilder, flow_id: str) -> None:
        self.browser, self.parts, self.flow_id = browser, parts, flow_id
        self.revision = parts.store.flows.get(flow_id).revision

    def edit(self, *, inspecting: str = "", **edit: Any) -> Any:
        return self._post("edits", {"edit": json.dumps(edit), "inspecting": inspecting})

    def post(self, path: str, **fields: Any) -> Any:
        return self._post(path, fields)

    def _post(self, path: str, fields: dict[str, Any]) -> Any:
        data = {"revision": self.revision, **fields}
        answer = self.browser.post(f"/flows/{self.flow_id}/{path}", data=data)
        if answer.status_code != 404:
            self.revision = self.parts.store.flows.get(self.flow_id).revision
        return answer

    def form(self, node: str) -> dict[str, Any]:
        """The settings form of a node, as a browser would post it."""
        page = read(self.browser.get(f"/flows/{self.flow_id}/nodes/{node}").text)
        form = page.get_element_by_id("settings-form")
        fields: dict[str, Any] = {}
        for name, value in form.form_values():
            fields.setdefault(name, []).append(value)
        return fields

    def set(self, node: str, form: dict[str, Any] | None = None, **changes: Any) -> Any:
        fields = self.form(node) if form is None else dict(form)
        for name, value in changes.items():
            fields[name.replace("__", ".")] = value
        return self.post(f"nodes/{node}", inspecting=node, **fields)

    def saved(self) -> Flow:
        return self.parts.store.flows.load(self.flow_id)


@pytest.fixture
def tab(browser: Any, parts: Flowbuilder) -> Tab:
    return Tab(browser, parts, parts.store.flows.create(small_flow()).id)


@pytest.fixture
def other_tab(tab: Tab) -> Tab:
    return Tab(tab.browser, tab.parts, tab.flow_id)


def partials(answer: Any) -> set[str]:
    """The targets of the partials in an answer."""
    return {line.split('hx-target="')[1].split('"')[0] for line in answer.text.split("<hx-partial ")[1:]}


def test_the_page_shows_every_node_with_its_exits_and_problems(tab: Tab) -> None:
    page = read(tab.browser.get(f"/flows/{tab.flow_id}/edit").text)
    assert [card.get("data-node") for card in page.find_class("node")] == list(small_flow().nodes)
    menu = page.get_element_by_id("node-menu")
    exits = {row.get("data-exit"): row.get("class") for row in menu.find_class("exits")[0]}
    assert exits == {"sales": "linked", "help": "open", "no_input": "linked", "no_match": "open"}
    assert [key.text for key in menu.iter("kbd")] == ["1", "2"]
    assert "not installed" in page.get_element_by_id("node-odd").text_content()
    assert page.get_element_by_id("node-ring").find_class("covered")
    assert "teleport" in page.get_element_by_id("problems").text_content()


def test_every_tab_of_every_node_can_be_read(tab: Tab) -> None:
    for node in small_flow().nodes:
        for name in ("settings", "exits", "xml", "help", "nonsense"):
            answer = tab.browser.get(f"/flows/{tab.flow_id}/nodes/{node}?tab={name}")
            assert answer.status_code == 200, (node, name)
            assert node in answer.text
    assert tab.browser.get(f"/flows/{tab.flow_id}/nodes/nobody").status_code == 404
    assert tab.browser.get(f"/flows/{tab.flow_id}/inspector?selected=3").status_code == 200


def test_an_edit_is_saved_and_answered_with_what_changed_only(tab: Tab) -> None:
    answer = tab.edit(op="connect", node="menu", exit="help", to="bye")
    assert answer.status_code == 200
    assert tab.saved().nodes["menu"].exits["help"] == "bye"
    assert "#node-menu" in partials(answer)
    assert "#node-welcome" not in partials(answer)
    assert f'data-revision="{tab.revision}"' in answer.text


def test_a_new_node_comes_as_a_card_and_is_named_to_the_canvas(tab: Tab) -> None:
    edit = {"op": "add_node", "type": "speak", "position": [100, 400], "from": ["menu", "help"]}
    answer = tab.post("edits", edit=json.dumps(edit))
    assert json.loads(answer.headers["HX-Trigger"])["flow:added"] == {"nodes": ["speak"]}
    assert 'id="node-speak"' in answer.text
    assert tab.saved().nodes["menu"].exits["help"] == "speak"


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        ({"op": "add_node", "type": "teleport", "position": [0, 0]}, "not installed"),
        ({"op": "connect", "node": "menu", "exit": "help", "to": "nobody"}, "nobody"),
        ({"op": "rename_node", "node": "menu", "to": "Main Menu"}, "small letter"),
        ({"op": "rename_node", "node": "menu", "to": "ring"}, "already"),
        ({"op": "fly"}, "fly"),
        ({"op": "move_nodes", "positions": "up"}, ""),
        ({"op": "duplicate", "nodes": ["nobody"]}, "no longer there"),
    ],
)
def test_what_the_flow_does_not_allow_is_refused_with_a_sentence(tab: Tab, edit: Any, sentence: str) -> None:
    answer = tab._post("edits", {"edit": json.dumps(edit)})
    assert answer.status_code == 422
    assert sentence in json.loads(answer.headers["HX-Trigger"])["flow:say"]["text"]
    assert tab.saved() == small_flow()


@pytest.mark.parametrize("fields", [{"edit": "{"}, {"edit": "[]"}, {"edit": "[" * 100_000}, {"op": "nonsense"}, {}])
def test_what_is_no_edit_is_refused(tab: Tab, fields: dict[str, str]) -> None:
    assert tab.post("edits", **fields).status_code == 422
    assert tab.browser.post(f"/flows/{tab.flow_id}/edits", data=fields).status_code == 422
    assert tab.saved() == small_flow()


def test_undo_and_redo_answer_with_the_cards_they_change(tab: Tab) -> None:
    tab.edit(op="move_nodes", positions={"bye": [900, 500]})
    tab.edit(op="delete_nodes", nodes=["ring"])
    assert "#nodes" in partials(tab.post("undo"))
    assert "#node-bye" in partials(tab.post("undo"))
    assert tab.saved() == small_flow()
    assert tab.post("undo").status_code == 422
    tab.post("redo")
    assert tab.saved().nodes["bye"].position == (900, 500)


def test_a_rename_goes_on_showing_the_node_under_its_new_name(tab: Tab) -> None:
    answer = tab.post("edits", op="rename_node", node="menu", to="main_menu", inspecting="menu")
    assert json.loads(answer.headers["HX-Trigger"])["flow:renamed"] == {"from": "menu", "to": "main_menu"}
    assert {"#node-menu", "#nodes", "#node-welcome", "#inspector"} <= partials(answer)
    assert tab.saved().nodes["welcome"].exits == {"next": "main_menu"}


def test_duplicates_keep_the_links_among_them(tab: Tab) -> None:
    tab.edit(op="duplicate", nodes=["menu", "ring"], by=[40, 40])
    nodes = tab.saved().nodes
    assert nodes["menu_2"].exits == {"sales": "ring_2", "no_input": "bye"}
    assert nodes["menu_2"].settings == MENU
    assert nodes["ring_2"].position == (680, 80)


def test_edits_of_different_things_both_stand(tab: Tab, other_tab: Tab) -> None:
    tab.edit(op="connect", node="menu", exit="help", to="bye")
    answer = other_tab.edit(op="connect", node="menu", exit="no_match", to="bye")
    assert answer.status_code == 200
    assert tab.saved().nodes["menu"].exits == {"sales": "ring", "no_input": "bye", "help": "bye", "no_match": "bye"}


def test_an_edit_of_what_has_changed_since_is_refused_with_the_card_as_it_is(tab: Tab, other_tab: Tab) -> None:
    tab.edit(op="connect", node="menu", exit="help", to="bye")
    answer = other_tab.edit(op="connect", node="menu", exit="help", to="ring")
    assert answer.status_code == 409
    assert "#node-menu" in partials(answer)
    assert "another tab" in json.loads(answer.headers["HX-Trigger"])["flow:say"]["text"]
    assert tab.saved().nodes["menu"].exits["help"] == "bye"
    assert other_tab.edit(op="connect", node="menu", exit="help", to="ring").status_code == 200


def test_a_setting_is_saved_and_its_default_is_left_out(tab: Tab) -> None:
    assert tab.set("welcome", text="Good day.", loop="2").status_code == 200
    assert tab.saved().nodes["welcome"].settings == {"text": "Good day.", "loop": 2}
    tab.set("welcome", loop="1")
    assert tab.saved().nodes["welcome"].settings == {"text": "Good day."}


def test_a_form_posted_as_it_is_changes_nothing(tab: Tab) -> None:
    before = tab.revision
    for node in ("welcome", "menu", "ring", "bye"):
        assert tab.set(node).status_code == 200
    assert tab.revision == before
    assert tab.saved() == small_flow()


@pytest.mark.parametrize("step_type", sorted(CATALOGUE))
def test_the_form_of_every_step_shows_every_setting_and_posts_it_back_as_it_was(tab: Tab, step_type: str) -> None:
    specs = CATALOGUE[step_type].settings_specs()
    settings = {spec.name: spec.example for spec in specs if spec.example is not None}
    tab.edit(op="add_node", type=step_type, id="tried", settings=settings, position=[0, 600])
    form = tab.form("tried")
    assert set(form["fields"]) >= set(settings) if specs else True
    assert tab.set("tried", form).status_code == 200
    assert tab.saved().nodes["tried"].settings == settings


@pytest.mark.parametrize("step_type", sorted(CATALOGUE))
def test_settings_of_any_shape_can_be_shown_and_are_not_lost(tab: Tab, step_type: str) -> None:
    names = [spec.name for spec in CATALOGUE[step_type].settings_specs()]
    for junk in ("text", 7, [1, "a", {"b": []}], {"a": 1, "exit": None}, None, True, [["x"]], {"mon": ["x"]}):
        settings = dict.fromkeys(names, junk)
        tab.edit(op="add_node", type=step_type, id="odd_one", settings=settings, position=[0, 600])
        for name in ("settings", "exits", "xml", "help"):
            assert tab.browser.get(f"/flows/{tab.flow_id}/nodes/odd_one?tab={name}").status_code == 200
        assert tab.browser.get(f"/flows/{tab.flow_id}/edit").status_code == 200
        if names:
            assert tab.set("odd_one").status_code == 200
            assert tab.saved().nodes["odd_one"].settings == settings
        tab.edit(op="delete_nodes", nodes=["odd_one"])


def test_what_does_not_validate_is_kept_and_said_beside_the_field(tab: Tab) -> None:
    answer = tab.set("ring", to__0__address="twelve", timeout="soon")
    assert answer.status_code == 200
    assert tab.saved().nodes["ring"].settings == {"to": [{"number": "twelve"}], "timeout": "soon"}
    page = read(answer.text)
    assert "not a phone number" in page.get_element_by_id("f-to-0-number-error").text
    assert page.get_element_by_id("f-timeout-error").text == "Use a whole number."
    assert page.get_element_by_id("f-timeout").get("value") == "soon"


def test_a_choice_that_is_renamed_takes_its_link_along_and_one_removed_drops_it(tab: Tab) -> None:
    tab.set("menu", choices__0__exit="Our sales")
    menu = tab.saved().nodes["menu"]
    assert menu.settings["choices"][0] == {"exit": "our_sales", "digits": "1"}
    assert menu.exits == {"our_sales": "ring", "no_input": "bye"}
    tab.set("menu", do="remove:choices:0")
    assert tab.saved().nodes["menu"].exits == {"no_input": "bye"}


def test_buttons_add_order_and_remove_entries(tab: Tab) -> None:
    tab.set("menu", do="add:choices")
    tab.set("menu", do="add:prompts:play")
    tab.set("menu", do="up:prompts:1")
    settings = tab.saved().nodes["menu"].settings
    assert settings["choices"][2] == {"exit": "choice_3", "digits": "3"}
    assert settings["prompts"] == [{"play": ""}, {"speak": "Press 1 for sales."}]
    tab.set("menu", do="remove:prompts:0")
    assert tab.saved().nodes["menu"].settings["prompts"] == MENU["prompts"]
    assert tab.set("menu", do="remove:nothing:7").status_code == 200


def test_json_that_cannot_be_read_is_not_saved_and_not_lost(tab: Tab) -> None:
    tab.edit(op="add_node", type="http_request", position=[0, 600], id="ask")
    answer = tab.set("ask", json='{"a": ', url="https://api.example.com/")
    assert answer.status_code == 422
    assert tab.saved().nodes["ask"].settings == {"url": "https://api.example.com/"}, "the rest is saved"
    field = read(answer.text).get_element_by_id("f-json")
    assert field.text.strip() == '{"a":'
    assert "not JSON" in read(answer.text).get_element_by_id("f-json-error").text


def test_settings_that_clash_are_shown_side_by_side(tab: Tab, other_tab: Tab) -> None:
    form = other_tab.form("welcome")
    tab.set("welcome", text="Mine.")
    answer = other_tab.set("welcome", form, text="Yours.")
    assert answer.status_code == 409
    assert tab.saved().nodes["welcome"].settings["text"] == "Mine."
    page = read(answer.text)
    assert page.get_element_by_id("f-text").text.strip() == "Yours."
    assert "Mine." in page.find_class("conflict")[0].text_content()
    base = page.xpath("//input[@name='base']/@value")[0]
    assert other_tab.set("welcome", {**form, "base": base}, text="Yours.", keep="mine").status_code == 200
    assert tab.saved().nodes["welcome"].settings["text"] == "Yours."


def test_another_setting_of_the_same_node_does_not_clash(tab: Tab, other_tab: Tab) -> None:
    form = other_tab.form("welcome")
    tab.set("welcome", text="Mine.")
    assert other_tab.set("welcome", form, voice="MAN").status_code == 200
    assert tab.saved().nodes["welcome"].settings == {"text": "Mine.", "voice": "MAN"}


def test_a_form_of_a_node_that_is_gone_is_refused_and_left_on_the_page(tab: Tab, other_tab: Tab) -> None:
    form = other_tab.form("ring")
    tab.edit(op="delete_nodes", nodes=["ring"])
    answer = other_tab.set("ring", form, timeout="12")
    assert answer.status_code == 409
    assert "#node-ring" in partials(answer)
    assert "#inspector" not in partials(answer)


def test_names_and_texts_cannot_become_markup(tab: Tab) -> None:
    nasty = '</textarea><script>alert("x")</script>{{ 7 * 7 }}'
    tab.set("welcome", text=nasty)
    tab.post("edits", op="set_details", name="<b>Shop</b>")
    for path in ("edit", "nodes/welcome", "nodes/welcome?tab=xml"):
        text = tab.browser.get(f"/flows/{tab.flow_id}/{path}").text
        assert "<script>alert" not in text
        assert "<b>Shop" not in text
    assert tab.saved().nodes["welcome"].settings["text"] == nasty
    assert tab.saved().name == "<b>Shop</b>"


def test_the_xml_of_a_node_can_be_fetched_once_its_settings_are_right(tab: Tab) -> None:
    answer = tab.browser.get(f"/flows/{tab.flow_id}/nodes/welcome/xml")
    assert answer.content_type.startswith("application/xml")
    assert "<Speak" in answer.text
    tab.set("welcome", text="")
    assert tab.browser.get(f"/flows/{tab.flow_id}/nodes/welcome/xml").status_code == 422


def test_a_page_without_its_token_may_not_edit(tab: Tab) -> None:
    data = {"revision": 1, "op": "set_details", "name": "Stolen"}
    url = f"/flows/{tab.flow_id}/edits"
    assert tab.browser.post(url, data=data, headers={"X-CSRF-Token": "wrong"}).status_code == 403
    assert tab.saved().name == "Small"
