"""Export and import: a flow and everything it compiles to in one zip, the bundle of contract section 8."""

from __future__ import annotations

from flowbuilder.bundles.compiled import compiled_files
from flowbuilder.bundles.reading import read_any, read_bundle
from flowbuilder.bundles.writing import write_bundle

__all__ = ["compiled_files", "read_any", "read_bundle", "write_bundle"]
