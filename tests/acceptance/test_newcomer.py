"""A newcomer's day, over HTTP alone: draw, check, call the draft, publish, call the number, take it off again."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.datastructures import MultiDict

from flowbuilder.flow.model import loads
from flowbuilder.web.gallery import NAMES
from tests.acceptance.product import Product, end_of_run, flow_id_of, page_of, publish_page, said, words_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.product import World
    from tests.web.conftest import Browser

NUMBER, OTHER_NUMBER, GERMAN_NUMBER = "+14155550000", "+12025550142", "+493023125042"
PARTIAL = {"HX-Request": "true"}


class Author:
    """Somebody who draws one flow in the browser, and sees in the page only what they have loaded."""

    def __init__(self, product: Product, browser: Browser, template: str = "blank") -> None:
        self.product, self.browser, self.column = product, browser, 0
        self.id = flow_id_of(browser.post("/flows", data={"template": template}))
        self.revision = self.load()

    def load(self) -> int:
        """Loads the editor; gives the revision that the page then knows."""
        return self._take_revision(self.browser.get(f"/flows/{self.id}/edit"))

    def _take_revision(self, answer: Any) -> int:
        self.revision = int(page_of(answer).xpath("string(//@data-revision)"))
        return self.revision

    def edit(self, status: int = 200, **edit: Any) -> Any:
        answer = self.browser.post(
            f"/flows/{self.id}/edits",
            data={"revision": self.revision, "edit": json.dumps(edit)},
            headers=PARTIAL,
        )
        assert answer.status_code == status, words_of(answer)
        self._take_revision(answer)
        return answer

    def add(self, type: str, node: str, after: tuple[str, str] | None = None, **settings: Any) -> None:
        link: dict[str, Any] = {"from": after} if after else {}
        self.column += 320
        self.edit(op="add_node", type=type, id=node, position=[self.column, 40], settings=settings, **link)

    @property
    def flow(self) -> Any:
        return loads(self.browser.get(f"/flows/{self.id}/file").data)

    def step(self, way: str) -> Any:
        answer = self.browser.post(f"/flows/{self.id}/{way}", data={"revision": self.revision}, headers=PARTIAL)
        self._take_revision(answer)
        return answer

    def draw_a_call(self) -> None:
        """Speak, Get input, Dial: the flow that the README promises."""
        self.add("speak", "welcome", text="Welcome to the bakery.")
        self.add(
            "get_input",
            "menu",
            ("welcome", "next"),
            prompts=[{"speak": "Press 1 for the shop."}],
            input_type="dtmf speech",
            num_digits=1,
            choices=[{"exit": "shop", "digits": "1", "phrases": ["the shop"]}],
        )
        self.add("dial", "ring_shop", ("menu", "shop"), to=[{"number": "+14155550111"}])
        self.add("speak", "bye", ("ring_shop", "otherwise"), text="Goodbye.")
        self.edit(op="connect", node="menu", exit="no_input", to="bye")

    def unpublish(self) -> Any:
        return end_of_run(self.browser, self.id, self.browser.post(f"/flows/{self.id}/unpublish", data={}))

    def phone(self, **form: str) -> Any:
        return self.browser.post(f"/flows/{self.id}/phone", data=form, headers=PARTIAL)


class PhonePanel:
    """The phone beside the drawing, operated by its own buttons."""

    def __init__(self, author: Author, what: str = "draft", to: str = NUMBER) -> None:
        self.author = author
        self.shown = page_of(author.phone(**{"what": what, "from": "+12025550123", "to": to}))

    def button(self, name: str, value: str) -> Any:
        (button,) = self.shown.xpath(f"//button[@name='{name}' and @value='{value}' and not(@disabled)]")
        return button

    def push(self, name: str, value: str, **typed: str) -> None:
        """Sends the form around the button, as a browser does."""
        form = self.button(name, value).iterancestors("form").__next__()
        fields = dict(form.form_values()) | {name: value} | typed
        self._send(form, fields)

    def say(self, text: str) -> None:
        (form,) = self.shown.xpath("//form[.//input[@name='text']]")
        self._send(form, dict(form.form_values()) | {"text": text})

    def _send(self, form: Any, fields: dict[str, str]) -> None:
        answer = self.author.browser.post(form.get("hx-post"), data=fields, headers=PARTIAL)
        assert answer.status_code == 200
        self.shown = page_of(answer)

    @property
    def log(self) -> list[str]:
        return [" ".join(line.text_content().split()) for line in self.shown.xpath("//div[@role='log']/p")]

    @property
    def node(self) -> str:
        return str(self.shown.xpath("string(//*[@id='phone-panel']/@data-node)"))


@pytest.fixture
def author(product: Product, browser: Browser) -> Author:
    return Author(product, browser)


def test_without_the_token_no_page_opens_and_with_it_every_page_does(product: Product) -> None:
    stranger: Any = product.app.test_client()
    assert stranger.get("/").status_code == 401
    assert stranger.get("/healthz").status_code == 200
    token = product.parts.login.token
    stranger.log_in()
    assert stranger.get("/").status_code == 200
    late: Any = product.app.test_client()
    answer = late.get(f"/?token={token}")
    assert answer.status_code == 401
    assert "used already" in words_of(answer)


@pytest.mark.parametrize("template", NAMES)
def test_each_template_is_a_flow_that_can_be_called_and_published_at_once(
    product: Product, browser: Browser, template: str
) -> None:
    author = Author(product, browser, template)
    plan = browser.get(f"/flows/{author.id}/publish")
    assert "to put right first" not in words_of(plan)
    phone = PhonePanel(author)
    assert phone.log, "something is heard"
    assert phone.node
    assert "Live: version 1" in words_of(publish_page(browser, author.id, NUMBER))
    assert product.ring(NUMBER).player.events[-1].kind != "doubted"
    home = words_of(browser.get("/"))
    assert "live" in home.lower()


def test_what_is_drawn_is_undone_redone_and_still_there_after_a_reload(author: Author) -> None:
    author.draw_a_call()
    drawn = author.flow
    assert list(drawn.nodes) == ["welcome", "menu", "ring_shop", "bye"]
    assert drawn.entry == "welcome"
    for _ in range(5):
        assert author.step("undo").status_code == 200
    assert author.flow.nodes == {}
    assert author.step("undo").status_code == 422
    for _ in range(5):
        author.step("redo")
    assert author.flow == drawn
    author.edit(op="move_nodes", positions={"bye": [700, 300]})
    assert author.step("redo").status_code == 422
    author.edit(op="rename_node", node="bye", to="farewell")
    assert author.flow.nodes["menu"].exits["no_input"] == "farewell"
    author.edit(op="delete_nodes", nodes=["farewell"])
    assert "no_input" not in author.flow.nodes["menu"].exits


def test_after_a_restart_the_flow_its_undo_its_number_and_its_calls_are_there(
    product: Product, author: Author, database: Path
) -> None:
    author.draw_a_call()
    publish_page(author.browser, author.id, NUMBER)
    call = product.ring(NUMBER)
    product.close()
    later = Product(database)
    browser = later.log_in()
    assert "Goodbye." in words_of(browser.get(f"/flows/{author.id}/edit"))
    assert said(later.ring(NUMBER)) == ["Welcome to the bakery.", "Press 1 for the shop."]
    assert browser.get(f"/flows/{author.id}/calls/{call.uuid}").status_code == 200
    assert browser.post(f"/flows/{author.id}/undo", data={"revision": author.revision}).status_code == 200
    assert "no_input" not in loads(browser.get(f"/flows/{author.id}/file").data).nodes["menu"].exits
    later.close()


def test_the_form_of_a_step_keeps_what_is_typed_and_says_what_is_wrong_beside_the_field(author: Author) -> None:
    author.draw_a_call()
    shown = page_of(author.browser.get(f"/flows/{author.id}/nodes/ring_shop", headers=PARTIAL))
    (form,) = shown.xpath("//form[.//*[@name='timeout']]")
    fields = [*form.form_values()]
    typed = [(name, "9999" if name == "timeout" else value) for name, value in fields]
    data = MultiDict([*typed, ("revision", str(author.revision)), ("inspecting", "ring_shop")])
    answer = author.browser.post(f"/flows/{author.id}/nodes/ring_shop", data=data, headers=PARTIAL)
    assert answer.status_code == 200
    assert author.flow.nodes["ring_shop"].settings["timeout"] == 9999
    page = page_of(answer)
    (field,) = page.xpath("//*[@name='timeout']")
    assert field.get("aria-invalid") == "true"
    (sentence,) = page.xpath(f"//*[@id='{field.get('aria-describedby').split()[-1]}']")
    assert "600" in sentence.text_content()


def test_a_problem_is_shown_at_its_node_and_in_the_list_and_goes_when_it_is_mended(author: Author) -> None:
    author.draw_a_call()
    author.edit(op="set_settings", node="ring_shop", settings={"to": [{"number": "12"}]})
    page = author.browser.get(f"/flows/{author.id}/edit")
    assert "12 is not a phone number" in words_of(page) or "“12”" in words_of(page)
    assert page_of(page).xpath("//*[@id='node-ring_shop']//*[contains(@class, 'badge')]")
    assert "1 error to put right first" in words_of(author.browser.get(f"/flows/{author.id}/publish"))
    refused = author.phone(**{"what": "draft", "from": "+12025550123", "to": NUMBER})
    assert refused.status_code == 422
    author.edit(op="set_settings", node="ring_shop", settings={"to": [{"number": "+14155550111"}]})
    assert not page_of(author.browser.get(f"/flows/{author.id}/edit")).xpath(
        "//*[@id='node-ring_shop']//*[contains(@class, 'badge')]"
    )


def test_the_phone_calls_the_draft_by_keys_speech_silence_and_the_end_of_a_dial(author: Author) -> None:
    author.draw_a_call()
    phone = PhonePanel(author)
    assert "Welcome to the bakery." in phone.log
    assert phone.node == "menu"
    phone.push("digits", "1")
    assert phone.node == "ring_shop"
    phone.push("result", "busy")
    assert phone.log[-2:] != []
    assert "Goodbye." in phone.log
    assert phone.node == ""

    phone = PhonePanel(author)
    phone.say("the shop, please")
    assert phone.node == "ring_shop"
    phone.push("do", "hang_up")
    assert "You hung up." in phone.log

    phone = PhonePanel(author)
    phone.push("do", "silence")
    assert "Goodbye." in phone.log


def test_a_call_keeps_the_draft_it_began_with_while_the_author_edits_on(author: Author) -> None:
    author.draw_a_call()
    phone = PhonePanel(author)
    author.edit(op="set_settings", node="bye", settings={"text": "So long."})
    phone.push("do", "silence")
    assert "Goodbye." in phone.log
    phone = PhonePanel(author)
    phone.push("do", "silence")
    assert "So long." in phone.log


def test_publishing_again_changes_only_what_differs_and_calls_get_the_new_version(
    product: Product, author: Author
) -> None:
    author.draw_a_call()
    run = words_of(publish_page(author.browser, author.id, NUMBER))
    assert "Made version 1" in run
    call = product.ring(NUMBER)
    assert said(call)[0] == "Welcome to the bakery."
    again = words_of(publish_page(author.browser, author.id, NUMBER))
    assert "Nothing had to be changed" in again or "version 1" in again
    assert len(product.parts.store.versions.list(author.id)) == 1

    author.edit(op="set_settings", node="welcome", settings={"text": "Welcome back."})
    plan = words_of(author.browser.get(f"/flows/{author.id}/publish"))
    assert "Make version 2" in plan
    assert "answer_url" in plan
    assert "hangup_method" not in plan, "what stays the same is not listed"
    assert "stays with this flow" in plan
    publish_page(author.browser, author.id, NUMBER)
    assert said(product.ring(NUMBER))[0] == "Welcome back."
    call.act("stay_silent")
    assert said(call)[-1] == "Goodbye.", "a call in progress stays on its version"
    page = PhonePanel(author, "live")
    assert "Welcome back." in page.log


def test_the_phone_stays_with_what_was_called_last_in_this_flow(
    product: Product, browser: Browser, author: Author
) -> None:
    author.draw_a_call()
    publish_page(browser, author.id, NUMBER)
    phone = PhonePanel(author, "live")
    phone.push("do", "hang_up")
    assert phone.shown.xpath("//input[@name='what' and @value='live' and @checked]")
    other = Author(product, browser)
    other.add("speak", "closed", text="We are closed.")
    publish_page(browser, other.id, GERMAN_NUMBER)
    shown = page_of(browser.get(f"/flows/{other.id}/phone"))
    assert shown.xpath("//input[@name='what' and @value='draft' and @checked]")
    assert shown.xpath("string(//input[@name='to']/@value)") == GERMAN_NUMBER


def test_a_number_goes_to_another_flow_and_comes_back_when_that_is_taken_off(
    product: Product, browser: Browser, author: Author
) -> None:
    author.draw_a_call()
    publish_page(browser, author.id, NUMBER)
    other = Author(product, browser)
    other.add("speak", "closed", text="We are closed.")
    plan = words_of(browser.get(f"/flows/{other.id}/publish/plan?number=%2B14155550000", headers=PARTIAL))
    assert f"flowbuilder-{author.id}" in plan, "the plan says what the number is attached to now"
    publish_page(browser, other.id, NUMBER)
    assert said(product.ring(NUMBER)) == ["We are closed."]
    assert browser.get(f"/flows/{other.id}/unpublish").status_code == 200
    assert "Not live any more" in words_of(other.unpublish())
    assert said(product.ring(NUMBER))[0] == "Welcome to the bakery."
    author.unpublish()
    with pytest.raises(Exception, match="Nothing answers"):
        product.ring(NUMBER)


def test_an_older_version_comes_back_as_the_draft_and_is_published_anew(product: Product, author: Author) -> None:
    author.draw_a_call()
    publish_page(author.browser, author.id, NUMBER)
    author.edit(op="set_settings", node="welcome", settings={"text": "A mistake."})
    publish_page(author.browser, author.id, NUMBER)
    author.browser.post(f"/flows/{author.id}/versions/1/restore", data={})
    author.load()
    assert author.flow.nodes["welcome"].settings["text"] == "Welcome to the bakery."
    publish_page(author.browser, author.id, NUMBER)
    assert said(product.ring(NUMBER))[0] == "Welcome to the bakery."
    author.step("undo")
    assert author.flow.nodes["welcome"].settings["text"] == "A mistake."


def test_a_live_flow_is_not_deleted_under_its_callers(author: Author) -> None:
    author.draw_a_call()
    publish_page(author.browser, author.id, NUMBER)
    refused = author.browser.post(f"/flows/{author.id}/delete", data={})
    assert refused.status_code == 422
    assert "Unpublish it first" in words_of(refused)
    author.unpublish()
    assert author.browser.post(f"/flows/{author.id}/delete", data={}).status_code == 303
    assert author.browser.get(f"/flows/{author.id}/edit").status_code == 404


def test_the_exported_bundle_opens_as_the_same_flow(author: Author) -> None:
    author.draw_a_call()
    bundle = author.browser.get(f"/flows/{author.id}/bundle")
    assert bundle.content_type == "application/zip"
    assert author.browser.get(f"/flows/{author.id}/bundle").data == bundle.data
    opened = author.browser.post("/flows/import", data={"file": (io.BytesIO(bundle.data), "bakery.zip")})
    copy = flow_id_of(opened)
    assert copy != author.id
    assert loads(author.browser.get(f"/flows/{copy}/file").data) == author.flow


def test_two_tabs_keep_both_edits_of_different_things_and_refuse_the_second_of_the_same(author: Author) -> None:
    author.draw_a_call()
    seen = author.revision
    author.edit(op="set_settings", node="welcome", settings={"text": "From the first tab."})
    elsewhere = {"op": "move_nodes", "positions": {"bye": [900, 500]}}
    same = {"op": "set_settings", "node": "welcome", "settings": {"text": "From the second tab."}}
    for edit, status in ((elsewhere, 200), (same, 409)):
        answer = author.browser.post(
            f"/flows/{author.id}/edits", data={"revision": seen, "edit": json.dumps(edit)}, headers=PARTIAL
        )
        assert answer.status_code == status
    assert "another tab" in answer.headers["HX-Trigger"]
    assert "From the first tab." in words_of(answer), "the answer brings the fresh card"
    assert author.flow.nodes["welcome"].settings["text"] == "From the first tab."
    assert author.flow.nodes["bye"].position == (900, 500)


def test_the_calls_page_tells_what_happened_in_a_call(product: Product, author: Author, world: World) -> None:
    author.draw_a_call()
    publish_page(author.browser, author.id, NUMBER)
    call = product.ring(NUMBER)
    call.act("press", "1")
    call.act("dial_ends", "completed")
    listed = author.browser.get(f"/flows/{author.id}/calls")
    assert "+1 202 555 0123" in words_of(listed)
    trace = words_of(author.browser.get(f"/flows/{author.id}/calls/{call.uuid}"))
    assert "left by “shop”" in trace
    assert "left by “completed”" in trace
