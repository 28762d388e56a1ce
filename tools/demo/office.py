"""A department of an institution at work: signed in over HTTP with password and one-time code."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from degree_auth.domain.cases.result import DENIALS, Result
from tools.demo.stack import Stack, answer_of, tell, until
from tools.demo.words import answer_words, sentence
from tools.sample_institutions import SampleInstitutions, username_of

HANDLER = "样例·经办人"
_DENIAL = {
    "archive_searched": "样例学位授予名册",
    "archive_reference": "档-样例-001",
    "reason": "名册中无此学位授予记录",
}


@dataclass(slots=True)
class Office:
    """The account of a department of an institution, or of the lead department (no `department_id`).

    `answered` are the tasks that it answered in this run.
    """

    stack: Stack
    registrations: SampleInstitutions
    institution_code: str
    department_id: str | None
    answered: list[str] = field(default_factory=list)
    _token: str = ""

    @property
    def username(self) -> str:
        """Who signs in."""
        return username_of(self.institution_code, self.department_id)

    def sign_in(self) -> None:
        """Open a session as a person would; waits for the next one-time code when it must."""
        self._token = self.registrations.sign_in(self.username)
        tell(f"{self.username} 登录（密码 + 动态验证码）", f"{self.username} signs in with password and one-time code")

    def ask(self, method: str, path: str, status: int = 200, **options: Any) -> Any:
        """The JSON of an answer; the session goes on, or a new one is opened, when its access token has expired."""
        response = self.stack.send(method, f"/v1/{path}", self._token, **options) if self._token else None
        if response is None or response.status_code == 401:
            self._token = self.registrations.access_token(self.username)
            response = self.stack.send(method, f"/v1/{path}", self._token, **options)
        return answer_of(response, status)

    def task_of(self, case_number: str) -> dict[str, Any]:
        """The form of a case's open task, once the list shows it and it has been routed."""

        def find_task_id() -> str | None:
            tasks = self.ask("GET", "tasks", params={"status": "open", "limit": 100})["tasks"]
            return next((str(one["task_id"]) for one in tasks if one["case_number"] == case_number), None)

        task_id = until(find_task_id, f"{self.username} 的任务列表", f"the task in the list of {self.username}")

        def find_routing() -> tuple[dict[str, Any], dict[str, Any]] | None:
            form: dict[str, Any] = self.ask("GET", f"tasks/{task_id}")
            entry = next((one for one in form["history"] if one["event"] == "task_routed"), None)
            return None if entry is None else (form, entry)

        form, entry = until(find_routing, "任务分派", "the task to be routed")
        due, routed = form["deadline"]["due"], sentence(entry)
        tell(
            f"{self.username} 打开任务 {task_id}，时限 {due}：{routed.zh}",
            f"{self.username} opens the task {task_id}, due on {due}: {routed.en}",
        )
        return form

    def answer(self, task_id: str, result: str, **more: Any) -> None:
        """Fill in the verification form."""
        form = {"result": result, "handler": HANDLER, **(_DENIAL if result in DENIALS else {}), **more}
        if result in DENIALS:
            form["confirmed_outcome"] = DENIALS[Result(result)]
        self.ask("POST", f"tasks/{task_id}/feedback", json=form)
        self.answered.append(task_id)
        said = answer_words(result)
        tell(f"{self.username} 反馈：{said.zh}", f"{self.username} answers: {said.en}")
