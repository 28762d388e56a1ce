"""Bulk reading is told: the figures that the alarms look at, by kind of reader (N3, N4)."""

from __future__ import annotations

import json

import pytest

from degree_auth.domain.readings.reader import OF_OWN_CASES, ReaderKind
from degree_auth.observability import metrics, report_cases_read
from tests.template.model import SOURCE, of_type

pytestmark = pytest.mark.requirement("N3", "N4")
ALARMS = {
    name: SOURCE["Resources"][name]["Properties"]
    for name in of_type("AWS::CloudWatch::Alarm")
    if SOURCE["Resources"][name]["Properties"].get("MetricName", "").startswith("CasesRead")
}


def dimensions(alarm: str) -> dict[str, str]:
    return {one["Name"]: one["Value"] for one in ALARMS[alarm]["Dimensions"]}


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED", raising=False)
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "DegreeAuth")
    monkeypatch.setattr(metrics.provider, "service", "degree-auth")
    report_cases_read("staff", "staff:li.ming", 61, 75)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_figures_name_the_kind_of_reader_and_the_log_line_has_who(told: list[dict[str, object]]) -> None:
    assert [(one.get("CasesReadInAnHour"), one.get("CasesReadInADay")) for one in told] == [
        ([61.0], None),
        (None, [75.0]),
    ]
    for one in told:
        assert (one["reader"], one["service"], one["actor"]) == ("staff", "degree-auth", "staff:li.ming")
        emf = one["_aws"]["CloudWatchMetrics"][0]  # type: ignore[index]
        # Exactly these: the actor is no dimension, so that nobody is named in CloudWatch's figures.
        assert (emf["Namespace"], sorted(emf["Dimensions"][0])) == ("DegreeAuth", ["reader", "service"])


def test_every_kind_of_reader_of_others_cases_has_an_alarm_that_looks_at_the_busiest() -> None:
    assert {dimensions(alarm)["reader"] for alarm in ALARMS} == {
        kind.value for kind in ReaderKind if kind not in OF_OWN_CASES
    }
    for alarm, properties in ALARMS.items():
        assert dimensions(alarm).keys() == {"reader", "service"}
        assert (properties["Namespace"], properties["Statistic"]) == ("DegreeAuth", "Maximum")
        threshold = SOURCE["Parameters"][properties["Threshold"]["Ref"]]
        assert threshold["Default"] >= threshold["MinValue"] == 1
