"""What stands beside the fields of a settings form: the player, the tags, the keypad, the lists, what is to be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from flowbuilder.flow.model import Flow, Node
from flowbuilder.protocol.elements.ssml import SSML_NAMES
from flowbuilder.protocol.voices import LANGUAGES, VOICES
from flowbuilder.web.field_aids import FieldAids
from flowbuilder.web.speech_aids import TAGS, look_at_speech
from tests.web.pages import read_page, text_of

if TYPE_CHECKING:
    from flowbuilder.web import Flowbuilder

AIDS = FieldAids(Flow("Any", None, {}))
MENU = {
    "prompts": [
        {"speak": "Press 1."},
        {"speak": "Salut <brake/>", "voice": "Polly.Lea"},
        {"play": "http://a.test/a.mp3"},
    ],
    "choices": [{"exit": "sales", "digits": "1"}, {"exit": "vip", "digits": "77"}],
}


class Form:
    """The settings form of one node, read and posted as a browser does."""

    def __init__(self, browser: Any, parts: Flowbuilder, node: Node, **extras: Any) -> None:
        self.browser, self.parts = browser, parts
        self.flow_id = parts.store.flows.create(Flow("Form", "it", {"it": node}, extras)).id

    def page(self) -> Any:
        return self.browser.get(f"/flows/{self.flow_id}/nodes/it")

    def post(self, **changes: str) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for name, value in read_page(self.page()).get_element_by_id("settings-form").form_values():
            fields.setdefault(name, []).append(value)
        revision = self.parts.store.flows.get(self.flow_id).revision
        data = {"revision": revision, "inspecting": "it", **fields, **changes}
        assert self.browser.post(f"/flows/{self.flow_id}/nodes/it", data=data).status_code == 200
        settings: dict[str, Any] = self.parts.store.flows.load(self.flow_id).nodes["it"].settings
        return settings


@pytest.mark.parametrize(
    ("address", "plays", "sentence"),
    [
        ("https://a.test/a.MP3?x=1", True, ""),
        ("https://a.test/a.ogg", True, "mp3 and wav files only"),
        ("https://a.test/hello", True, "does not end in .mp3 or .wav"),
        ("http://a.test/a.mp3", False, "not on https"),
        ("https://a.test/{{ vars.file }}.mp3", False, "put together during the call"),
    ],
)
def test_an_audio_file_can_be_played_or_a_sentence_says_why_not(address: str, plays: bool, sentence: str) -> None:
    audio = AIDS.audio(address)
    assert audio is not None
    assert audio.plays is plays
    assert sentence in audio.sentence


@pytest.mark.parametrize("address", ["", None, 7, "hello.mp3"])
def test_what_is_no_address_has_no_player(address: Any) -> None:
    assert AIDS.audio(address) is None


def test_only_addresses_of_audio_have_a_player(browser: Any, parts: Flowbuilder) -> None:
    play = Form(browser, parts, Node("play", {"url": "https://a.test/a.mp3"}, {}, (0, 0)))
    assert read_page(play.page()).xpath("//audio/@src") == ["https://a.test/a.mp3"]
    report = {"to": [{"number": "+14155550100"}], "report_url": "https://a.test/a.mp3"}
    assert not read_page(Form(browser, parts, Node("dial", report, {}, (0, 0))).page()).xpath("//audio")


def test_every_tag_that_is_offered_is_one_that_plivo_speaks_and_none_is_left_out() -> None:
    for tag in TAGS:
        text = f"Say {tag.before}{'word' if tag.after else ''}{tag.after} now."
        assert look_at_speech(text, "Polly.Amy").mistake is None, tag
    assert {tag.before[1:].split()[0].rstrip(">") for tag in TAGS} == set(SSML_NAMES)


def test_a_mistake_in_the_tags_is_marked_where_it_stands() -> None:
    text = "It is open from nine to five. <brake time='1s'/> Bye."
    mistake = look_at_speech(text, "Polly.Amy").mistake
    assert mistake is not None
    assert mistake.sentence.startswith("Line 1, character 31: Plivo speaks no <brake>")
    assert text[mistake.offset :].startswith(mistake.wrong)
    assert (mistake.before[0], mistake.wrong, mistake.after) == ("…", "<brake time='1s'/>", " Bye.")
    unclosed = look_at_speech("<s>Hello", "Polly.Amy").mistake
    assert unclosed is not None
    assert (unclosed.before, unclosed.wrong, unclosed.after) == ("<s>Hello", "", "")


def test_tags_are_not_counted_where_the_voice_takes_them() -> None:
    text = '<prosody rate="slow">' + "a" * 28 + "</prosody>"
    tagged, plain = look_at_speech(text, "Polly.Amy"), look_at_speech(text, None)
    assert (tagged.length, tagged.seconds, tagged.takes_tags) == (28, 2, True)
    assert (plain.length, plain.takes_tags, plain.mistake) == (len(text), False, None)


def test_a_prompt_says_what_is_wrong_in_its_tags_beside_its_own_text(browser: Any, parts: Flowbuilder) -> None:
    page = read_page(Form(browser, parts, Node("get_input", MENU, {}, (0, 0))).page())
    (sentence,) = page.xpath("//*[@id='f-prompts-1-speak-error']")
    assert sentence.text_content().startswith("Line 1, character 7: Plivo speaks no <brake>")
    (marked,) = page.xpath("//mark")
    assert marked.text == "<brake/>"
    assert len(page.xpath("//*[@data-tag][@data-into='f-prompts-1-speak']")) == len(TAGS)
    assert not page.xpath("//*[@data-tag][@data-into='f-prompts-0-speak']")
    assert "not on https" in text_of(Form(browser, parts, Node("get_input", MENU, {}, (0, 0))).page())


def test_the_flows_own_voice_speaks_what_names_none(browser: Any, parts: Flowbuilder) -> None:
    node = Node("speak", {"text": "<s>Hello"}, {}, (0, 0))
    assert "reads the tags out" in text_of(Form(browser, parts, node).page())
    page = read_page(Form(browser, parts, node, voice="Polly.Amy").page())
    assert page.xpath("//mark")
    assert "never closed" in page.get_element_by_id("f-text-error").text_content()


@pytest.mark.parametrize(
    ("voice", "language", "heard"),
    [
        (None, None, "de-DE"),
        ("Polly.Amy", None, "en-GB"),
        ("Polly.Aditi", "hi-IN", "hi-IN"),
        ("WOMAN", None, "en-US"),
        (None, "fr-FR", "fr-FR"),
    ],
)
def test_a_text_is_heard_in_the_language_that_it_is_spoken_in(voice: Any, language: Any, heard: str) -> None:
    aids = FieldAids(Flow("Amt", None, {}, {"language": "de-DE"}))
    assert aids.spoken_language(voice, language) == heard


def test_the_keypad_shows_which_key_leads_where(browser: Any, parts: Flowbuilder) -> None:
    form = Form(browser, parts, Node("get_input", MENU, {"sales": "it"}, (0, 0)))
    keys = read_page(form.page()).xpath("//*[@data-keypad]/button")
    assert "".join(key.get("data-key") for key in keys) == "123456789*0#"
    said = {key.get("data-key"): key.get("aria-label") for key in keys}
    assert said["1"] == "Key 1: sales, leads to it. Go to it."
    assert said["2"] == "Key 2: free. Take it."
    assert said["#"] == "Key #: ends the input."
    assert [key.get("data-key") for key in keys if key.get("disabled") is not None] == ["#"]
    assert keys[0].get("data-focuses") == "f-choices-0-exit"
    assert "1 longer" in keys[6].text_content()


def test_a_free_key_of_the_keypad_adds_a_choice_of_that_key(browser: Any, parts: Flowbuilder) -> None:
    form = Form(browser, parts, Node("get_input", MENU, {}, (0, 0)))
    choices = form.post(do="add:choices:5")["choices"]
    assert choices == [*MENU["choices"], {"exit": "choice_3", "digits": "5"}]
    assert form.post(do="add:choices")["choices"][-1] == {"exit": "choice_4", "digits": "2"}


def test_there_is_no_keypad_where_only_speech_counts(browser: Any, parts: Flowbuilder) -> None:
    form = Form(browser, parts, Node("get_input", {**MENU, "input_type": "speech"}, {}, (0, 0)))
    assert not read_page(form.page()).xpath("//*[@data-keypad]")


def test_numbers_show_their_range_and_unit(browser: Any, parts: Flowbuilder) -> None:
    shown = text_of(Form(browser, parts, Node("get_input", MENU, {}, (0, 0))).page())
    assert "Wait for input 5–60" in shown
    settings = {"silence": True, "min_silence": 2500}
    assert "2.5 s" in text_of(Form(browser, parts, Node("wait", settings, {}, (0, 0))).page())


def test_every_language_and_every_voice_can_be_chosen(browser: Any, parts: Flowbuilder) -> None:
    form = Form(browser, parts, Node("speak", {"text": "Hi.", "language": "de-DE"}, {}, (0, 0)))
    [own] = read_page(form.page()).xpath("//select[@name='language']")
    assert own.get("data-all") == "languages"
    assert own.xpath("option/@value") == ["", "de-DE"]
    page = read_page(browser.get(f"/flows/{form.flow_id}/edit"))
    assert set(page.xpath("//template[@id='all-languages']//option/@value")) == set(LANGUAGES)
    assert "English" in page.xpath("//template[@id='all-languages']/optgroup/@label")
    offered = page.xpath("//*[@id='voices']//*[@data-value]")
    assert {voice.get("data-value") for voice in offered} == set(VOICES)
    for voice in offered:
        assert tuple(voice.get("data-languages").split()) == VOICES[voice.get("data-value")].languages


def test_a_prompt_can_be_given_a_voice_of_its_own(browser: Any, parts: Flowbuilder) -> None:
    form = Form(browser, parts, Node("get_input", MENU, {}, (0, 0)))
    changes = {"prompts.0.voice": "Polly.Hans", "prompts.0.language": "de-DE"}
    assert form.post(**changes)["prompts"][0] == {"speak": "Press 1.", "voice": "Polly.Hans", "language": "de-DE"}


def test_a_number_typed_as_at_home_is_saved_in_full_and_read_back(browser: Any, parts: Flowbuilder) -> None:
    ring = Node("dial", {"to": [{"number": "+14155550142"}]}, {}, (0, 0))
    form = Form(browser, parts, ring)
    assert form.post(caller_id="(202) 555-0123")["caller_id"] == "+12025550123"
    page = read_page(form.page())
    (field,) = page.xpath("//*[@name='caller_id']")
    assert page.get_element_by_id(field.get("aria-describedby")).text == "United States · (202) 555-0123"
    (target,) = page.xpath("//*[@name='to.0.address']")
    assert page.get_element_by_id(target.get("aria-describedby")).text == "United States · (415) 555-0142"


def test_a_number_of_no_sure_country_is_kept_and_one_is_offered(browser: Any, parts: Flowbuilder) -> None:
    form = Form(browser, parts, Node("message", {"text": "Hello."}, {}, (0, 0)))
    assert form.post(to="415-555-0100")["to"] == "4155550100"
    (offer,) = read_page(form.page()).xpath("//*[@data-puts]")
    assert (offer.get("data-puts"), offer.get("data-into")) == ("+14155550100", "f-to")


def test_what_is_not_filled_in_yet_is_told_from_what_is_wrong(browser: Any, parts: Flowbuilder) -> None:
    empty = read_page(Form(browser, parts, Node("dial", {}, {}, (0, 0))).page())
    assert [sentence.get("class") for sentence in empty.find_class("error-text")] == ["error-text todo"]
    settings = {"to": [{"number": "12"}, {"number": ""}]}
    sentences = read_page(Form(browser, parts, Node("dial", settings, {}, (0, 0))).page()).find_class("error-text")
    assert sorted(sentence.get("class") for sentence in sentences) == ["error-text", "error-text todo"]
