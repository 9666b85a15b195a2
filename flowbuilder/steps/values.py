"""Kinds of text that a setting may hold, each checked with a sentence; text with {{ }} is judged when it is filled."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated
from urllib.parse import urlsplit

import phonenumbers
from pydantic import AfterValidator

from flowbuilder.flow.expressions import has_expression

KEYS = "0123456789*#"
EXIT_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}")
MAX_URL = 2_048
TOO = {
    phonenumbers.ValidationResult.TOO_SHORT: "too short",
    phonenumbers.ValidationResult.TOO_LONG: "too long",
}
VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}\Z")


@lru_cache(maxsize=4096)
def is_phone_number(text: str) -> bool:
    """Whether a text is a number in E.164 form: +, country code, number (ITU-T E.164)."""
    if not re.fullmatch(r"\+[0-9]{4,15}", text):
        return False
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(text))
    except phonenumbers.NumberParseException:
        return False


def is_caller_id(text: str) -> bool:
    """Whether a text is a number in E.164 form, its + written or not: Plivo sends and takes both."""
    return is_phone_number(text if text.startswith("+") else f"+{text}")


def is_sip_uri(text: str) -> bool:
    """Whether a text is the SIP address of a user."""
    return re.fullmatch(r"sip:[^\s@<>\"]+@[^\s@<>\"]+", text) is not None


@lru_cache(maxsize=4096)
def is_web_address(text: str) -> bool:
    """Whether a text is an absolute http(s) URL that Plivo can request."""
    if re.search(r"[\s<>\"]", text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _phone_number(text: str) -> str:
    if text and not has_expression(text) and not is_phone_number(text):
        raise ValueError(number_fault(text))
    return text


def _shown(text: str) -> str:
    """The beginning of a text, for a sentence: half a character, as JSON may hold one, cannot be in an error."""
    return text[:40].encode("utf-8", "replace").decode("utf-8")


def number_fault(text: str) -> str:
    """What is wrong with a text that is no phone number in E.164 form, in a sentence that says what to do."""
    if phonenumbers.is_emergency_number(text, "US") or phonenumbers.is_emergency_number(text, "GB"):
        return f"Plivo does not dial {_shown(text)} or other short numbers. Write a whole number like +14155550100."
    if re.fullmatch(r"\+[0-9]{4,15}", text):
        try:
            number = phonenumbers.parse(text)
        except phonenumbers.NumberParseException:
            return f"“{text}” begins with the code of no country. Write it like +14155550100."
        reason = phonenumbers.is_possible_number_with_reason(number)
        size = TOO.get(reason, "too short or too long")
        return f"“{text}” is {size} for a number of +{number.country_code}. Check its digits."
    return f"“{_shown(text)}” is not a phone number with its country code. Write it like +14155550100."


def _caller_id(text: str) -> str:
    if text and not has_expression(text) and not is_caller_id(text):
        raise ValueError(f"“{_shown(text)}” is not a phone number. Write it like +14155550100.")
    return text


def _url(text: str) -> str:
    if text and not has_expression(text) and not is_web_address(text):
        raise ValueError("Write a whole web address here, beginning with https://")
    if has_expression(text) and not re.match(r"(?i)https?://|\{\{", text):
        raise ValueError("Begin the web address with https://")
    return text


def _sip_uri(text: str) -> str:
    if text and not has_expression(text) and not is_sip_uri(text):
        raise ValueError("Write a SIP address here, like sip:desk@phone.plivo.com")
    return text


def _one_key(text: str) -> str:
    if text not in ("", "none") and not (len(text) == 1 and text in KEYS):
        raise ValueError("Use one key: 0 to 9, * or #; or none.")
    return text


def _stop_keys(text: str) -> str:
    if text != "none" and not re.fullmatch(r"[0-9*#]+", text):
        raise ValueError("Use keys of the phone: 0 to 9, * or #; or none.")
    return text


def _sent_digits(text: str) -> str:
    if text and not has_expression(text) and not re.fullmatch(r"[0-9*#w]+", text):
        raise ValueError("Use digits, * and #, and w for a pause of half a second.")
    return text


def _key_patterns(text: str) -> str:
    if text and not has_expression(text) and not re.fullmatch(r"[0-9*#]+(,[0-9*#]+)*", text):
        raise ValueError("Write keys of the phone, separated by commas, such as 1,99.")
    return text


def _exit_name(text: str) -> str:
    if not EXIT_NAME.match(text):
        raise ValueError("Name the exit with a small letter, then small letters, digits or _.")
    return text


Url = Annotated[str, AfterValidator(_url)]
PhoneNumber = Annotated[str, AfterValidator(_phone_number)]
CallerId = Annotated[str, AfterValidator(_caller_id)]
SipUri = Annotated[str, AfterValidator(_sip_uri)]
OneKey = Annotated[str, AfterValidator(_one_key)]
StopKeys = Annotated[str, AfterValidator(_stop_keys)]
SentDigits = Annotated[str, AfterValidator(_sent_digits)]
KeyPatterns = Annotated[str, AfterValidator(_key_patterns)]
ExitName = Annotated[str, AfterValidator(_exit_name)]
