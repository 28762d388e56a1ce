"""The promise of article 2 over many claims: no false match, and every harmless way of writing matches."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.domain.applications.categories import CATEGORIES
from degree_auth.domain.applications.claim import Claim, IdentityType, Level, Sex, StudyForm
from degree_auth.domain.applications.identity import check_character
from degree_auth.domain.applications.submission import parse_submission, submission_from_dict
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.award_identity import certificate_key, number_key_source
from degree_auth.domain.register.matching import Comparison, MatchResult, compare_claim
from tests.samples.claims import TODAY, another_holder, award, body_of, claim_of, harmless

SEED = 20261123
RECORDS = 12_000
UNCHANGED, VARIED, WRONG, ANOTHERS, INVENTED, AMBIGUOUS = 10_000, 20_000, 13_000, 4_000, 2_000, 2_400


class Register:
    """The award register's two look-ups over records in memory."""

    def __init__(self, records: list[AwardRecord]) -> None:
        self._by_certificate: defaultdict[str, list[AwardRecord]] = defaultdict(list)
        self._by_holder: defaultdict[str, list[AwardRecord]] = defaultdict(list)
        for record in records:
            self.add(record)

    def add(self, record: AwardRecord) -> None:
        self._by_certificate[certificate_key(record.institution_code, record.certificate_number)].append(record)
        self._by_holder[number_key_source(record.identity_type, record.identity_number)].append(record)

    def candidates(self, claim: Claim) -> list[AwardRecord]:
        key = certificate_key(claim.degree.institution_code, claim.degree.certificate_number)
        holder = number_key_source(claim.holder.identity_type, claim.holder.identity_number)
        return self._by_certificate.get(key) or self._by_holder.get(holder, [])

    def compare(self, claim: Claim) -> Comparison:
        return compare_claim(claim, self.candidates(claim), shipped_institutions())


def _digit_changed(rng: Random, text: str) -> str:
    at = rng.choice([i for i, char in enumerate(text) if char.isdigit()])
    return text[:at] + rng.choice([digit for digit in "0123456789" if digit != text[at]]) + text[at + 1 :]


def _swapped(rng: Random, text: str) -> str:
    places = [i for i in range(len(text) - 1) if text[i] != text[i + 1]]
    at = rng.choice(places)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _other(rng: Random, values: list[Any], value: Any) -> Any:
    return rng.choice([each for each in values if each != value])


def _wrong_name(rng: Random, name: str) -> str:
    return rng.choice(
        (
            name + "明",
            name[1:],
            name[:-1] + rng.choice("彬鹏颖"),
            "龔" + name[1:],
            name.translate(str.maketrans("张刘陈杨吴马", "張劉陳楊吳馬")) + "·",
            _swapped(rng, name),
        )
    )


def _wrong_identity(rng: Random, record: AwardRecord) -> str:
    number = record.identity_number
    if record.identity_type is IdentityType.RESIDENT_IDENTITY_CARD and len(number) == 18:
        first = number[:15] + f"{(int(number[15:17]) + 2) % 100:02}"
        return first + check_character(first)
    return _digit_changed(rng, number)


WRONG_FIELDS: dict[str, Callable[[Random, AwardRecord], Any]] = {
    "holder.name": lambda rng, r: _wrong_name(rng, r.name),
    "holder.sex": lambda rng, r: _other(rng, list(Sex), r.sex).value,
    "holder.birth_date": lambda rng, r: (r.birth_date + timedelta(days=rng.choice((-1, 1, 31, 365)))).isoformat(),
    "holder.identity_type": lambda rng, r: (
        IdentityType.MILITARY.value if r.identity_type is not IdentityType.MILITARY else IdentityType.PASSPORT.value
    ),
    "holder.identity_number": _wrong_identity,
    "degree.institution_code": lambda rng, r: _digit_changed(rng, r.institution_code),
    "degree.institution_name": lambda rng, r: rng.choice(
        ("北京师范大学", r.institution_name + "学院", "华中工学院二部")
    ),
    "degree.level": lambda rng, r: _other(rng, list(Level), r.level).value,
    "degree.category": lambda rng, r: _other(rng, list(CATEGORIES.values()), r.category_name),
    "degree.discipline": lambda rng, r: rng.choice((r.discipline_name + "类", r.discipline_name[:-1], "哲学")),
    "degree.study_form": lambda rng, r: _other(rng, list(StudyForm), r.study_form).value,
    "degree.award_date": lambda rng, r: (r.award_date + timedelta(days=rng.choice((-1, 1, 10)))).isoformat(),
    "degree.certificate_number": lambda rng, r: rng.choice((_digit_changed, _swapped))(rng, r.certificate_number),
}
LOOKED_UP_BY = {"holder.identity_type", "degree.institution_code", "degree.certificate_number"}
"""Fields by which the register looks up or another is read: a wrong one may lead elsewhere, or spoil a second field."""


