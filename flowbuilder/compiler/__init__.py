"""Flow -> program: what the runtime needs to answer calls, frozen when a version is published."""

from __future__ import annotations

from flowbuilder.compiler.documents import Document, document_at, needs_runtime, static_document
from flowbuilder.compiler.program import CompiledNode, Part, Program, compile_flow

__all__ = [
    "CompiledNode",
    "Document",
    "Part",
    "Program",
    "compile_flow",
    "document_at",
    "needs_runtime",
    "static_document",
]
