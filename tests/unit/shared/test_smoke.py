"""What the look after a deployment says."""

from __future__ import annotations

import pytest

from tools.smoke import ISSUER, READ, look

URL = "https://api/production"
WELL = {URL + path: 200 for path in (*READ, ISSUER)}


def amiss(answers: dict[str, int], stages: list[str]) -> list[str]:
    """What is amiss, in English."""
    return [found.words.en for found in look(URL, answers.__getitem__, stages) if found.amiss]


@pytest.mark.requirement("N1")
def test_nothing_is_amiss_when_every_route_answers_through_one_stage() -> None:
    assert amiss(WELL, ["production"]) == []
    assert len(list(look(URL, WELL.__getitem__, ["production"]))) == len(READ)


@pytest.mark.requirement("N1")
def test_an_account_without_a_licence_is_told_apart_from_a_fault() -> None:
    told = amiss(WELL | {URL + path: 403 for path in READ}, ["production"])
    assert len(told) == len(READ)
    assert all("ICP licence" in one for one in told)
    assert amiss(WELL | {URL + READ[1]: 503}, ["production"]) == [f"{READ[1]} answers 503"]


@pytest.mark.requirement("N1")
def test_a_missing_certificate_and_a_second_public_stage_are_told() -> None:
    (told,) = amiss(WELL | {URL + ISSUER: 404}, ["production"])
    assert "certificate" in told
    (other,) = amiss(WELL, ["production", "Stage"])
    assert other.endswith("Stage")
    assert amiss(WELL, []) != []
