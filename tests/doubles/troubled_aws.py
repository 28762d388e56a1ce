"""AWS as it is under load: transactions meet each other, batches come back in part, answers are lost.

What the SDK itself makes good is left out: throttling and lost answers reach an adapter only after its tries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ReadTimeoutError

SINGLE_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem"})
_LEFT = {"BatchGetItem": "UnprocessedKeys", "BatchWriteItem": "UnprocessedItems"}


class Troubles:
    """What befalls the calls of the DynamoDB clients of this process; counts what it did, by kind."""

    def __init__(self) -> None:
        self.done: Counter[str] = Counter()

    def befall(self, operation: str, request: dict[str, Any], call: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
        """Carry a call out, or not at all, or in part."""
        raise NotImplementedError


class Conflicts(Troubles):
    """Every second write meets a transaction of somebody else on its first item, and is not carried out."""

    def __init__(self) -> None:
        super().__init__()
        self._writes = 0

    def befall(self, operation: str, request: dict[str, Any], call: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
        if operation not in SINGLE_WRITES | {"TransactWriteItems"}:
            return call(request)
        self._writes += 1
        if self._writes % 2 == 0:
            return call(request)
        self.done[operation] += 1
        if operation in SINGLE_WRITES:
            raise refusal("TransactionConflictException", operation)
        codes = ["TransactionConflict", *["None"] * (len(request["TransactItems"]) - 1)]
        raise refusal("TransactionCanceledException", operation, CancellationReasons=[{"Code": code} for code in codes])


class Parts(Troubles):
    """Of each batch the second half is not done and comes back, down to one item."""

    def befall(self, operation: str, request: dict[str, Any], call: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
        if operation not in _LEFT:
            return call(request)
        ((table, asked),) = request["RequestItems"].items()
        whole = asked["Keys"] if operation == "BatchGetItem" else asked
        half = (len(whole) + 1) // 2
        parts = [whole[:half], whole[half:]]
        first, rest = ({**asked, "Keys": part} for part in parts) if operation == "BatchGetItem" else parts
        answer = call({**request, "RequestItems": {table: first}})
        if parts[1]:
            self.done[operation] += 1
            answer[_LEFT[operation]] = {table: rest}
        return answer


class Fault(Troubles):
    """One call, the one after so many, is throttled, or its answer is lost after AWS has carried it out."""

    def __init__(self, after: int, *, lost_answer: bool = False) -> None:
        super().__init__()
        self._after, self._lost_answer = after, lost_answer

    def befall(self, operation: str, request: dict[str, Any], call: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
        self._after -= 1
        if self._after != -1:
            return call(request)
        self.done[operation] += 1
        if self._lost_answer:
            call(request)
            raise ReadTimeoutError(endpoint_url="https://dynamodb.ap-southeast-1.amazonaws.com")
        raise refusal("ThrottlingException", operation)


def refusal(code: str, operation: str, **more: Any) -> ClientError:
    """An answer of DynamoDB's that says no."""
    response: Any = {"Error": {"Code": code, "Message": "synthetic"}, **more}
    return ClientError(response, operation)


@contextmanager
def troubled(troubles: Troubles) -> Iterator[Troubles]:
    """Have these troubles befall every call of DynamoDB; nobody waits between tries."""
    carry_out: Any = getattr(BaseClient, "_make_api_call")  # noqa: B009 - the stubs do not know it

    def befallen(client: BaseClient, operation: str, request: dict[str, Any]) -> Any:
        if client.meta.service_model.service_name != "dynamodb" or operation == "CreateTable":
            return carry_out(client, operation, request)
        try:
            return troubles.befall(operation, request, lambda asked: carry_out(client, operation, asked))
        except ClientError as error:
            # As a client raises it: by the class that the service's model has for the code.
            kind: Any = client.exceptions.from_code(error.response["Error"]["Code"])
            raise kind(error.response, operation) from None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", befallen)
        patch.setattr("time.sleep", lambda _seconds: None)
        yield troubles
