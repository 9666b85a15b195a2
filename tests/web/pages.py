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


def read_xml(text: str) -> Any:
    """An XML document as a tree."""
    return etree.fromstring(text)
