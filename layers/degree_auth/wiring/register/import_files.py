"""The files of register imports, apart from the import because who flags reports reads them too."""

from __future__ import annotations

from functools import cache

from degree_auth.adapters.register.import_files import BucketFiles
from degree_auth.wiring import shared


@cache
def files() -> BucketFiles:
    """The register files' bucket."""
    return BucketFiles(shared.setting("REGISTER_FILES_BUCKET"), shared.client("s3"))
