from __future__ import annotations

import contextlib
import io
import struct
import warnings
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowbuilder.bundles import read_any, read_bundle, write_bundle
from flowbuilder.bundles.reading import MAX_FILES
from flowbuilder.errors import FlowFileError
from flowbuilder.flow.model import Flow, dumps
from tests.bundles.conftest import BASE, menu_flow

BUNDLE = write_bundle(menu_flow(), base_url=BASE)
TEXT = dumps(menu_flow()).encode()


def zipped(*files: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that stand twice
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def test_a_bundle_gives_the_flow_back(menu: Flow) -> None:
    assert read_bundle(BUNDLE) == menu
    assert read_any(BUNDLE, "x.zip") == menu
    assert read_any(TEXT, "x.flow.json") == menu
    assert read_any(b"\xef\xbb\xbf" + TEXT) == menu


def test_a_folder_that_was_zipped_again_still_opens(menu: Flow) -> None:
    again = zipped(("my bundle/flow.json", TEXT), ("my bundle/nodes/", b""), ("__MACOSX/flow.json", b"junk"))
    assert read_bundle(again) == menu


@pytest.mark.parametrize(
    "name",
    ["../evil.txt", "nodes/../../evil", "/etc/passwd", "C:/evil", "c:evil", "nodes\\..\\evil", "a/./b", "\\\\host\\x"],
)
def test_a_name_that_leads_out_is_refused(name: str) -> None:
    with pytest.raises(FlowFileError, match="names a file outside itself"):
        read_bundle(zipped(("flow.json", TEXT), (zipfile.ZipInfo(name), b"x")))


def test_a_name_with_a_hidden_end_is_refused() -> None:
    bundle = zipped(("flow.json", TEXT), ("evil_xtxt", b"x")).replace(b"evil_xtxt", b"evil\0.txt")
    with pytest.raises(FlowFileError, match="names a file outside itself"):
        read_bundle(bundle)


def test_two_files_of_one_name_are_refused() -> None:
    with pytest.raises(FlowFileError, match=r"two files named “flow\.json”"):
        read_bundle(zipped(("flow.json", TEXT), ("flow.json", TEXT)))


def test_a_zip_without_a_flow_is_refused() -> None:
    for content in (zipped(), zipped(("readme.txt", b"x")), zipped(("a/flow.json", TEXT), ("b/flow.json", TEXT))):
        with pytest.raises(FlowFileError, match=r"no flow\.json"):
            read_any(content)


def test_an_encrypted_bundle_is_refused() -> None:
    bundle = bytearray(zipped(("flow.json", TEXT)))
    directory = bundle.rfind(b"PK\x01\x02")
    bundle[6] |= 1
    bundle[directory + 8] |= 1
    with pytest.raises(FlowFileError, match="encrypted"):
        read_bundle(bytes(bundle))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_unusual_way_of_packing_is_refused(method: int) -> None:
    with pytest.raises(FlowFileError, match="packed in a way"):
        read_bundle(zipped(("flow.json", TEXT), method=method))


def test_a_bomb_that_says_so_is_refused_unopened() -> None:
    with pytest.raises(FlowFileError, match="unpack to far more"):
        read_bundle(zipped(("flow.json", TEXT), ("nodes/bomb.xml", bytes(16 * 1024 * 1024))))


def test_a_flow_that_unpacks_to_too_much_is_refused() -> None:
    with pytest.raises(FlowFileError, match="larger than 4 MB"):
        read_bundle(zipped(("flow.json", b" " * (5 * 1024 * 1024))))


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    bundle = bytearray(zipped(("flow.json", bytes(64 * 1024 * 1024))))
    directory = bundle.rfind(b"PK\x01\x02")
    struct.pack_into("<L", bundle, 22, 100)
    struct.pack_into("<L", bundle, directory + 24, 100)
    with pytest.raises(FlowFileError, match="damaged"):
        read_bundle(bytes(bundle))


def test_too_many_files_are_refused() -> None:
    many = zipped(*((f"n{number}", b"") for number in range(MAX_FILES + 1)), method=zipfile.ZIP_STORED)
    with pytest.raises(FlowFileError, match="more than"):
        read_bundle(many)


def test_a_directory_that_hides_its_length_is_refused() -> None:
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    end = BUNDLE.rfind(b"PK\x05\x06")
    with pytest.raises(FlowFileError, match="more than"):
        read_bundle(BUNDLE[:end] + locator + BUNDLE[end:])


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"PK\x03\x04", b"PK\x05\x06", BUNDLE[:-10], BUNDLE[: len(BUNDLE) // 2]]
)
def test_what_is_not_a_zip_or_only_half_of_one_is_refused(content: bytes) -> None:
    with pytest.raises(FlowFileError, match="not a bundle"):
        read_bundle(content)


def test_a_damaged_bundle_is_refused() -> None:
    bundle = bytearray(zipped(("flow.json", TEXT), method=zipfile.ZIP_STORED))
    bundle[60] ^= 1
    with pytest.raises(FlowFileError, match="damaged"):
        read_bundle(bytes(bundle))


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "is empty"),
        (b" \n" * 100, "is empty"),
        (b"<?xml version='1.0'?><Response/>", "is XML or HTML"),
        (b"\xef\xbb\xbf  <Response/>", "is XML or HTML"),
        (b"hello", "not JSON"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b'{"format": "flowbuilder/2"}', "Update Flowbuilder"),
        (zipped(("flow.json", b"[1]")), "one JSON object"),
    ],
)
def test_what_holds_no_flow_is_refused_with_the_name_of_the_file(content: bytes, part: str) -> None:
    with pytest.raises(FlowFileError, match=part) as refusal:
        read_any(content, "my file.bin")
    assert str(refusal.value).startswith("my file.bin: ")


@given(st.binary(max_size=200))
def test_no_bytes_bring_the_reader_down(content: bytes) -> None:
    with pytest.raises(FlowFileError):
        read_any(content)


@given(st.data())
def test_no_change_of_a_bundle_brings_the_reader_down(data: st.DataObject) -> None:
    bundle = bytearray(BUNDLE)
    for _ in range(data.draw(st.integers(1, 4))):
        bundle[data.draw(st.integers(0, len(bundle) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(FlowFileError):
        assert isinstance(read_any(bytes(bundle)), Flow)


def test_a_deep_bomb_in_the_flow_is_refused() -> None:
    nested = b"[" * 100_000 + b"]" * 100_000
    assert len(zlib.compress(nested)) < 1_000
    with pytest.raises(FlowFileError, match="deep"):
        read_bundle(zipped(("flow.json", nested)))
