"""Opens a bundle, or whatever else is said to hold a flow, from anybody: a flow comes out, or a sentence.

Nothing is written to disk, and of a bundle only flow.json is unpacked. The rest is looked at in the directory of
the zip, because an archive that would be harmful elsewhere is refused here too.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from flowbuilder.errors import FlowFileError
from flowbuilder.flow.model import MAX_FILE_BYTES, loads

if TYPE_CHECKING:
    from flowbuilder.flow.model import Flow

MAX_BUNDLE_BYTES = 64 * 1024 * 1024
MAX_FILES = 20_010
MAX_DIRECTORY_BYTES = 4 * 1024 * 1024
MAX_UNPACKED_BYTES = 512 * 1024 * 1024
MAX_RATIO = 250
SMALL_ENOUGH = 8 * 1024 * 1024  # what unpacks to less may be packed as tightly as it likes
CHUNK = 64 * 1024
FLOW = "flow.json"
ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
END_RECORD = struct.Struct("<4s4H2LH")
ZIP64_LOCATOR = b"PK\x06\x07"
ZIP64_LOCATOR_SIZE = 20
LONGEST_COMMENT = 0xFFFF
ENCRYPTED = 0x1
PLAIN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BROKEN = "This bundle is damaged: {}. Export it once more."
READ_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError, struct.error)


def read_any(content: bytes, filename: str = "") -> Flow:
    """The flow in a flow file or a bundle, told apart by what is in it; `filename` is named in the sentence.

    Raises FlowFileError.
    """
    try:
        if content.startswith(ZIP_STARTS):
            return read_bundle(content)
        start = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
        if not start and not content.strip():
            raise FlowFileError("The file is empty.")
        if start.startswith(b"<"):
            raise FlowFileError("This is XML or HTML. Open a flow file (.flow.json) or a bundle (.zip).")
        return loads(content)
    except FlowFileError as error:
        raise FlowFileError(f"{filename}: {error}" if filename else str(error)) from error


def read_bundle(content: bytes) -> Flow:
    """The flow in a bundle. Raises FlowFileError with a sentence for whatever is not one."""
    if len(content) > MAX_BUNDLE_BYTES:
        raise FlowFileError(f"This bundle is larger than {MAX_BUNDLE_BYTES // 1_048_576} MB, which no bundle is.")
    _check_end_record(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_entries(entries, len(content))
            text = _unpack(archive, _flow_entry(entries))
    except READ_ERRORS as error:
        raise FlowFileError(BROKEN.format(str(error).rstrip(".")[:200] or "it ends too early")) from error
    return loads(text)


def _check_end_record(content: bytes) -> None:
    """Refuse a directory that is too long before zipfile reads all of it."""
    start = content.rfind(b"PK\x05\x06", max(0, len(content) - END_RECORD.size - LONGEST_COMMENT))
    if start < 0 or len(content) - start < END_RECORD.size:
        raise FlowFileError("This is not a bundle: a bundle is a zip file, and this file is none, or a part of one.")
    _, _, _, _, count, size, _, _ = END_RECORD.unpack_from(content, start)
    zip64 = content[max(0, start - ZIP64_LOCATOR_SIZE) : start].startswith(ZIP64_LOCATOR)
    if zip64 or count > MAX_FILES or size > MAX_DIRECTORY_BYTES:
        raise FlowFileError(f"This bundle holds more than {MAX_FILES} files, which no bundle does.")


def _check_entries(entries: list[zipfile.ZipInfo], packed: int) -> None:
    if len(entries) > MAX_FILES:
        raise FlowFileError(f"This bundle holds more than {MAX_FILES} files, which no bundle does.")
    seen: set[str] = set()
    for entry in entries:
        name = entry.orig_filename
        if _leads_out(name):
            raise FlowFileError(f"This bundle names a file outside itself: “{name[:80]}”. It was not opened.")
        if name in seen:
            raise FlowFileError(f"This bundle holds two files named “{name[:80]}”. It was not opened.")
        seen.add(name)
        if entry.flag_bits & ENCRYPTED:
            raise FlowFileError("This bundle is encrypted. Unpack it with its password, and zip it again without one.")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED_BYTES or (unpacked > SMALL_ENOUGH and unpacked > packed * MAX_RATIO):
        raise FlowFileError("This bundle would unpack to far more than a bundle can hold. It was not opened.")


def _leads_out(name: str) -> bool:
    """Whether a name is absolute, climbs up, or would be read differently on another system."""
    return (
        not name
        or "\0" in name
        or "\\" in name
        or name.startswith("/")
        or re.match(r"[A-Za-z]:", name) is not None
        or any(part in ("..", ".") for part in name.split("/"))
    )


def _flow_entry(entries: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    """flow.json at the top, or in the one folder that somebody has zipped again."""
    by_name = {entry.filename: entry for entry in entries}
    if FLOW in by_name:
        return by_name[FLOW]
    inside = [entry for name, entry in by_name.items() if name.count("/") == 1 and name.endswith(f"/{FLOW}")]
    inside = [entry for entry in inside if not entry.filename.startswith("__MACOSX/")]
    if len(inside) != 1:
        raise FlowFileError("This zip file holds no flow.json, so it is not a bundle.")
    return inside[0]


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The entry's bytes, read in pieces and never more than a flow file may have."""
    if entry.compress_type not in PLAIN_METHODS:
        raise FlowFileError("This bundle is packed in a way that bundles are not. Zip it again with ordinary zip.")
    out = bytearray()
    with archive.open(entry) as file:
        while piece := file.read(CHUNK):
            out += piece
            if len(out) > MAX_FILE_BYTES:
                raise FlowFileError(f"The flow in this bundle is larger than {MAX_FILE_BYTES // 1_048_576} MB.")
    return bytes(out)
