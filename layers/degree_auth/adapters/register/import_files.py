"""Where an import keeps its files: a folder beside the source, or the register files' bucket."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from botocore.exceptions import ClientError

from degree_auth.domain.shared.errors import NotFound

_INCOMING, _WORKING, _OUTCOMES = "incoming/", "chunks/", "outcomes/"
_DELETE_BATCH = 1000
_ABSENT = frozenset({"404", "NoSuchKey"})


class FolderFiles:
    """For a source on this machine. Working files stand in a hidden folder beside it until the import is concluded."""

    def __init__(self, folder: Path) -> None:
        self._working = folder / ".register-import"

    @contextmanager
    def source(self, source: str) -> Iterator[Path]:
        """The source itself.

        Raises:
            NotFound: there is no such file.
        """
        path = Path(source)
        if not path.is_file():
            raise NotFound("not_found")
        yield path

    def put(self, name: str, body: bytes) -> None:
        """Store a working file whole: a process that dies leaves the former one or the new one."""
        path = self._working / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".unfinished", delete=False) as unfinished:
            unfinished.write(body)
        Path(unfinished.name).replace(path)

    def get(self, name: str) -> bytes | None:
        """A working file, or None."""
        path = self._working / name
        return path.read_bytes() if path.is_file() else None

    def remove(self, names: Iterable[str]) -> None:
        """Remove working files."""
        for name in names:
            (self._working / name).unlink(missing_ok=True)

    def put_outcome(self, source: str, suffix: str, path: Path) -> None:
        """Store a file beside the source."""
        Path(source + suffix).write_bytes(path.read_bytes())

    def remove_outcome(self, source: str, suffix: str) -> None:
        """Remove a file beside the source."""
        Path(source + suffix).unlink(missing_ok=True)


class BucketFiles:
    """For a source under `incoming/`; working files under `chunks/`, which expires, outcomes under `outcomes/`."""

    def __init__(self, bucket: str, client: Any) -> None:
        self._bucket = bucket
        self._client = client

    @contextmanager
    def source(self, source: str) -> Iterator[Path]:
        """A copy of the source on this machine's disk.

        Raises:
            NotFound: not under `incoming/`, or no such object.
        """
        if not source.startswith(_INCOMING):
            raise NotFound("not_found")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"source{PurePosixPath(source).suffix}"
            try:
                self._client.download_file(self._bucket, source, str(path))
            except ClientError as error:
                if error.response["Error"]["Code"] in _ABSENT:
                    raise NotFound("not_found") from error
                raise
            yield path

    def put(self, name: str, body: bytes) -> None:
        """Store a working file."""
        self._client.put_object(Bucket=self._bucket, Key=_WORKING + name, Body=body)

    def get(self, name: str) -> bytes | None:
        """A working file, or None."""
        try:
            body: bytes = self._client.get_object(Bucket=self._bucket, Key=_WORKING + name)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                return None
            raise
        return body

    def remove(self, names: Iterable[str]) -> None:
        """Remove working files; what cannot be removed expires."""
        keys = [{"Key": _WORKING + name} for name in names]
        for start in range(0, len(keys), _DELETE_BATCH):
            objects = {"Objects": keys[start : start + _DELETE_BATCH], "Quiet": True}
            self._client.delete_objects(Bucket=self._bucket, Delete=objects)

    def put_outcome(self, source: str, suffix: str, path: Path) -> None:
        """Store a file under the source's name in `outcomes/`."""
        self._client.upload_file(str(path), self._bucket, self._outcome_key(source, suffix))

    def remove_outcome(self, source: str, suffix: str) -> None:
        """Remove a file under the source's name in `outcomes/`."""
        self._client.delete_object(Bucket=self._bucket, Key=self._outcome_key(source, suffix))

    def _outcome_key(self, source: str, suffix: str) -> str:
        return _OUTCOMES + source.removeprefix(_INCOMING) + suffix
