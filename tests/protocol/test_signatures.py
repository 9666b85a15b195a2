"""Signatures: Plivo's algorithm to the letter, and never an exception on what a stranger sends."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plivo.utils import validate_signature
from plivo.utils.signature_v3 import construct_get_url, construct_post_url, get_signature_v3

from flowbuilder.protocol.signatures import sign_v2, sign_v3, signed_text, verify_v2, verify_v3

TOKEN = "unit-test-token-AAAA1111"
OLDER = "older-token-BBBB2222"
NONCE = "73910264485019327716"
UUID = "0f6c2b1e-7a44-4d0e-9a6b-3a1c5e2d9b10"
HOST = "https://flows.example.test"
ANSWER = {
    "CallUUID": UUID,
    "From": "14155550100",
    "To": "14155550199",
    "Direction": "inbound",
    "CallStatus": "ringing",
    "Event": "StartApp",
}
ANSWER_SIGNATURE = "PGyuPVtLLKoxYGzWodKQ8rOYEc9jkCVFmsw+eqGuux8="
MENU = {"CallUUID": UUID, "Digits": "2", "From": "+14155550100", "To": "14155550199"}
GET_URL = (
    f"{HOST}/v/answer?flow=7&CallUUID={UUID}&From=14155550100&To=14155550199&Direction=inbound"
    "&CallStatus=ringing&Event=StartApp"
)

VECTORS = [
    ("POST", f"{HOST}/v/answer", ANSWER, ANSWER_SIGNATURE),
    (
        "POST",
        f"{HOST}:8443/v/node?flow=7&step=menu",
        MENU,
        "jj47bcvpBW09qeLei1W8jOcHRyzJECY9JFjjHzNOi+Q=",
    ),
    ("GET", GET_URL, None, "BWIvtWNAGSa+5eNlGFs2hmNkMhKKhkRnnnoVE8HjuZE="),
    (
        "POST",
        f"{HOST}/v/node?flow=7",
        {"CallUUID": UUID, "Speech": "café", "To": "14155550199"},
        "TQybioIF5ZeVd+YDgzbnOR9kqRj8b/LlxW5opWr/vQE=",
    ),
    ("POST", f"{HOST}/v/answer", {}, "l7g3rEtkAmh8j20bgDceleD7ulbARwAiTtpDs7V/GuM="),
    ("POST", f"{HOST}/v/node?flow=7&b=2", {}, "ihPvh1m32oGWwOtMRRDbscfFlWzzujrNXp4G0SyDJDA="),
]


@pytest.mark.parametrize(("method", "url", "params", "signature"), VECTORS)
def test_the_published_vectors_hold(method: str, url: str, params: dict[str, str] | None, signature: str) -> None:
    assert sign_v3(TOKEN, method, url, NONCE, params) == signature
    assert verify_v3([TOKEN], method, url, NONCE, signature, params)


def test_the_signed_text_is_plivos() -> None:
    assert signed_text("POST", f"{HOST}:8443/v/node?flow=7&step=menu", NONCE, MENU).decode() == (
        f"{HOST}:8443/v/node?flow=7&step=menu.CallUUID{UUID}Digits2From+14155550100To14155550199.{NONCE}"
    )


def test_one_of_several_signatures_and_tokens_is_enough_with_and_without_blanks() -> None:
    url = f"{HOST}:8443/v/node?flow=7&step=menu"
    older = "Nxs2YQVUnFOEuQWnpd9qiIHEKy/9svSIO+h+tZYLQqw="
    current = "jj47bcvpBW09qeLei1W8jOcHRyzJECY9JFjjHzNOi+Q="
    assert sign_v3(OLDER, "POST", url, NONCE, MENU) == older
    for header in (f"{older},{current}", f"{older} , {current} ", f" {current}"):
        assert verify_v3([TOKEN], "POST", url, NONCE, header, MENU)
    assert verify_v3([OLDER, TOKEN], "POST", url, NONCE, current, MENU)
    assert verify_v3(TOKEN, "post", url, NONCE, current, MENU)
    assert not verify_v3([OLDER], "POST", url, NONCE, current, MENU)


WRONG = [
    ("a flipped byte", {"header": "PGyuPVtLLKoxYGzWodKQ8rOYEc9jkCVFmsw+eqGuux9="}),
    ("http for https", {"url": "http://flows.example.test/v/answer"}),
    ("an added port", {"url": f"{HOST}:443/v/answer"}),
    ("a trailing slash", {"url": f"{HOST}/v/answer/"}),
    ("another token", {"tokens": [OLDER]}),
    ("no token", {"tokens": []}),
    ("an empty token", {"tokens": [""]}),
    ("an extra parameter", {"params": {**ANSWER, "Digits": "1"}}),
    ("a parameter less", {"params": {"CallUUID": UUID}}),
    ("no parameters", {"params": None}),
    ("no nonce", {"nonce": None}),
    ("an empty nonce", {"nonce": ""}),
    ("another nonce", {"nonce": "1"}),
    ("no header", {"header": None}),
    ("an empty header", {"header": ""}),
    ("only commas", {"header": ",,,"}),
    ("text that is not ASCII", {"header": "é\udcff"}),
    ("another method", {"method": "PUT"}),
    ("GET for POST", {"method": "GET"}),
    ("no URL", {"url": ""}),
    ("a broken host", {"url": "https://["}),
    ("another scheme", {"url": "ftp://flows.example.test/v/answer"}),
]


@pytest.mark.parametrize(("what", "change"), WRONG, ids=[what for what, _ in WRONG])
def test_what_plivo_did_not_sign_is_refused(what: str, change: dict[str, object]) -> None:
    right = {
        "tokens": [TOKEN],
        "method": "POST",
        "url": f"{HOST}/v/answer",
        "nonce": NONCE,
        "header": ANSWER_SIGNATURE,
        "params": ANSWER,
    }
    assert verify_v3(**right)  # type: ignore[arg-type]
    assert not verify_v3(**{**right, **change})  # type: ignore[arg-type]


def test_a_dropped_port_is_refused() -> None:
    signature = sign_v3(TOKEN, "POST", f"{HOST}:443/v", NONCE, MENU)
    assert not verify_v3([TOKEN], "POST", f"{HOST}/v", NONCE, signature, MENU)


def test_parameters_of_the_last_path_segment_are_signed() -> None:
    assert signed_text("GET", f"{HOST}/a;b=1", NONCE) == f"{HOST}/a;b=1.{NONCE}".encode()


def test_the_retry_settings_behind_the_hash_are_not_signed() -> None:
    plain, with_settings = f"{HOST}/a?x=1", f"{HOST}/a?x=1#rt=3000&rc=2"
    assert sign_v3(TOKEN, "POST", plain, NONCE, MENU) == sign_v3(TOKEN, "POST", with_settings, NONCE, MENU)


def test_a_query_that_is_not_ascii_is_decoded_as_utf_8() -> None:
    text = signed_text("POST", f"{HOST}/a?n=caf%C3%A9+au", NONCE, {"b": "ü"}).decode()
    assert text == f"{HOST}/a?n=café au.bü.{NONCE}"


def test_repeated_names_are_sorted_by_value_and_read_from_pairs_or_lists() -> None:
    pairs = [("b", "2"), ("a", "9"), ("b", "1"), ("B", "")]
    text = signed_text("POST", f"{HOST}/a?q=2&q=1", NONCE, pairs)
    assert text.decode() == f"{HOST}/a?q=1&q=2.Ba9b1b2.{NONCE}"
    assert text == signed_text("POST", f"{HOST}/a?q=2&q=1", NONCE, {"b": ["2", "1"], "a": "9", "B": ""})


ASCII = st.text(string.ascii_letters + string.digits + " +-_.~!*'():@,/", max_size=8)
NAMES = st.text(string.ascii_letters + "-_", min_size=1, max_size=6)
FIELDS = st.dictionaries(NAMES, st.one_of(ASCII, st.lists(ASCII, min_size=2, max_size=3)), max_size=5)
CODED = st.lists(st.sampled_from([*string.ascii_letters, *"+-_.", "%20", "%2B", "%3D"]), max_size=6).map("".join)
QUERIES = st.lists(st.tuples(NAMES, CODED), max_size=4)


def _address(query: list[tuple[str, str]]) -> str:
    return f"{HOST}/v/n" + ("?" if query else "") + "&".join(f"{name}={value}" for name, value in query)


@given(QUERIES, FIELDS)
def test_a_post_is_signed_as_the_official_sdk_signs(query: list[tuple[str, str]], fields: dict[str, str]) -> None:
    url = _address(query)
    theirs = get_signature_v3(TOKEN.encode(), construct_post_url(url, dict(fields)).decode(), NONCE.encode())
    assert sign_v3(TOKEN, "POST", url, NONCE, fields) == theirs.decode()


@given(QUERIES, FIELDS)
def test_a_get_is_signed_as_the_official_sdk_signs(query: list[tuple[str, str]], fields: dict[str, str]) -> None:
    url = _address(query)
    theirs = get_signature_v3(TOKEN.encode(), construct_get_url(url, dict(fields)).decode(), NONCE.encode())
    assert sign_v3(TOKEN, "GET", url, NONCE, fields) == theirs.decode()


ANYTHING = st.text(st.characters(), max_size=20)


@given(
    ANYTHING,
    st.one_of(ANYTHING, ANYTHING.map(lambda tail: "https://" + tail)),
    ANYTHING,
    ANYTHING,
    st.lists(st.tuples(ANYTHING, ANYTHING), max_size=3),
)
def test_hostile_requests_are_refused_and_never_raise(
    method: str, url: str, nonce: str, header: str, pairs: list[tuple[str, str]]
) -> None:
    assert verify_v3([TOKEN], method, url, nonce, header, pairs) is False
    assert verify_v3([TOKEN], "POST", url, nonce, header, pairs) is False
    assert verify_v2([TOKEN], url, nonce, header) is False


@given(st.text(max_size=10), st.lists(st.tuples(st.text(max_size=5), st.text(max_size=9)), max_size=4))
def test_what_we_sign_we_accept(token: str, pairs: list[tuple[str, str]]) -> None:
    signature = sign_v3(f"t{token}", "POST", f"{HOST}/x", NONCE, pairs)
    assert verify_v3([OLDER, f"t{token}"], "POST", f"{HOST}/x", NONCE, signature, pairs)


def test_version_2_signs_the_url_without_its_query() -> None:
    url = f"{HOST}/sms/in?x=1"
    signature = "2yPl3YOCh1EfkQ9cV7A+HDf8Qs8Q0YIKWbsG6DLE/x8="
    assert sign_v2(TOKEN, url, NONCE) == signature
    assert validate_signature(url, NONCE, signature, TOKEN)
    assert verify_v2([OLDER, TOKEN], url, NONCE, f"x, {signature}")
    assert not verify_v2([OLDER], url, NONCE, signature)
    assert not verify_v2([TOKEN], url, None, signature)
    assert not verify_v2([TOKEN], url, NONCE, None)
