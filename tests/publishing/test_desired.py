"""The wanted Application, and the public URLs that Plivo can and cannot use."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowbuilder.errors import FlowbuilderError
from flowbuilder.publishing.desired import application_name, check_public_url, desired_application


def test_every_url_of_ours_is_under_the_public_url_of_that_version() -> None:
    desired = desired_application("clinic-k3x9qa", 7, "welcome", "https://flows.example.com/base/")
    root = "https://flows.example.com/base/v1/flows/clinic-k3x9qa/7"
    assert desired.fields == {
        "answer_url": f"{root}/nodes/welcome",
        "answer_method": "POST",
        "hangup_url": f"{root}/hangup",
        "hangup_method": "POST",
        "fallback_answer_url": f"{root}/fallback",
        "fallback_method": "POST",
    }
    assert desired.app_name == "flowbuilder-clinic-k3x9qa"


def test_a_flow_that_takes_messages_has_a_message_url() -> None:
    fields = desired_application("clinic", 1, "welcome", "https://x.example.com", True).fields
    assert fields["message_url"] == "https://x.example.com/v1/flows/clinic/1/message"
    assert fields["message_method"] == "POST"


@given(st.text(max_size=200))
def test_a_name_is_one_that_plivo_takes(flow_id: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,60}", application_name(flow_id))


def test_long_names_still_differ_by_their_ends() -> None:
    assert application_name("a" * 80 + "-k3x9qa") != application_name("a" * 80 + "-m4y8rb")


@pytest.mark.parametrize(
    "url",
    [
        "https://flows.example.com",
        "http://flows.example.com",
        "https://flows.example.com:8443/base/",
        "https://8.8.8.8",
        "https://[2606:4700::1111]:8443/",
    ],
)
def test_a_public_address_will_do(url: str) -> None:
    check_public_url(url, uses_sandbox=False)
    check_public_url(url, uses_sandbox=True)


@pytest.mark.parametrize("url", [None, "", "  "])
@pytest.mark.parametrize("uses_sandbox", [True, False])
def test_without_one_the_sentence_says_what_to_set(url: str | None, uses_sandbox: bool) -> None:
    with pytest.raises(FlowbuilderError, match=r"No public URL is set. Set FLOWBUILDER_PUBLIC_URL"):
        check_public_url(url, uses_sandbox)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8080",
        "http://LOCALHOST.",
        "http://api.localhost",
        "http://127.0.0.1",
        "http://[::1]:8080",
        "http://[fe80::1%25eth0]/",
        "http://[::ffff:127.0.0.1]/",
        "http://10.1.2.3",
        "http://192.168.0.5:3000/x",
        "http://172.16.0.1",
        "http://169.254.1.1",
        "http://0.0.0.0",
        "http://100.64.0.1",
        "http://224.0.0.1",
        "http://2130706433",
        "http://127.1",
        "http://0x7f.1",
        "http://build-server:8000",
        "http://nas.local",
        "https://flows.internal",
    ],
)
def test_an_address_at_home_is_for_the_sandbox_only(url: str) -> None:
    check_public_url(url, uses_sandbox=True)
    with pytest.raises(FlowbuilderError, match=r"from outside.*FLOWBUILDER_PUBLIC_URL"):
        check_public_url(url, uses_sandbox=False)


@pytest.mark.parametrize(
    "url",
    [
        "flows.example.com",
        "ftp://flows.example.com",
        "https://",
        "https:///path",
        "https://flows.example.com/?a=1",
        "https://flows.example.com/?",
        "https://flows.example.com/#ct=1",
        "https://me:secret@flows.example.com",
        "https://flows.example.com:99999",
        "https://[::1",
        "https://flows example.com",
    ],
)
@pytest.mark.parametrize("uses_sandbox", [True, False])
def test_what_is_no_base_url_is_refused_with_what_to_set(url: str, uses_sandbox: bool) -> None:
    with pytest.raises(FlowbuilderError, match="FLOWBUILDER_PUBLIC_URL") as refusal:
        check_public_url(url, uses_sandbox)
    assert "secret" not in str(refusal.value)
