"""The seal: a key is changed without loss, and what it does not open it says so of."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from flowbuilder.config import Settings
from flowbuilder.errors import FlowbuilderError
from flowbuilder.web.seal import Seal, key_in, seal_keys

MEMORY = "sqlite:///:memory:"


def seal(*, new: str, old: tuple[str, ...] = ()) -> Seal:
    return Seal(seal_keys(Settings(MEMORY, secret_key=new, old_secret_keys=old)))


def test_what_was_sealed_comes_back_and_is_not_to_be_read() -> None:
    sealed = seal(new="one").close("hunter2 ✓ \ud800")
    assert "hunter2" not in sealed
    assert seal(new="one").open(sealed) == "hunter2 ✓ \ud800"
    assert seal(new="two").open(sealed) is None


def test_an_older_key_opens_and_what_it_sealed_is_sealed_anew() -> None:
    sealed = seal(new="one").close("hunter2")
    both = seal(new="three", old=("two", "one"))
    assert both.open(sealed) == "hunter2"
    anew = both.anew(sealed)
    assert anew is not None
    assert seal(new="three").open(anew) == "hunter2"
    assert both.anew(anew) is None
    assert seal(new="two").anew(sealed) is None


def test_old_keys_are_written_with_commas_and_may_hold_commas() -> None:
    read = Settings.from_environment(
        {"FLOWBUILDER_SECRET_KEY": "new", "FLOWBUILDER_OLD_SECRET_KEY": "one, two", "FLOWBUILDER_DATABASE_URL": MEMORY}
    )
    assert read.old_secret_keys == ("one, two", "one", "two")
    assert Seal(seal_keys(read)).open(seal(new="one, two").close("x")) == "x"
    assert Seal(seal_keys(read)).open(seal(new="two").close("x")) == "x"
    assert "two" not in repr(read)


def test_without_a_secret_key_the_key_lies_beside_the_database_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(f"sqlite:///{tmp_path / 'data.sqlite3'}")
    keys = seal_keys(settings)
    path = tmp_path / "flowbuilder.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert seal_keys(settings) == keys == [path.read_bytes()]
    assert [one.name for one in tmp_path.iterdir()] == ["flowbuilder.key"]


def test_a_secret_key_that_is_set_later_opens_what_the_file_sealed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'data.sqlite3'}"
    sealed = Seal(seal_keys(Settings(url))).close("hunter2")
    later = Seal(seal_keys(Settings(url, secret_key="now given")))
    assert later.open(sealed) == "hunter2"
    assert later.anew(sealed) is not None


def test_a_key_file_that_holds_no_key_is_refused_where_it_is_needed(tmp_path: Path) -> None:
    path = tmp_path / "flowbuilder.key"
    path.write_text("not a key")
    with pytest.raises(FlowbuilderError, match="holds no key"):
        key_in(path)
    with pytest.raises(FlowbuilderError, match="holds no key"):
        seal_keys(Settings(f"sqlite:///{tmp_path / 'data.sqlite3'}"))
    assert len(seal_keys(Settings(f"sqlite:///{tmp_path / 'data.sqlite3'}", secret_key="given"))) == 1
