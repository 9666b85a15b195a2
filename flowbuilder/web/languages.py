"""The languages of a flow: a table of what is said in which, filled in here or in a translator's file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request, url_for

from flowbuilder.errors import FlowbuilderError, FlowFileError, NotFound, StaleEdit
from flowbuilder.protocol.voices import LANGUAGES, VOICES
from flowbuilder.steps.translations import Spoken, spoken_in, voice_in, with_translations
from flowbuilder.web import current
from flowbuilder.web.flows import download, file_name
from flowbuilder.web.people import author
from flowbuilder.web.saving import save_edit
from flowbuilder.web.translators import MOST_BYTES, TranslatorsFile, plain, read_csv, read_po, write_csv, write_po
from flowbuilder.web.wording import plural

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from flowbuilder.flow.model import Flow

languages = Blueprint("languages", __name__)

FIRST = "en-US"


@dataclass(frozen=True, slots=True)
class Taken:
    """A flow with a file's translations in it: how many, and what was left out, a sentence each."""

    flow: Flow
    count: int
    left_out: list[str]


@languages.get("/flows/<flow_id>/languages")
def page(flow_id: str) -> ResponseReturnValue:
    return _page(flow_id)


@languages.post("/flows/<flow_id>/languages")
def change(flow_id: str) -> ResponseReturnValue:
    """Adds a language, takes one out (its texts stay in the file), or gives one another voice."""
    fb, form = current(), request.form
    flow = fb.store.flows.load(flow_id)
    code, voice = form.get("language", ""), form.get("voice", "").strip()
    listed = list(flow.languages) or [flow.language or FIRST]
    voices = {**flow.voices, code: voice}
    if form.get("do") == "remove":
        listed, voices = [one for one in listed if one != code], {**voices, code: ""}
    elif form.get("do") == "add" and code not in listed:
        listed.append(code)
    kept = {name: said for name, said in voices.items() if said}
    details = {"languages": listed if len(listed) > 1 else [], "voices": kept}
    return _saved(flow_id, {"op": "set_details", "details": details}, "")


@languages.post("/flows/<flow_id>/languages/texts")
def put_texts(flow_id: str) -> ResponseReturnValue:
    """Keeps what one prompt is in the other languages; an empty text takes it away."""
    flow = current().store.flows.load(flow_id)
    node_id, place = request.form.get("node", ""), request.form.get("place", "")
    spoken = _places(flow).get((node_id, place))
    if spoken is None:
        raise NotFound(f"There is no prompt {node_id[:64]}, {place[:64]} any more.")
    given = {code: request.form[f"text.{code}"] for code in flow.languages[1:] if f"text.{code}" in request.form}
    texts = {code: plain(text) if text.strip() else "" for code, text in given.items()}
    settings = with_translations(flow.nodes[node_id], {(spoken.setting, spoken.index): texts})
    kept, gone = {name: value for name, value in settings.items() if value}, [n for n in settings if not settings[n]]
    edit = {"op": "set_settings", "node": node_id, "settings": kept, "unset": gone}
    return _saved(flow_id, edit, f"{node_id}-{place}")


@languages.get("/flows/<flow_id>/languages/csv")
def csv_file(flow_id: str) -> ResponseReturnValue:
    flow = current().store.flows.load(flow_id)
    return download(write_csv(flow), f"{file_name(flow.name)}-languages.csv", "text/csv; charset=utf-8")


@languages.get("/flows/<flow_id>/languages/<code>.po")
def po_file(flow_id: str, code: str) -> ResponseReturnValue:
    flow = current().store.flows.load(flow_id)
    if code not in flow.languages[1:]:
        raise NotFound(f"The flow is not translated into {code[:40]}.")
    return download(write_po(flow, code), f"{file_name(flow.name)}-{code}.po", "text/x-gettext-translation")


