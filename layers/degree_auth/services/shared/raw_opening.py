"""The one place where a sealer is asked to open. Only `machine_opening` and `recorded_opening` may come here; a
contract in `pyproject.toml` holds that."""

from __future__ import annotations

from typing import cast

from degree_auth.services.shared.ports import Opener, Sealer


def opener_of(sealer: Sealer) -> Opener:
    """What the sealer opens with: the keyring, which seals, does both."""
    return cast("Opener", sealer)