def _wrong_in(field: str, value: Any, record: AwardRecord) -> Claim:
    section, _, name = field.partition(".")
    body = body_of(record)
    body[section][name] = value
    return submission_from_dict(body).claim


def _ambiguous(rng: Random, record: AwardRecord, i: int) -> Iterator[AwardRecord]:
    """Records beside which a claim of `record` leaves doubt."""
    if i % 3 == 0:
        yield replace(record, record_id=f"{record.record_id}-again")
    elif i % 3 == 1:
        yield replace(
            record,
            record_id=f"{record.record_id}-otherwise",
            award_date=record.award_date + timedelta(days=1),
            duplicate=True,
        )


@pytest.mark.requirement("A2", "N2")
def test_no_claim_matches_falsely_and_every_harmless_variant_matches(capsys: pytest.CaptureFixture[str]) -> None:
    rng = Random(SEED)
    records = [award(rng, serial) for serial in range(RECORDS)]
    register = Register(records)
    # Numbers repeat: some awards share theirs with an award of somebody else, which must not disturb either.
    for i in range(0, RECORDS, 40):
        shared = another_holder(records[i], records[(i + 1) % RECORDS])
        register.add(replace(shared, record_id=f"{shared.record_id}-shared", duplicate=True))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    failures: list[str] = []

    def check(kind: str, comparison: Comparison, good: bool) -> None:
        counts[kind][comparison.result.value] += 1
        if not good:
            failures.append(f"{kind}: {comparison.as_dict()}")

    for _ in range(UNCHANGED):
        record = rng.choice(records)
        result = register.compare(claim_of(record))
        check("unchanged", result, (result.result, result.record_id) == (MatchResult.MATCHED, record.record_id))

    for _ in range(VARIED):
        record = rng.choice(records)
        result = register.compare(parse_submission(harmless(rng, body_of(record)), TODAY).claim)
        check("harmlessly varied", result, (result.result, result.record_id) == (MatchResult.MATCHED, record.record_id))

    for i in range(WRONG):
        record = records[rng.randrange(RECORDS)]
        field = list(WRONG_FIELDS)[i % len(WRONG_FIELDS)]
        result = register.compare(_wrong_in(field, WRONG_FIELDS[field](rng, record), record))
        named = {difference.field for difference in result.differences}
        exact = named == {field} or field in LOOKED_UP_BY
        check("wrong in one field", result, result.result is not MatchResult.MATCHED and exact)

    for i in range(ANOTHERS):
        record, other = rng.sample(records, 2)
        stolen = another_holder(record, other)
        if i % 2:
            stolen = replace(stolen, name=record.name)
        result = register.compare(claim_of(stolen))
        check("another person's", result, result.result is not MatchResult.MATCHED)

    for i in range(INVENTED):
        result = register.compare(claim_of(award(rng, 10 * RECORDS + i)))
        check("invented", result, result.result is MatchResult.NOT_FOUND)

    for i in range(AMBIGUOUS):
        serial = 20 * RECORDS + i
        record = replace(award(rng, serial), duplicate=i % 3 == 2)
        for each in (record, *_ambiguous(rng, record, i)):
            register.add(each)
        result = register.compare(claim_of(record))
        check("ambiguous", result, result.result is MatchResult.AMBIGUOUS)

    with capsys.disabled():
        _print_table(counts)
    assert sum(counter.total() for counter in counts.values()) >= 50_000
    assert failures == []


def _print_table(counts: dict[str, Counter[str]]) -> None:
    columns = [result.value for result in MatchResult]
    lines = [f"\n{'claims':<20}" + "".join(f"{column:>12}" for column in columns) + f"{'all':>10}"]
    for kind, counter in counts.items():
        lines.append(f"{kind:<20}" + "".join(f"{counter[column]:>12}" for column in columns) + f"{counter.total():>10}")
    sys.stdout.write("\n".join(lines) + "\n")
