"""Plays the main job on the running stack: applications of every kind through the HTTP API, and what became of each.

All of it is synthetic. The reports are saved beside the outputs, and the stack stays up.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shlex
import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import typst

from tools import build_fonts
from tools.environment import LOCAL, OUTPUTS, ROOT, outputs, say
from tools.sample_register import Application, applications

REPORTS = LOCAL / "reports"
_SECONDS = 60
_SCAN = """
#set page(width: 14cm, height: 10cm, fill: rgb("#fdfaf2"))
#set text(font: ("Noto Serif SC", "Libertinus Serif"))
#align(center + horizon)[
  #text(18pt)[SYNTHETIC SAMPLE · 合成样本] \\ #v(6mm)
  #{} \\ #{} \\ #{}
]
"""
_ON_THE_WAY = ("received", "issuing")
_COLUMNS = (("申请 Application", 42), ("阶段 Stage", 16), ("比对 Comparison", 12), ("结果 What became of it", 60))


@dataclass(frozen=True, slots=True)
class Played:
    """One application, the status code and the body of the answer, and the report's file if there is one."""

    application: Application
    status: int
    answer: dict[str, Any]
    report: Path | None


def play(api_url: str, application: Application) -> Played:
    """Submit one application, and save its report when the answer carries one."""
    answered = requests.post(f"{api_url}/v1/applications", json=application.body, timeout=_SECONDS)
    answer: dict[str, Any] = answered.json()
    if answer.get("stage") in _ON_THE_WAY:
        answer |= _followed(answer["links"]["self"], answer["access_token"])
    issued = answer.get("report")
    if not issued:
        return Played(application, answered.status_code, answer, None)
    REPORTS.mkdir(parents=True, exist_ok=True)
    path = REPORTS / f"{issued['report_number']}.pdf"
    downloaded = requests.get(issued["url"], timeout=_SECONDS)
    downloaded.raise_for_status()
    path.write_bytes(downloaded.content)
    return Played(application, answered.status_code, answer, path)


def _followed(case_url: str, token: str) -> dict[str, Any]:
    """What the case has come to, once its report is no longer on the way; the first one waits for a cold press."""
    deadline = time.monotonic() + _SECONDS
    while True:
        answer = requests.get(case_url, headers={"Authorization": f"Bearer {token}"}, timeout=_SECONDS)
        status: dict[str, Any] = answer.json()
        if status["stage"] not in _ON_THE_WAY or time.monotonic() > deadline:
            return {name: status[name] for name in ("stage", "outcome", "comparison", "report")}
        time.sleep(0.5)


def attach_scan(api_url: str, played: Played) -> None:
    """Upload a synthetic certificate scan to a case that waits for its review."""
    body, answer = played.application.body["degree"], played.answer
    page = _SCAN.format(
        *(json.dumps(body[name], ensure_ascii=False) for name in ("institution_name", "category", "certificate_number"))
    )
    scan: bytes = typst.compile(page.encode(), format="png", ppi=72.0, font_paths=[build_fonts.LAYER])
    headers = {"Authorization": f"Bearer {answer['access_token']}"}
    announced = {"kind": "certificate_scan", "content_type": "image/png", "size": len(scan)}
    url = f"{api_url}/v1/applications/{answer['case_number']}/attachments"
    upload = requests.post(url, json=announced, headers=headers, timeout=_SECONDS)
    upload.raise_for_status()
    target = upload.json()["upload"]
    requests.put(target["url"], data=scan, headers=target["headers"], timeout=_SECONDS).raise_for_status()


def became(played: Played) -> str:
    """What became of an application, in one line."""
    answer = played.answer
    if "error" in answer:
        wrong = ", ".join(f"{one['field']} {one['code']}" for one in answer["error"]["details"])
        return f"{played.status} {answer['error']['code']}: {wrong}"
    if played.report is not None:
        return str(played.report.relative_to(ROOT))
    fields = answer["comparison"]["fields"] if answer["comparison"] else []
    differing = "、".join(f"{one['zh']} {one['en']}" for one in fields)
    return f"{answer['case_number']}" + (f" 不一致 differs: {differing}" if differing else "")