@languages.post("/flows/<flow_id>/languages/file")
def take_in(flow_id: str) -> ResponseReturnValue:
    """Takes a translator's file into the flow, as one edit that can be undone; says what it left out, and why."""
    store = current().store
    row = store.flows.get(flow_id)
    flow = store.flows.load(flow_id, row.revision)
    try:
        taken = taken_in(flow, _uploaded(flow.languages))
        if taken.flow != flow:
            store.flows.save(flow_id, row.revision, taken.flow, "Take in translations", author())
    except (FlowFileError, StaleEdit) as refusal:
        return _page(flow_id, refusal=str(refusal)), 422
    return _page(flow_id, said=f"{plural(taken.count, 'text')} taken in.", left_out=taken.left_out)


def taken_in(flow: Flow, file: TranslatorsFile) -> Taken:
    """The flow with the file's texts beside its prompts. Only a prompt that still says the same gets them."""
    places, left_out, count = _places(flow), list(file.left_out), 0
    changes: dict[str, dict[tuple[str, int | None], dict[str, str]]] = {}
    for line in file.lines:
        spoken = places.get((line.node, line.place))
        unfit = [code for code, text in line.texts.items() if spoken is not None and not spoken.fits(text)]
        if spoken is None or _words(spoken.text) != _words(line.text) or unfit:
            why = "the prompt has changed since" if spoken else "no such prompt any more"
            if unfit:
                why = "phrases are plain words, parted by commas" if spoken and spoken.is_phrases else "too long"
            texts = " ".join(f"{code}: “{text}”" for code, text in line.texts.items())
            left_out += [f"{line.node}, {line.place}: {why}. {texts}"] if texts else []
            continue
        new = {code: text for code, text in line.texts.items() if plain(spoken.texts.get(code, "")) != text}
        if new:
            count += len(new)
            changes.setdefault(line.node, {}).setdefault((spoken.setting, spoken.index), {}).update(new)
    for node_id, changed in changes.items():
        node = flow.nodes[node_id]
        flow = flow.with_node(node_id, replace(node, settings={**node.settings, **with_translations(node, changed)}))
    return Taken(flow, count, left_out)


def _uploaded(known: tuple[str, ...]) -> TranslatorsFile:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise FlowFileError("No file was chosen. Choose a .po or a .csv file.")
    content = file.stream.read(MOST_BYTES + 1)
    return read_csv(content, known) if file.filename.lower().endswith(".csv") else read_po(content, known)


def _places(flow: Flow) -> dict[tuple[str, str], Spoken]:
    return {(node_id, one.place): one for node_id, node in flow.nodes.items() for one in spoken_in(node)}


def _words(text: str) -> list[str]:
    return plain(text).split()


def _saved(flow_id: str, edit: dict[str, Any], anchor: str) -> ResponseReturnValue:
    store = current().store
    seen = request.form.get("revision", type=int) or store.flows.get(flow_id).revision
    try:
        save_edit(store, flow_id, seen, edit)
    except StaleEdit as refusal:
        return _page(flow_id, refusal=str(refusal)), 409
    except FlowbuilderError as refusal:
        return _page(flow_id, refusal=str(refusal)), 422
    return redirect(url_for("languages.page", flow_id=flow_id, _anchor=anchor or None), 303)


def _page(flow_id: str, *, refusal: str = "", said: str = "", left_out: list[str] | None = None) -> str:
    row = current().store.flows.get(flow_id)
    flow = current().store.flows.load(flow_id, row.revision)
    own = flow.language or next(iter(flow.languages), FIRST)
    rows = [(node_id, one) for (node_id, _), one in _places(flow).items()]
    missing = {
        code: sum(1 for _, one in rows if code not in one.texts and one.needs_translation(own))
        for code in flow.languages[1:]
    }
    return render_template(
        "editor/languages.html",
        row=row,
        flow=flow,
        own=own,
        rows=rows,
        missing=missing,
        voices={code: voice_in(flow, code) for code in missing},
        names=LANGUAGES,
        all_voices=list(VOICES),
        refusal=refusal,
        said=said,
        left_out=left_out or [],
    )
