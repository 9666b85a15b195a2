"""Numbers that JSON allows and Python does not keep: a flow that opens can be saved and opened again."""

from __future__ import annotations

import pytest

from flowbuilder.errors import FlowFileError
from flowbuilder.flow.model import dumps, loads
from tests.flow.clinic import clinic


@pytest.mark.parametrize("number", ["1e999", "-1e999", "1" * 5_000])
def test_a_file_with_a_number_that_could_not_be_written_again_is_refused(number: str) -> None:
    file = dumps(clinic(size=0)).replace('"size": 0', f'"size": {number}')
    assert number in file
    with pytest.raises(FlowFileError, match="too large"):
        loads(file)
