"""Presigned links as AWS and the pages' policy want them."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from degree_auth.adapters.shared.documents import Bucket
from degree_auth.wiring import shared


@pytest.fixture(params=["ap-southeast-1", "us-east-1"])
def region(request, monkeypatch) -> str:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", request.param)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return request.param


@pytest.mark.requirement("A1", "A10")
def test_an_upload_link_goes_where_the_page_may_send_and_signs_type_and_size(region):
    # A fresh client: the cached one may have been made for another region.
    bucket = Bucket(shared.client.__wrapped__("s3"), "documents")
    link = urlsplit(bucket.upload_link("incoming/x", "image/png", 5, 900))
    assert link.netloc == f"documents.s3.{region}.amazonaws.com"
    assert parse_qs(link.query)["X-Amz-SignedHeaders"] == ["content-length;content-type;host"]


@pytest.mark.requirement("A5")
def test_a_download_link_is_signed_as_encrypted_objects_demand(region):
    link = urlsplit(Bucket(shared.client.__wrapped__("s3"), "documents").download_link("reports/x", "x.pdf", 600))
    assert parse_qs(link.query)["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
