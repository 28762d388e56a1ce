"""The documents bucket and its stand-in in memory, asked the same in the same order, answer the same."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any
from urllib.parse import unquote, urlsplit

import boto3
import pytest
from botocore.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st

from degree_auth.adapters.shared.documents import Bucket
from degree_auth.domain.shared.errors import DegreeAuthError
from tests.doubles.cloud import cloud_in_memory
from tests.doubles.memory import MemoryDocuments

REGION, NAME = "ap-southeast-1", "contract-documents"
Store = Bucket | MemoryDocuments
LARGEST = 8
SERIALS = count()


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    with cloud_in_memory():
        client = boto3.client("s3", region_name=REGION, config=Config(signature_version="s3v4"))
        client.create_bucket(Bucket=NAME, CreateBucketConfiguration={"LocationConstraint": REGION})
        yield Bucket(client, NAME)


keys = st.sampled_from(["attachments/a", "attachments/b", "review/sheet 一.html"])
contents = st.binary(max_size=LARGEST)
steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["put", "put_new"]), keys, contents, st.just("text/plain")),
        st.tuples(st.just("get"), keys, st.integers(0, LARGEST)),
        st.tuples(st.just("delete"), keys),
    ),
    max_size=12,
)


def answer(store: Store, folder: str, step: tuple[Any, ...]) -> object:
    """What a store answers, or the code with which it refuses."""
    kind, key, *more = step
    try:
        return getattr(store, kind)(folder + key, *more)
    except DegreeAuthError as refused:
        return type(refused), refused.code


@pytest.mark.requirement("N1")
@settings(max_examples=30)
@given(asked=steps)
def test_the_bucket_and_its_stand_in_answer_alike(bucket: Bucket, asked: list[tuple[Any, ...]]) -> None:
    double, folder = MemoryDocuments(), f"{next(SERIALS)}/"
    for step in asked:
        assert answer(bucket, folder, step) == answer(double, folder, step)


@pytest.mark.requirement("N4")
@pytest.mark.parametrize("kind", ["bucket", "memory"])
def test_a_link_is_for_one_object_and_holds_all_that_it_was_made_for(bucket: Bucket, kind: str) -> None:
    store: Store = bucket if kind == "bucket" else MemoryDocuments()
    down, up = ("reports/x 一.pdf", "认证报告.pdf", 600), ("incoming/x", "image/png", 5, 900)
    links = {
        store.download_link(*down),
        store.download_link("reports/y", *down[1:]),
        store.download_link(down[0], "other.pdf", down[2]),
        store.download_link(*down[:2], 601),
        store.upload_link(*up),
        store.upload_link("incoming/y", *up[1:]),
        store.upload_link(up[0], "image/jpeg", *up[2:]),
        store.upload_link(*up[:2], 6, up[3]),
        store.upload_link(*up[:3], 901),
    }
    assert len(links) == 9
    assert unquote(urlsplit(store.download_link(*down)).path).endswith(f"/{down[0]}")
    assert urlsplit(store.upload_link(*up)).path.endswith(f"/{up[0]}")