def as_expected(played: Played) -> bool:
    """Whether it became what its kind is to become."""
    expected, answer = played.application.expected, played.answer
    if expected == "invalid":
        named = {one["field"] for one in answer.get("error", {}).get("details", ())}
        return played.status == 422 and named == set(played.application.fields)
    if "error" in answer:
        return False
    if expected == "parked":
        return bool(answer["stage"] == "parked")
    if expected == "matched":
        return played.report is not None
    if answer["stage"] != "material_review":
        # The same application is the same case: somebody has acted on it since it was played first.
        return bool(answer["comparison"] is None or answer["comparison"]["result"] != "matched")
    named = {one["field"] for one in answer["comparison"]["fields"]}
    wanted = {"holder" if field.startswith("holder.") else field for field in played.application.fields}
    same_fields = named == wanted or expected != "mismatched"
    return bool(answer["comparison"]["result"] == expected and same_fields)


def sample_applications(register: Path) -> list[Application]:
    """The sample applications that go with a sample register."""
    with register.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        codes = [cell.rpartition("(")[2].rstrip(")") for cell in next(reader)]
        return applications(dict(zip(codes, row, strict=True)) for row in reader)


def main() -> None:
    """Play every kind, print the table, and say what to try next; exit status 1 when one is not as expected."""
    found = outputs()
    samples = sample_applications(Path(found["sample_register"]))
    for former in REPORTS.glob("*.pdf"):
        former.unlink()
    played = []
    for number, application in enumerate(samples, start=1):
        say(f"[{number}/{len(samples)}] 提交 {application.kind}", "submitted")
        one = play(found["api_url"], application)
        if one.answer.get("stage") == "material_review":
            attach_scan(found["api_url"], one)
        played.append(one)
    print()
    print("合成数据 All data is synthetic".center(sum(width for _, width in _COLUMNS)).rstrip())
    print(_line(*(name for name, _ in _COLUMNS)))
    for one in played:
        comparison = (one.answer.get("comparison") or {}).get("result", "—")
        mark = "" if as_expected(one) else "  ✗ 与预期不符 not as expected"
        print(_line(one.application.kind, one.answer.get("stage", "—"), comparison, became(one) + mark))
    _say_what_next(found, played)
    if not all(as_expected(one) for one in played):
        raise SystemExit(1)


def _say_what_next(found: dict[str, Any], played: list[Played]) -> None:
    issued = next((one for one in played if one.report is not None), None)
    waiting = next((one for one in played if one.answer.get("stage") == "material_review"), None)
    print("\n接下来 What to try next")
    print(f"  申请页   apply            {found['api_url']}/apply")
    if issued is not None and issued.report is not None:
        report = issued.answer["report"]
        digest = hashlib.sha256(issued.report.read_bytes()).hexdigest()
        print(f"  打开报告 open a report    {issued.report.relative_to(ROOT)}")
        print(f"  在线校验 check it online  {found['check_url']}#n={report['report_number']}&c={report['check_code']}")
        body = shlex.quote(json.dumps({"sha256": digest}))
        print(
            f"  按文件校验 check the file curl -sd {body} -H 'content-type: application/json' "
            f"{found['api_url']}/v1/report-checks"
        )
    if waiting is not None:
        case_number = waiting.answer["case_number"]
        action = json.dumps({"action": "confirm_material", "case_number": case_number, "reviewer": "reviewer-1"})
        print(f"  办理进度 follow a case    {waiting.answer['links']['page']}")
        print(f"  材料审查 review it        make staff INPUT={shlex.quote(action)}")
    print(f"  全部地址 all addresses    {OUTPUTS.relative_to(ROOT)}    停止 stop: make down")


def _line(*cells: str) -> str:
    return "".join(_padded(cell, width) for cell, (_, width) in zip(cells, _COLUMNS, strict=True)).rstrip()


def _padded(cell: str, width: int) -> str:
    shown = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in cell)
    return cell + " " * max(1, width - shown)


if __name__ == "__main__":
    main()
