"""The entries of a dial in its settings form: what each may carry beside its address, and what is not shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from flowbuilder.flow.model import Flow, Node

if TYPE_CHECKING:
    from flowbuilder.web import Flowbuilder

NUMBER = {"number": "+14155550142", "send_digits_mode": "rfc2833", "sip_headers": {"Desk": "sales", "Queue": "2"}}
USER = {"user": "sip:desk@phone.plivo.com", "sip_auth_username": "desk", "sip_auth_password": "four-words-at-least"}


class Form:
    """The settings form of the node `ring`, read and posted as a browser does."""

    def __init__(self, browser: Any, parts: Flowbuilder, flow_id: str) -> None:
        self.browser, self.parts, self.flow_id = browser, parts, flow_id

    def page(self, tab: str = "settings") -> Any:
        return html.fromstring(self.browser.get(f"/flows/{self.flow_id}/nodes/ring?tab={tab}").text)

    def post(self, *without: str, **changes: str) -> list[dict[str, Any]]:
        """Posts the form with changes, and without some boxes; returns the entries as they are saved then."""
        fields: dict[str, Any] = {}
        for name, value in self.page().get_element_by_id("settings-form").form_values():
            fields.setdefault(name, []).append(value)
        fields |= {f"to.{name.replace('__', '.')}": value for name, value in changes.items()}
        fields = {name: value for name, value in fields.items() if name.removeprefix("to.") not in without}
        data = {"revision": self.parts.store.flows.get(self.flow_id).revision, "inspecting": "ring", **fields}
        answer = self.browser.post(f"/flows/{self.flow_id}/nodes/ring", data=data)
        assert answer.status_code == 200
        saved: list[dict[str, Any]] = self.parts.store.flows.load(self.flow_id).nodes["ring"].settings["to"]
        return saved


@pytest.fixture
def form(browser: Any, parts: Flowbuilder) -> Form:
    browser.get("/")
    flow = Flow(name="Ring", entry="ring", nodes={"ring": Node("dial", {"to": [NUMBER, USER]}, {}, (0, 0))})
    return Form(browser, parts, parts.store.flows.create(flow).id)


def test_the_form_posts_back_what_it_shows(form: Form) -> None:
    assert form.post() == [NUMBER, USER]


def test_every_part_of_an_entry_can_be_written(form: Form) -> None:
    changes = {"1__sip_headers": "Desk: 7\n\nFrom:{{ call.from_number }}", "1__sip_auth_username": "front"}
    entries = form.post(**changes, **{"1__sip_auth_password": "another password", "0__sip_headers": "Desk: 1"})
    assert entries[0] == {**NUMBER, "sip_headers": {"Desk": "1"}}
    headers = {"Desk": "7", "From": "{{ call.from_number }}"}
    names = {"sip_auth_username": "front", "sip_auth_password": "another password"}
    assert entries[1] == {**USER, **names, "sip_headers": headers}


def test_every_part_of_an_entry_can_be_taken_out(form: Form) -> None:
    emptied = {"1__sip_auth_username": "", "1__sip_auth_password": "", "0__sip_headers": ""}
    entries = form.post("0.send_digits_mode", **emptied)
    assert entries == [{"number": NUMBER["number"]}, {"user": USER["user"]}]


def test_what_no_longer_goes_with_the_address_is_said_and_can_be_taken_out(form: Form) -> None:
    assert form.post(**{"1__address": "+14155550143"})[1]["sip_auth_username"] == "desk"
    assert "Only a SIP user is signed in to." in form.page().text_content()
    assert form.post(**{"1__sip_auth_username": "", "1__sip_auth_password": ""})[1] == {"number": "+14155550143"}


def test_headers_that_are_none_are_kept_as_typed(form: Form) -> None:
    assert form.post(**{"0__sip_headers": "no value"})[0]["sip_headers"] == {"no value": ""}
    assert "cannot be a SIP header's name" in form.page().text_content()


def test_the_password_is_in_no_clear_text(form: Form) -> None:
    (field,) = form.page().xpath("//input[@name='to.1.sip_auth_password']")
    assert (field.get("type"), field.get("autocomplete")) == ("password", "off")
    for tab in ("settings", "xml"):
        assert USER["sip_auth_password"] not in form.page(tab).text_content()
    assert 'sipAuthPassword="••••"' in form.page("xml").text_content()
