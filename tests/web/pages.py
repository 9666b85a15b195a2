"""Reads the pages that a test gets."""

from __future__ import annotations

from typing import Any

from lxml import etree, html


def read_page(answer: Any) -> Any:
    """The page, or the partial, as a tree."""
    return html.fromstring(answer.text)


def text_of(answer: Any) -> str:
    """What stands on the page, its blanks made one."""
    return " ".join(read_page(answer).text_content().split())


def end_of_run(browser: Any, started: Any) -> str:
    """What a run of publishing that was started without htmx says at its end."""
    told = browser.get(started.headers["Location"] + "/stream").text
    lines = told.rstrip().rpartition("\n\n")[2].splitlines()
    last: Any = html.fromstring("\n".join(line.removeprefix("data: ") for line in lines))
    return " ".join(last.text_content().split())


def read_xml(text: str) -> Any:
    """An XML document as a tree."""
    return etree.fromstring(text)


def at_its_end(browser: Any, answer: Any) -> Any:
    """The run that `answer` shows, once it is over: on a busy machine it may still be going on."""
    streams = (element.get("hx-sse:connect") for element in read_page(answer).iter())
    address = next((stream for stream in streams if stream), None)
    if address is None:
        return answer
    assert browser.get(address).text
    return browser.get(address.removesuffix("/stream"), headers={"HX-Request": "true"})
