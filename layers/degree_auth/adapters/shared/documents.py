"""Object storage: reports, attachments, review sheets, each under a prefix of its own in one private bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from botocore.exceptions import ClientError

from degree_auth.domain.shared.errors import NotFound, TooLarge

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class Bucket:
    """Implements `Documents` over one S3 bucket."""

    def __init__(self, client: S3Client, name: str) -> None:
        self._client = client
        self._name = name

    def put(self, key: str, content: bytes, content_type: str) -> None:
        """Store an object."""
        self._client.put_object(Bucket=self._name, Key=key, Body=content, ContentType=content_type)

    def put_new(self, key: str, content: bytes, content_type: str) -> bool:
        """Store an object unless there is one of this key; whether it was stored."""
        try:
            self._client.put_object(Bucket=self._name, Key=key, Body=content, ContentType=content_type, IfNoneMatch="*")
        except ClientError as error:
            if error.response["Error"]["Code"] in {"PreconditionFailed", "412"}:
                return False
            raise
        return True

    def get(self, key: str, limit: int) -> bytes:
        """An object's content.

        Raises:
            NotFound: there is none.
            TooLarge: it has more than `limit` bytes.
        """
        try:
            answer = self._client.get_object(Bucket=self._name, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
                raise NotFound("not_found") from None
            raise
        if answer["ContentLength"] > limit:
            raise TooLarge("file_too_large")
        return answer["Body"].read()

    def delete(self, key: str) -> None:
        """Remove an object. Removing one that does not exist is no error."""
        self._client.delete_object(Bucket=self._name, Key=key)

    def delete_all(self, prefix: str) -> int:
        """Remove every object whose key begins so; how many there were."""
        keys = [
            one["Key"]
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._name, Prefix=prefix)
            for one in page.get("Contents", ())
        ]
        for key in keys:
            self.delete(key)
        return len(keys)

    def download_link(self, key: str, filename: str, seconds: int) -> str:
        """A link that hands out the object as a file of this name for some seconds."""
        return self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._name,
                "Key": key,
                "ResponseContentDisposition": f"attachment; filename*=UTF-8''{quote(filename)}",
            },
            ExpiresIn=seconds,
        )

    def writing_link(self, key: str, content_type: str, seconds: int) -> str:
        """A link that takes a PUT of this type, of any size, for some seconds."""
        return self._client.generate_presigned_url(
            "put_object",
            Params={"Bucket": self._name, "Key": key, "ContentType": content_type},
            ExpiresIn=seconds,
        )

    def upload_link(self, key: str, content_type: str, size: int, seconds: int) -> str:
        """A link that takes one PUT of exactly this type and size (bytes): both are signed."""
        return self._client.generate_presigned_url(
            "put_object",
            Params={"Bucket": self._name, "Key": key, "ContentType": content_type, "ContentLength": size},
            ExpiresIn=seconds,
        )
