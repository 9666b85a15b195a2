"""Why calls end, in Plivo's codes and words (plivo-xml.md, section 12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["answer", "action", "redirect"]


@dataclass(frozen=True)
class Ending:
    """The end of a call: who ended it, and Plivo's code, name and source for it."""

    by: Literal["caller", "flow", "plivo"]
    code: int
    name: str
    source: str
    sentence: str = ""

    def to_json(self) -> dict[str, Any]:
        """The ending as plain data."""
        return {
            "by": self.by,
            "code": self.code,
            "name": self.name,
            "source": self.source,
            "sentence": self.sentence,
        }


CALLER_HUNG_UP = Ending("caller", 4000, "Normal Hangup", "Caller")
API_HUNG_UP = Ending("plivo", 4000, "Normal Hangup", "API Request", "The call was ended over the REST API.")
CALLER_CANCELLED = Ending("caller", 1000, "Cancelled", "Caller", "The caller hung up before the answer.")
FLOW_HUNG_UP = Ending("flow", 4000, "Normal Hangup", "Answer XML")
FLOW_REJECTED = Ending("flow", 3020, "Rejected", "Answer XML")
FLOW_BUSY = Ending("flow", 3010, "Busy Line", "Answer XML")
END_OF_XML = Ending("flow", 4010, "End Of XML Instructions", "Plivo")
SCHEDULED = Ending("flow", 4000, "Normal Hangup", "Answer XML", "The time that Hangup had set was over.")

NOT_REACHED: dict[Kind, tuple[int, str]] = {
    "answer": (7011, "Error Reaching Answer URL"),
    "action": (7012, "Error Reaching Action URL"),
    "redirect": (7014, "Error Reaching Redirect URL"),
}
NOT_A_URL: dict[Kind, tuple[int, str]] = {
    "answer": (7011, "Error Reaching Answer URL"),
    "action": (7022, "Invalid Action URL"),
    "redirect": (7024, "Invalid Redirect URL"),
}
WRONG_METHOD: dict[Kind, tuple[int, str]] = {
    "answer": (7011, "Error Reaching Answer URL"),
    "action": (7032, "Invalid Method For Action URL"),
    "redirect": (7034, "Invalid Method For Redirect URL"),
}
INVALID_XML: dict[Kind, tuple[int, str]] = {
    "answer": (8011, "Invalid Answer XML"),
    "action": (8012, "Invalid Action XML"),
    "redirect": (8014, "Invalid Redirect XML"),
}


def failure(table: dict[Kind, tuple[int, str]], kind: Kind, sentence: str) -> Ending:
    """The ending for a URL of that kind that failed in the way the table is for."""
    code, name = table[kind]
    return Ending("plivo", code, name, "Error", sentence)


def no_progress(fetches: int) -> Ending:
    """Our own ending: Plivo states no limit, but nobody waits for a call that only fetches documents."""
    return Ending(
        "plivo", 0, "Unknown", "Error", f"{fetches} documents were fetched in a row while the caller did nothing."
    )


# What a leg of a dial reports, by dial status: its hangup cause, code and source, and whether it rang.
DIAL_ENDINGS: dict[str, tuple[str, str, int, str, bool]] = {
    "completed": ("NORMAL_CLEARING", "Normal Hangup", 4000, "Call recipient", True),
    "busy": ("USER_BUSY", "Busy Line", 3010, "Call recipient", False),
    "failed": ("NORMAL_TEMPORARY_FAILURE", "Network Error", 5000, "Carrier", False),
    "timeout": ("NO_ANSWER", "Ring Timeout Reached", 6010, "Plivo", True),
    "no_answer": ("NO_ANSWER", "No Answer", 3000, "Carrier", True),
    "cancel": ("ORIGINATOR_CANCEL", "Cancelled", 1000, "Caller", True),
}
