"""Verification fees of the institution, for its lead department (articles 7, 9)."""

from __future__ import annotations

from typing import Any

from chalice.app import Request, Response

from degree_auth.domain.accounts.principal import Permission
from degree_auth.domain.fees.fee import NO_DEPARTMENT
from degree_auth.domain.fees.statement import Column
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.http.requests import prefers, query
from degree_auth.http.responses import csv_file, json_response
from degree_auth.services.fees.statements import Stated
from degree_auth.wiring import shared
from degree_auth.wiring.fees import statements
from institution_app import app, asker


@app.on("GET", "/v1/fees")
def fees(request: Request) -> Response:
    stated = statements.statements().own(asker(request, Permission.READ), query(request))
    if prefers(request, "text/csv"):
        return csv_file(statements.statements().table(stated, shanghai_day(shared.now())), f"{stated.request.name}.csv")
    return json_response(_body(stated))


def _body(stated: Stated) -> dict[str, Any]:
    asked, sums = stated.request, stated.statement
    rows = []
    for row in sums.rows:
        values: dict[str, Any] = dict(zip((str(column) for column in sums.columns), row.values, strict=True))
        values.pop(Column.INSTITUTION, None)
        if Column.DEPARTMENT in asked.by:
            values[Column.DEPARTMENT] = None if values[Column.DEPARTMENT] == NO_DEPARTMENT else values["department_id"]
        rows.append({**values, "tasks": row.tasks, "fen": row.fen})
    return {
        "institution_code": asked.institution_code,
        "from": asked.first,
        "to": asked.last,
        "rows": rows,
        "tasks": sums.tasks,
        "fen": sums.fen,
    }
