"""Chapter: the platform delivers applications at once, and is told of their cases although its receiver stumbles."""

from __future__ import annotations

from typing import Any

from degree_auth.domain.shared.words import Words
from tools.demo.people import claim, import_into, new_people
from tools.demo.stack import expect, tell, until
from tools.demo.story import Story
from tools.demo.table import Ending
from tools.demo.words import NOTHING
from tools.platform_simulator import Behaviour, Platform, Receiver
from tools.platform_words import as_platform


def play(story: Story) -> None:
    """A delivery of three, one of them wrong; the same again; one with a wrong signature; then the events."""
    people = new_people(2)
    import_into(story.stack, people)
    bodies = [claim(row) for row in people]
    items: list[dict[str, Any]] = [
        {"id": f"demo-{row['XWZSBH']}", "proven_by": "public_security", "data": as_platform(body)}
        for row, body in zip(people, bodies, strict=True)
    ]
    items.append({**items[0], "id": "demo-without-a-name", "data": {**items[0]["data"], "xm": ""}})
    platform = Platform(story.stack.aws, story.stack.found)
    inbox = platform.inbox()
    inbox.behaviour = Behaviour(refuses=0.3, forgets=0.1, once=True)
    receiver = Receiver(inbox)
    try:
        with platform.told_at(receiver.url):
            answer = platform.deliver(items)
            results = answer.json()["results"]
            expect([one["status"] for one in results] == [202, 202, 422], f"delivery: {answer.text}")
            wrong = [one["field"] for one in results[2]["error"]["details"]]
            expect(wrong == ["xm"], f"delivery: {answer.text}")
            expect(platform.deliver(items).json()["results"] == results, "the delivery again")
            expect(platform.deliver(items, wrong=True).status_code == 401, "a wrong signature")
            tell(
                "平台一次推送三件：两件受理，一件缺姓名（xm）被拒；重复推送答复相同；签名错误的被拒",
                "the platform delivers three: two are taken, one without a name (xm) is refused; again the answers are "
                "the same; a wrong signature is refused",
            )
            numbers = [one["case_number"] for one in results[:2]]

            def told() -> bool:
                heard = [inbox.events.get(number, []) for number in numbers]
                return all(any("conclusion" in one["type"] for one in events) for events in heard)

            until(told, "平台收到结论", "the platform to hear the conclusions")
    finally:
        receiver.stop()
    expect(inbox.out_of_order == 0, f"{inbox.out_of_order} events out of order")
    events, attempts = len(inbox.came_at), inbox.attempts.total()
    said = Words(
        f"{events} 个事件，推送 {attempts} 次，件内无乱序",
        f"{events} events in {attempts} attempts, none out of order in its case",
    )
    tell(f"平台的接收端时好时坏：{said.zh}", f"the platform's receiver stumbles: {said.en}")
    story.endings.append(Ending(Words("平台推送", "delivered by the platform"), NOTHING, NOTHING, said))
