"""Tidy: gives every node a place, in layers from left to right as a call goes through them.

Our own rather than a library's in the browser: it knows where the ports of a card are, needs the sizes only that the
server states anyway, and the same code lays out imported files and templates. Cycles are broken where a walk from the
entry meets them; the longest path sets a node's layer; links over several layers keep a lane free; barycentres over
ports set the order; and heights are those that make the most links straight.
"""

from __future__ import annotations

from flowbuilder.flow.layout.tidying import tidy

__all__ = ["tidy"]
