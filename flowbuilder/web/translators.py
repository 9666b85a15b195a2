"""Files for translators: a flow's prompts as PO, one language each, or as CSV with all of them; and read back."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polib

from flowbuilder.errors import FlowFileError
from flowbuilder.flow.languages import language_meant
from flowbuilder.steps.translations import spoken_in

if TYPE_CHECKING:
    from flowbuilder.flow.model import Flow

MOST_BYTES = 4 * 1024 * 1024
# What a file of lines cannot carry inside a text.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029]")
# A spreadsheet would take a text that begins so for a formula; an apostrophe before it says that it is text.
FORMULA = ("=", "+", "-", "@", "\t", "'")
STEP, PLACE = "step", "prompt"


@dataclass(frozen=True, slots=True)
class Line:
    """One prompt of a translator's file: where it stands, the text that was translated, and what it became."""

    node: str
    place: str
    text: str
    texts: dict[str, str]


@dataclass(frozen=True, slots=True)
class TranslatorsFile:
    """What a file holds; `left_out` says what could not be read as a translation, a sentence each."""

    lines: list[Line]
    left_out: list[str] = field(default_factory=list)


def plain(text: str) -> str:
    """The text as a translator's file carries it: line ends as one newline, other control characters as blanks."""
    one_kind = text.replace("\r\n", "\n").replace("\r", "\n")
    return UNWRITABLE.sub(" ", one_kind).encode("utf-8", "replace").decode("utf-8")


def lines_of(flow: Flow) -> list[Line]:
    """Every prompt of the flow that there is something to translate in."""
    own = flow.language or next(iter(flow.languages), None)
    return [
        Line(node_id, spoken.place, plain(spoken.text), {code: plain(text) for code, text in spoken.texts.items()})
        for node_id, node in flow.nodes.items()
        for spoken in spoken_in(node)
        if spoken.texts or spoken.needs_translation(own)
    ]


def write_po(flow: Flow, language: str) -> bytes:
    """The prompts with their texts in one language, as gettext's tools read them."""
    po = polib.POFile(wrapwidth=0)
    po.metadata = {
        "Project-Id-Version": " ".join(plain(flow.name).split()),
        "Language": language.replace("-", "_"),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    for line in lines_of(flow):
        context = f"{line.node} {line.place}"
        po.append(polib.POEntry(msgctxt=context, msgid=line.text, msgstr=line.texts.get(language, "")))
    return f"{po}\n".encode()


def read_po(content: bytes, languages: tuple[str, ...]) -> TranslatorsFile:
    """What a PO file holds. Raises FlowFileError where it is none, or in a language that the flow does not have."""
    try:
        # Never a bare text: polib would take one that is a path for the file there.
        po = polib.pofile(f"#\n{_text_of(content)}", wrapwidth=0)
    except (OSError, ValueError, LookupError, AttributeError, TypeError) as error:
        raise FlowFileError("This is not a PO file that can be read. Export one here, and fill that in.") from error
    said = po.metadata.get("Language", "")
    language = language_meant(said, languages[1:])
    if language is None:
        named = f"is in “{said[:40]}”" if said else "names no language"
        raise FlowFileError(f"This PO file {named}, and the flow has no such translation. Add the language first.")
    lines, left_out = [], []
    for entry in po:
        node, _, place = (entry.msgctxt or "").partition(" ")
        if entry.obsolete or not entry.msgstr.strip():
            continue
        if entry.fuzzy:
            left_out.append(f"{node}, {place}: marked as unsure. “{entry.msgstr}”")
        else:
            lines.append(Line(node, place, entry.msgid, {language: plain(entry.msgstr)}))
    return TranslatorsFile(lines, left_out)


def write_csv(flow: Flow) -> bytes:
    """The prompts with their texts in all languages, as spreadsheets read them."""
    written = io.StringIO(newline="")
    table = csv.writer(written)
    table.writerow([STEP, PLACE, *flow.languages])
    for line in lines_of(flow):
        texts = [line.text, *(line.texts.get(language, "") for language in flow.languages[1:])]
        table.writerow([line.node, line.place, *map(_as_text, texts)])
    return written.getvalue().encode("utf-8-sig")


def read_csv(content: bytes, languages: tuple[str, ...]) -> TranslatorsFile:
    """What a CSV file holds, parted by commas or semicolons. Raises FlowFileError where it is none of ours."""
    text = _text_of(content)
    first = text.partition("\n")[0]
    between = ";" if first.count(";") > first.count(",") else ","
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True))
    except csv.Error as error:
        raise FlowFileError("This is not a CSV file that can be read. Export one here, and fill that in.") from error
    head = [cell.strip() for cell in rows[0]] if rows else []
    if head[:2] != [STEP, PLACE] or len(head) < 3:
        raise FlowFileError(f"The first line of the CSV file must be: {STEP}, {PLACE}, and the codes of the languages.")
    columns = {place: language_meant(code, languages[1:]) for place, code in enumerate(head) if place > 2}
    unknown = [head[place] or "without a name" for place, code in columns.items() if code is None]
    left_out = [f"The column {name[:40]}: the flow has no such language." for name in unknown]
    lines = []
    for row in rows[1:]:
        if len(row) < 3:
            left_out += [f"The line “{', '.join(row)}” is too short."] if any(row) else []
            continue
        cells = {code: plain(_read_text(row[place])) for place, code in columns.items() if code and place < len(row)}
        texts = {code: cell for code, cell in cells.items() if cell.strip()}
        lines.append(Line(row[0].strip(), row[1].strip(), _read_text(row[2]), texts))
    return TranslatorsFile(lines, left_out)


def _as_text(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def _read_text(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA) else cell


def _text_of(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise FlowFileError(f"This file is larger than {MOST_BYTES // 1_048_576} MB.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FlowFileError("This file is not UTF-8 text. Save it as UTF-8.") from error
