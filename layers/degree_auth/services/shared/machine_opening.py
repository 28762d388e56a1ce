"""Opening sealed parts for nobody: the machine compares, decides or prints, and shows no one what it found.

Whoever shows what was opened needs a reading on record instead: `services/readings/readings.py`.
"""

from __future__ import annotations

from degree_auth.domain.readings.purposes import MachinePurpose
from degree_auth.services.shared.ports import Opener, Sealer
from degree_auth.services.shared.raw_opening import opener_of


def for_nobody(sealer: Sealer, purpose: MachinePurpose) -> Opener:
    """What the machine opens with, for a purpose that is said where it is opened.

    Raises:
        TypeError: the purpose is none of the machine's.
    """
    if not isinstance(purpose, MachinePurpose):
        raise TypeError("what is opened for somebody is on record first")
    return opener_of(sealer)
