"""Having the wiring make everything anew, where one process plays several functions or environments."""

from __future__ import annotations

import sys


def forget() -> None:
    """Forget what every wiring module that is loaded has made so far."""
    wirings = [module for name, module in sorted(sys.modules.items()) if name.startswith("degree_auth.wiring.")]
    for makers in map(vars, wirings):
        for maker in makers.values():
            if hasattr(maker, "cache_clear"):
                maker.cache_clear()
