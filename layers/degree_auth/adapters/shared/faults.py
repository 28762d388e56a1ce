"""Which faults of AWS pass: the same request, sent again a little later, may well succeed (N1, N5)."""

from __future__ import annotations

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

PASSING_CODES = frozenset(
    {
        "ConditionalRequestConflict",
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingError",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionConflict",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
"""What AWS says of such a fault, in an error or as the reason of a cancelled transaction."""
_SERVER_FAULT = 500
_CANCELLED = "TransactionCanceledException"


def is_passing(error: BaseException) -> bool:
    """Whether a fault is one of AWS that passes, after the SDK has tried again by itself: throttling, a fault inside,
    no connection or no answer in time, or a conflict of transactions. Looked for in what the error came from, too."""
    met: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in met:
        met.add(id(cause))
        if isinstance(cause, HTTPClientError | ConnectionError):
            return True
        if isinstance(cause, ClientError):
            return _is_passing_client_error(cause)
        # PynamoDB hands on what it wraps in an attribute of its own.
        cause = getattr(cause, "cause", None) or cause.__cause__
    return False


def _is_passing_client_error(error: ClientError) -> bool:
    code = error.response.get("Error", {}).get("Code", "")
    if code == _CANCELLED:
        reasons = {reason.get("Code", "None") for reason in error.response.get("CancellationReasons", ())} - {"None"}
        return bool(reasons) and reasons <= PASSING_CODES
    return code in PASSING_CODES or error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= _SERVER_FAULT
