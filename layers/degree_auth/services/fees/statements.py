"""Statements of verification fees (articles 7, 9): its own for an institution's lead department, any for staff."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from degree_auth.domain.accounts.principal import Principal, require_lead
from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.fees.request import FeeRequest, parse_fee_query, parse_fee_statement
from degree_auth.domain.fees.statement import Column, Statement, statement, statement_table, yuan
from degree_auth.domain.shared.words import Words
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.services.fees.ports import FeeStore
from degree_auth.services.shared.ports import Documents
from degree_auth.services.shared.staff_desk import ActionResult

Departments = Mapping[tuple[str, str], str]
"""Names by institution code and department id."""
Table = Sequence[Sequence[str | int]]
"""Rows of cells, headings first."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement with what it was asked for by."""

    request: FeeRequest
    statement: Statement


@dataclass(frozen=True, slots=True)
class FeeStatements:
    """Adds up fees as they are stored; reads the months asked for, and nothing else. `departments` gives the names of
    those of an institution that a statement shows, as far as they are known."""

    store: FeeStore
    institutions: Institutions
    departments: Callable[[str], Departments] = field(default=lambda _code: {})

    def own(self, asker: Principal, parameters: Mapping[str, str]) -> Stated:
        """The asker's institution's statement.

        Raises:
            Forbidden: a verifying department asks.
            Invalid: what is wrong with the parameters.
        """
        require_lead(asker)
        return self.state(parse_fee_query(parameters, asker.institution_code))

    def state(self, request: FeeRequest) -> Stated:
        """The statement that is asked for."""
        fees = [fee for period in request.periods for fee in self.store.fees(period, request.institution_code)]
        return Stated(request, statement(fees, request.by))

    def table(self, stated: Stated, today: date) -> Table:
        """The rows of a statement's file in the language asked for; institutions have the names of today."""
        sums = stated.statement
        # The institution stands first, wherever it stands.
        codes = sorted({row.values[0] for row in sums.rows}) if Column.INSTITUTION in sums.columns else []
        names = {code: found[0] for code in codes if (found := self.institutions.names(code, today))}
        departments: dict[tuple[str, str], str] = {}
        if Column.DEPARTMENT in sums.columns:
            for code in codes:
                departments |= self.departments(code)
        return statement_table(sums, names, departments, stated.request.language)


@dataclass(frozen=True, slots=True)
class FeeFiles:
    """Writes the statements that staff ask for into object storage, in this bucket, as CSV."""

    statements: FeeStatements
    documents: Documents
    bucket: str
    csv_text: Callable[[Table], str]

    def carry_out(self, body: object, command: str, now: datetime) -> ActionResult:
        """Write one statement, and say where it is.

        `command` names the execution: one that runs again writes the same file.

        Raises:
            Malformed, Invalid: what is wrong with the input.
        """
        stated = self.statements.state(parse_fee_statement(body))
        run = hashlib.sha256(command.encode()).hexdigest()[:12]
        key = f"statements/{stated.request.name}_{run}.csv"
        content = self.csv_text(self.statements.table(stated, shanghai_day(now))).encode()
        self.documents.put(key, content, "text/csv; charset=utf-8")
        location, sums = f"s3://{self.bucket}/{key}", stated.statement
        words = Words(
            f"劳务费报表已生成：{location}。共 {sums.tasks} 件，{yuan(sums.fen)} 元。",
            f"The statement of fees is at {location}: {sums.tasks} tasks, CNY {yuan(sums.fen)}.",
        )
        return ActionResult(words, {"location": location})
