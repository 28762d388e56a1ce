"""What all tests share: the profile of the property tests."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A time limit would fail a sound property on a loaded machine. Under CI every run tries the same examples.
settings.register_profile(
    "degree_auth",
    deadline=None,
    derandomize="CI" in os.environ,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("degree_auth")
