"""Chapter: applications of every kind, and what became of each at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from degree_auth.domain.shared.words import Words
from tools.demo.applicant import REPORTS, Applicant, apply, save, scan_of, signed_in
from tools.demo.people import claim, import_into, new_people
from tools.demo.stack import Stack, expect, tell
from tools.demo.story import Story
from tools.demo.table import Ending
from tools.demo.words import compared_words, problems_words, stage_words
from tools.environment import ROOT
from tools.sample_applications import Application, applications
from tools.sample_files import read_csv
from tools.sample_institutions import INSTITUTIONS

_RESULT = ("stage", "outcome", "comparison", "report", "former_reports")


@dataclass(frozen=True, slots=True)
class Played:
    """One application, the status code and the body of the answer, and the report's file if there is one."""

    application: Application
    status: int
    answer: Mapping[str, Any]
    report: Path | None

    @property
    def is_known(self) -> bool:
        """Whether it was submitted before: the same application is the same case, whose link is handed out once."""
        return "case_number" in self.answer and self.answer.get("access_token") is None

    @property
    def ending(self) -> Ending:
        """Its line in the table."""
        stage, compared = stage_words(self.answer.get("stage")), compared_words(self.answer.get("comparison"))
        return Ending(self.application.kind, stage, compared, became(self), as_expected(self))


def play(story: Story) -> None:
    """Submit every kind; the same application is the same case, so that a repeat finds what became of it before."""
    samples = sample_applications(Path(story.stack.found["sample_register"]))
    for number, application in enumerate(samples, start=1):
        place = f"[{number}/{len(samples)}]"
        tell(f"{place} 提交 {application.kind.zh}", f"{place} submitted: {application.kind.en}")
        played = _submit(story.stack, application)
        if played.is_known:
            case_number = played.answer["case_number"]
            tell(f"此前已提交：仍为 {case_number}", f"submitted before: it is still {case_number}")
        story.endings.append(played.ending)
        if played.report is not None:
            story.reports.setdefault("matched", dict(played.answer["report"]))
        if played.answer.get("stage") == "material_review":
            applicant = Applicant(story.stack, application.body, played.answer)
            if not applicant.status()["attachments"]:
                applicant.attach("certificate_scan", scan_of(application.body))
            # Best one whose institution has accounts here, so that there is somebody to answer the task.
            if application.body["degree"]["institution_code"] in {one.code for one in INSTITUTIONS}:
                story.waiting["confirm_material"] = applicant
            story.waiting.setdefault("confirm_material", applicant)
    _not_signed_in(story)


def _not_signed_in(story: Story) -> None:
    """Who cannot be proven online is told nothing, until a reviewer has confirmed who applies. It is a new person, with
    whose award nobody has done anything on a stack that runs."""
    people = new_people(1)
    import_into(story.stack, people)
    applicant = apply(story.stack, claim(people[0]), signs_in=False)
    told = {name: applicant.answer[name] for name in ("stage", "comparison", "proven_by")}
    expect(told == {"stage": "identity_review", "comparison": None, "proven_by": None}, f"not signed in: {told}")
    applicant.attach("identity_document", scan_of(applicant.body))
    sheet = story.stack.act("open_review", applicant.case_number)
    story.stack.act("confirm_identity", applicant.case_number, reason="证件与申请人一致", version=sheet["version"])
    applicant.report()
    story.endings.append(applicant.ending("未登录，由审核员核验身份", "not signed in, confirmed by a reviewer"))


def sample_applications(register: Path) -> list[Application]:
    """The sample applications that go with a sample register."""
    return applications(read_csv(register))


def became(played: Played) -> Words:
    """What became of an application."""
    answer = played.answer
    if "error" in answer:
        wrong = problems_words(answer["error"]["details"])
        return Words(f"{played.status} {wrong.zh}", f"{played.status} {wrong.en}")
    if played.report is not None:
        return _alike(str(played.report.relative_to(ROOT)))
    fields = answer["comparison"]["fields"] if answer["comparison"] else []
    if not fields:
        return _alike(answer["case_number"])
    return Words(
        f"{answer['case_number']} 不一致：{'、'.join(one['zh'] for one in fields)}",
        f"{answer['case_number']} differs: {', '.join(one['en'] for one in fields)}",
    )


def _alike(codes: str) -> Words:
    """What is the same in both languages."""
    return Words(codes, codes)


def as_expected(played: Played) -> bool:
    """Whether it became what its kind is to become; one that was submitted before may have gone on since."""
    expected, answer = played.application.expected, played.answer
    if expected == "invalid":
        named = {one["field"] for one in answer.get("error", {}).get("details", ())}
        return played.status == 422 and named == set(played.application.fields)
    if "error" in answer:
        return False
    if expected == "parked":
        return bool(answer["stage"] == "parked")
    if expected == "matched":
        return played.report is not None or (played.is_known and bool(answer["former_reports"]))
    if answer["stage"] != "material_review":
        # The same application is the same case: somebody has acted on it since it was played first.
        return bool(answer["comparison"] is None or answer["comparison"]["result"] != "matched")
    named = {one["field"] for one in answer["comparison"]["fields"]}
    wanted = {"holder" if field.startswith("holder.") else field for field in played.application.fields}
    same_fields = named == wanted or expected != "mismatched"
    return bool(answer["comparison"]["result"] == expected and same_fields)


def _submit(stack: Stack, application: Application) -> Played:
    # Who could not be a holder cannot sign in either.
    session = "" if application.expected == "invalid" else signed_in(stack, application.body)
    response = stack.send("POST", "/v1/applications", session, json=application.body)
    answer: dict[str, Any] = response.json()
    if "error" not in answer:
        status = Applicant(stack, application.body, answer).until_settled()
        answer |= {name: status[name] for name in _RESULT}
    report = answer.get("report")
    return Played(application, response.status_code, answer, save(report) if report else None)


def forget_former_reports() -> None:
    """Remove the files that a former run has saved."""
    for former in REPORTS.glob("*.pdf"):
        former.unlink()
