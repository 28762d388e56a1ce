"""Whatever is done to an institution in whatever order: its log tells all of it, once, and nothing is overwritten."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from degree_auth.domain.institutions.institution import Department, Exemption, Explanation
from degree_auth.domain.shared.chain import entry_hash
from degree_auth.domain.shared.errors import DegreeAuthError
from tests.doubles.institutions import RegistrationOffice

_IDS = st.sampled_from(["archive", "registry"])
_VERSIONS = st.integers(0, 3)
_DEPARTMENTS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["档案馆", "教务部"]),
        "scope": st.sampled_from(
            [
                {"levels": ["C"], "award_years": ["E"]},
                {"levels": ["B"], "award_years": ["F"], "study_forms": ["J"]},
            ]
        ),
        "active": st.booleans(),
        "version": _VERSIONS,
    }
)
_EXPLANATIONS = st.fixed_dictionaries(
    {"text": st.sampled_from(["甲", "乙"]), "valid_from": st.just("2026-01-01"), "version": _VERSIONS}
)
_COMMANDS = st.one_of(
    st.tuples(st.just("department"), _IDS, _DEPARTMENTS),
    st.tuples(st.just("registration"), _IDS, st.sampled_from(["B", "C"])),
    st.tuples(st.just("explanation"), _IDS, _EXPLANATIONS),
    st.tuples(st.just("approve"), st.sampled_from(["letter-1", "letter-2"]), st.sampled_from(["2026", "2027"])),
    st.tuples(st.just("withdraw"), st.sampled_from(["letter-1", "letter-2"]), st.none()),
)


def carry_out(office: RegistrationOffice, kind: str, name: str, content: Any) -> None:
    lead = office.principal()
    if kind == "department":
        office.own.put_department(lead, name, content, office.now)
    elif kind == "registration":
        office.add_department(name, levels=content)
    elif kind == "explanation":
        office.own.put_explanation(lead, name, content, office.now)
    elif kind == "approve":
        period = {"valid_from": f"{content}-01-01", "valid_until": f"{content}-12-31", "reason": "无网络"}
        office.act("approve_exemption", exemption=name, **period)
    else:
        office.act("withdraw_exemption", exemption=name, reason="已联网")


def state(office: RegistrationOffice) -> object:
    store = office.institution_store
    return dict(store.institutions), dict(store.parts), store.institution_log("10001"), dict(office.store.accounts)


@pytest.mark.requirement("A8", "A9", "N1", "N3")
@settings(max_examples=150)
@given(st.lists(_COMMANDS, max_size=25))
def test_the_log_tells_every_change_once_and_a_refusal_or_a_repeat_changes_nothing(commands: list[Any]) -> None:
    office = RegistrationOffice()
    office.register()
    for command in commands:
        before = state(office)
        try:
            carry_out(office, *command)
        except DegreeAuthError:
            assert state(office) == before
            continue
        after = state(office)
        carry_out(office, *command)
        assert state(office) == after
    log = office.institution_store.institution_log("10001")
    institution = office.institution_store.institution("10001")
    assert [one.seq for one in log] == list(range(1, institution.version + 1))
    previous = ""
    for entry in log:
        assert entry.hash == entry_hash(previous, entry.as_dict())
        previous = entry.hash
    assert institution.log_hash == previous
    assert sum(part.version for part in office.institution_store.parts.values()) == len(log) - 1
    assert _told(log) == {
        (type(part).__name__, key[2]): _facts(part) for key, part in office.institution_store.parts.items()
    }


def _told(log: Any) -> dict[tuple[str, str], object]:
    """What the log alone says of every part as it is now."""
    told: dict[tuple[str, str], Any] = {}
    for entry in log:
        data = entry.data
        match entry.type.value:
            case "department_registered":
                told["Department", data["department_id"]] = (data["name"], data["scope"], data["active"])
            case "department_changed":
                after = data["after"]
                told["Department", after["department_id"]] = (after["name"], after["scope"], after["active"])
            case "explanation_changed":
                told["Explanation", data["after"]["explanation_id"]] = data["after"]["text"]
            case "exemption_approved":
                told["Exemption", data["exemption"]] = (data["valid_from"], data["valid_until"], None)
            case "exemption_withdrawn":
                told["Exemption", data["exemption"]] = (
                    *told["Exemption", data["exemption"]][:2],
                    data["withdrawn_on"],
                )
    return told


def _facts(part: Department | Exemption | Explanation) -> object:
    if isinstance(part, Department):
        return part.name, part.scope.as_dict(), part.active
    if isinstance(part, Explanation):
        return part.text
    return part.valid_from.isoformat(), part.valid_until.isoformat(), _iso(part.withdrawn_on)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
