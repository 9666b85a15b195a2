"""The page of languages: the table, and the files of translators."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowbuilder.errors import FlowFileError
from flowbuilder.flow.model import Flow, Node
from flowbuilder.web.languages import taken_in
from flowbuilder.web.translators import lines_of, plain, read_csv, read_po, write_csv, write_po

if TYPE_CHECKING:
    from flowbuilder.web import Flowbuilder

EXTRAS = {"languages": ["en-US", "de-DE", "fr-FR"]}
ODD = ["=1+1", "'tis", "'=x", "@home", "- a\nb", "a\r\nb", "x\u2028y", "a;b,c", '"q" \\n', "#, fuzzy", "/etc/passwd"]
WORDS = st.text(min_size=1, max_size=40).filter(lambda text: any(sign.isalnum() for sign in plain(text)))
TEXTS = WORDS | st.sampled_from(ODD)


def flow(**texts: str) -> Flow:
    prompts = [{"speak": "One"}, {"wait": 1}, {"speak": "Two", "texts": {"de-DE": "Zwei"}}]
    menu = Node("get_input", {"prompts": prompts}, {"input": "a"})
    greeting = Node("speak", {"text": "Hello", **({"texts": texts} if texts else {})}, {"next": "menu"})
    return Flow("Clinic", "a", {"a": greeting, "menu": menu}, EXTRAS)


@given(text=TEXTS, german=TEXTS, french=TEXTS)
def test_what_is_exported_comes_back_the_same(text: str, german: str, french: str) -> None:
    said = {"de-DE": german, "fr-FR": french}
    node = Node("speak", {"text": text})
    done = Flow("F", "a", {"a": Node("speak", {"text": text, "texts": said})}, EXTRAS)
    blank = Flow("F", "a", {"a": node}, EXTRAS)
    wanted = {code: plain(text) for code, text in said.items()}
    if not lines_of(blank):
        return  # nothing in it is to be translated
    by_csv = taken_in(blank, read_csv(write_csv(done), blank.languages))
    assert (by_csv.flow.nodes["a"].settings["texts"], by_csv.count, by_csv.left_out) == (wanted, 2, [])
    by_po = blank
    for code in said:
        taken = taken_in(by_po, read_po(write_po(done, code), blank.languages))
        assert (taken.count, taken.left_out) == (1, [])
        by_po = taken.flow
    assert by_po.nodes["a"].settings["texts"] == wanted


@given(content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_file_is_read_or_refused_with_a_sentence(content: bytes) -> None:
    for read in (read_po, read_csv):
        with pytest.raises(FlowFileError, match=r"\.$"):
            read(content, flow().languages)


def test_what_does_not_fit_is_left_out_and_told() -> None:
    file = (
        "step;prompt;en-US;de-DE;it-IT\r\na;text;Hello;Hallo;Ciao\r\nmenu;prompts.0;Once;Einmal;\r\n"
        "gone;text;Bye;Ade;\r\nshort\r\nmenu;prompts.2;Two;;\r\n"
    )
    before = flow()
    taken = taken_in(before, read_csv(file.encode(), before.languages))
    assert taken.count == 1
    assert taken.flow.nodes["a"].settings["texts"] == {"de-DE": "Hallo"}
    assert taken.flow.nodes["menu"] == before.nodes["menu"]
    assert taken.left_out == [
        "The column it-IT: the flow has no such language.",
        "The line “short” is too short.",
        "menu, prompts.0: the prompt has changed since. de-DE: “Einmal”",
        "gone, text: no such prompt any more. de-DE: “Ade”",
    ]


def test_a_po_file_of_another_language_is_refused() -> None:
    italian = write_po(flow(), "de-DE").replace(b"de_DE", b"it_IT")
    with pytest.raises(FlowFileError, match="it_IT"):
        read_po(italian, flow().languages)


def test_unsure_translations_are_told_and_not_taken() -> None:
    unsure = write_po(flow(**{"de-DE": "Hallo"}), "de-DE").replace(b'msgctxt "a text"', b'#, fuzzy\nmsgctxt "a text"')
    read = read_po(unsure, flow().languages)
    assert read.left_out == ["a, text: marked as unsure. “Hallo”"]


def test_the_table_shows_and_keeps(browser: Any, parts: Flowbuilder) -> None:
    browser.get("/")
    row = parts.store.flows.create(flow())
    address = f"/flows/{row.id}/languages"
    shown = browser.get(address).text
    assert (shown.count("2 missing"), shown.count("3 missing")) == (1, 1)
    for node, place, text in [("a", "text", "Hallo"), ("menu", "prompts.0", "Eins")]:
        form = {"node": node, "place": place, "text.de-DE": text, "text.fr-FR": ""}
        assert browser.post(f"{address}/texts", data=form).status_code == 303
    nodes = parts.store.flows.load(row.id).nodes
    assert nodes["a"].settings["texts"] == {"de-DE": "Hallo"}
    assert nodes["menu"].settings["prompts"][0] == {"speak": "One", "texts": {"de-DE": "Eins"}}
    assert "complete" in browser.get(address).text
    browser.post(f"{address}/texts", data={"node": "a", "place": "text", "text.de-DE": " "})
    assert parts.store.flows.load(row.id).nodes["a"].settings == {"text": "Hello"}
    assert browser.post(f"{address}/texts", data={"node": "gone", "place": "text"}).status_code == 404


def test_a_text_that_somebody_else_has_changed_meanwhile_is_not_overwritten(browser: Any, parts: Flowbuilder) -> None:
    browser.get("/")
    row = parts.store.flows.create(flow())
    form = {"node": "a", "place": "text", "text.de-DE": "Hallo", "revision": str(row.revision)}
    assert browser.post(f"/flows/{row.id}/languages/texts", data=form).status_code == 303
    again = browser.post(f"/flows/{row.id}/languages/texts", data={**form, "text.de-DE": "Servus"})
    assert again.status_code == 409
    assert parts.store.flows.load(row.id).nodes["a"].settings["texts"] == {"de-DE": "Hallo"}


def test_languages_come_and_go(browser: Any, parts: Flowbuilder) -> None:
    browser.get("/")
    row = parts.store.flows.create(Flow("F", "a", {"a": Node("speak", {"text": "Hello"})}, {"language": "en-GB"}))
    address = f"/flows/{row.id}/languages"
    assert "speaks one language" in browser.get(address).text
    assert browser.post(address, data={"do": "add", "language": "de-DE", "voice": "Polly.Hans"}).status_code == 303
    extras = parts.store.flows.load(row.id).extras
    assert (extras["languages"], extras["voices"]) == (["en-GB", "de-DE"], {"de-DE": "Polly.Hans"})
    browser.post(address, data={"do": "voice", "language": "de-DE", "voice": ""})
    assert "voices" not in parts.store.flows.load(row.id).extras
    browser.post(address, data={"do": "remove", "language": "de-DE"})
    assert parts.store.flows.load(row.id).extras == {"language": "en-GB"}
    assert browser.post(address, data={"do": "add", "language": "<x>"}).status_code == 422


def test_files_go_out_and_come_in(browser: Any, parts: Flowbuilder) -> None:
    browser.get("/")
    row = parts.store.flows.create(flow())
    address = f"/flows/{row.id}/languages"
    table = browser.get(f"{address}/csv").data
    filled = table.replace(b"a,text,Hello,,", b"a,text,Hello,Hallo,Bonjour")
    answer = browser.post(f"{address}/file", data={"file": (io.BytesIO(filled), "back.csv")})
    assert (answer.status_code, "2 texts taken in." in answer.text) == (200, True)
    assert parts.store.flows.load(row.id).nodes["a"].settings["texts"] == {"de-DE": "Hallo", "fr-FR": "Bonjour"}
    po = browser.get(f"{address}/de-DE.po").data.replace(b'msgstr "Zwei"', b'msgstr "Zwo"')
    assert "1 text taken in." in browser.post(f"{address}/file", data={"file": (io.BytesIO(po), "b.po")}).text
    parts.store.flows.undo(row.id)
    assert parts.store.flows.load(row.id).nodes["menu"] == flow().nodes["menu"]
    bad = browser.post(f"{address}/file", data={"file": (io.BytesIO(b"\xff"), "b.po")})
    assert (bad.status_code, "UTF-8" in bad.text) == (422, True)
    assert browser.get(f"{address}/it-IT.po").status_code == 404


def test_phrases_and_text_messages_go_to_translators_and_come_back() -> None:
    choices: list[dict[str, Any]] = [{"exit": "yes", "phrases": ["yes", "of course"]}, {"exit": "no", "digits": "2"}]
    menu = Node("get_input", {"prompts": [{"wait": 1}], "input_type": "dtmf speech", "choices": choices})
    before = Flow("F", "a", {"a": menu, "sms": Node("message", {"text": "Bye"})}, EXTRAS)
    assert [(line.node, line.place, line.text) for line in lines_of(before)] == [
        ("a", "choices.0", "yes, of course"),
        ("sms", "text", "Bye"),
    ]
    written = write_csv(before).decode("utf-8-sig")
    filled = written.replace('"yes, of course",,', '"yes, of course","ja, gern",oui').replace("Bye,,", "Bye,Ade,")
    taken = taken_in(before, read_csv(filled.encode(), before.languages))
    assert (taken.count, taken.left_out) == (3, [])
    (yes, no) = taken.flow.nodes["a"].settings["choices"]
    assert yes == {**choices[0], "texts": {"de-DE": "ja, gern", "fr-FR": "oui"}}
    assert no == choices[1]
    assert taken.flow.nodes["sms"].settings["texts"] == {"de-DE": "Ade"}


def test_what_cannot_be_phrases_or_a_text_message_is_left_out() -> None:
    choices = [{"exit": "yes", "phrases": ["yes"]}]
    menu = Node("get_input", {"prompts": [{"wait": 1}], "input_type": "speech", "choices": choices})
    before = Flow("F", "a", {"a": menu, "sms": Node("message", {"text": "Bye"})}, EXTRAS)
    file = f"step,prompt,en-US,de-DE\na,choices.0,yes,{'j' * 101}\nsms,text,Bye,{'x' * 1_601}\n"
    taken = taken_in(before, read_csv(file.encode(), before.languages))
    assert taken.flow == before
    assert [told.partition(".")[2].partition(".")[0] for told in taken.left_out[:1]] == [
        "0: phrases are plain words, parted by commas"
    ]
    assert taken.left_out[1].startswith("sms, text: too long")
