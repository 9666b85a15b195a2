"""Reads a file that an author gives us, flow file or bundle, or says in a sentence why it cannot be read."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from flowbuilder.bundles import read_any
from flowbuilder.errors import FlowFileError
from flowbuilder.flow.model import MAX_FILE_BYTES
from flowbuilder.web.tidying import laid_out_if_never

if TYPE_CHECKING:
    from werkzeug.datastructures import FileStorage

    from flowbuilder.flow.model import Flow

MOST_BYTES = 4 * MAX_FILE_BYTES
LONGEST_NAME = 120


def read_upload(file: FileStorage | None) -> tuple[Flow, str]:
    """The flow in the file, laid out if it never was, and the file's own name. Raises FlowFileError with a sentence."""
    if file is None or not file.filename:
        raise FlowFileError("No file was chosen. Choose a .flow.json file or a bundle.")
    name = PurePosixPath(PureWindowsPath(file.filename).name).name[:LONGEST_NAME]
    content = file.stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise FlowFileError(f"{name} is larger than {MOST_BYTES // 1_048_576} MB, which no flow is.")
    return laid_out_if_never(read_any(content, name)), name
