"""Drawing reports for a spot check (article 15), once a command, into files that are kept."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from degree_auth.domain.shared.chain import canonical_json
from degree_auth.domain.shared.errors import Conflict, NotFound
from degree_auth.domain.shared.working_days import shanghai_time
from degree_auth.domain.spot_checks.draw import Method, Terms, published_draw
from degree_auth.domain.spot_checks.population import population_file
from degree_auth.domain.spot_checks.request import DrawRequest
from degree_auth.services.shared.ports import Sealer
from degree_auth.services.spot_checks.ports import FinishedReports, KeptFiles

LARGEST_POPULATION_BYTES = 512 * 1024 * 1024
_LARGEST_DRAW_BYTES = 16 * 1024 * 1024
_FOLDER = "spot-checks"


@dataclass(frozen=True, slots=True)
class SpotCheckDraw:
    """Draws reports; `order.json`, `population.csv` and `draw.json` of a draw lie under `spot-checks/<draw id>/`."""

    reports: FinishedReports
    files: KeptFiles
    sealer: Sealer

    def order(self, command: str, request: DrawRequest, by: str, now: datetime) -> str:
        """Keep what is to be drawn, who ordered it (an actor as in the case log) and when (N3); gives the draw's id.

        The id, and the seed unless one is given, follow from the command: the same command is the same draw.

        Raises:
            Conflict: the command has ordered a draw by other terms.
        """
        draw_id = self.draw_id(command)
        seed = request.seed or self.sealer.digest("spot-check-seed", command).hex()
        terms = Terms(request.months, request.method, request.size, seed)
        asked = {"months": list(terms.months), "method": terms.method.value, "size": terms.size, "seed": terms.seed}
        made = {"draw_id": draw_id, "by": by, "at": shanghai_time(now), **asked}
        if not self.files.put_new(_order_key(draw_id), canonical_json(made), "application/json"):
            kept = self._read_order(draw_id)
            if {name: kept[name] for name in asked} != asked:
                raise Conflict("draw_differs")
        return draw_id

    def draw(self, draw_id: str) -> dict[str, Any]:
        """Draw as ordered, and give the draw as it is kept (see `published_draw`).

        The first population file that is stored under the id is the one that is drawn from, so the same order gives the
        same draw, at once or later, whatever has been issued meanwhile, and after a crash at any point.

        Raises:
            NotFound: no such draw was ordered.
        """
        kept = self._read_record(draw_id)
        if kept is not None:
            return kept
        order = self._read_order(draw_id)
        method = Method(order["method"])
        return self._draw_once(draw_id, Terms(tuple(order["months"]), method, order["size"], order["seed"]))

    def draw_id(self, command: str) -> str:
        """The id of a command's draw: 20 hexadecimal digits."""
        return self.sealer.digest("spot-check-draw", command).hex()[:20]

    def load(self, draw_id: str) -> dict[str, Any]:
        """A kept draw. Raises `NotFound`."""
        record = self._read_record(draw_id)
        if record is None:
            raise NotFound("not_found")
        return record

    def result(self, draw_id: str) -> dict[str, Any]:
        """What the draw had come to when it was added up last. Empty until it was; raises `NotFound` without a draw."""
        content = self._read_if_stored(_result_key(draw_id), _LARGEST_DRAW_BYTES)
        if content is None:
            self._read_order(draw_id)
            return {}
        found: dict[str, Any] = json.loads(content)
        return found

    def _read_order(self, draw_id: str) -> dict[str, Any]:
        order: dict[str, Any] = json.loads(self.files.get(_order_key(draw_id), _LARGEST_DRAW_BYTES))
        return order

    def _draw_once(self, draw_id: str, terms: Terms) -> dict[str, Any]:
        key = f"{_FOLDER}/{draw_id}/population.csv"
        population = self._read_if_stored(key, LARGEST_POPULATION_BYTES)
        if population is None:
            population = population_file(self.reports.finished_reports(terms.months))
            if not self.files.put_new(key, population, "text/csv; charset=utf-8"):
                population = self.files.get(key, LARGEST_POPULATION_BYTES)
        record = published_draw(draw_id, population, terms)
        if not self.files.put_new(_draw_key(draw_id), canonical_json(record), "application/json"):
            return self.load(draw_id)
        return record

    def _read_record(self, draw_id: str) -> dict[str, Any] | None:
        content = self._read_if_stored(_draw_key(draw_id), _LARGEST_DRAW_BYTES)
        if content is None:
            return None
        record: dict[str, Any] = json.loads(content)
        return record

    def _read_if_stored(self, key: str, limit: int) -> bytes | None:
        try:
            return self.files.get(key, limit)
        except NotFound:
            return None


def _draw_key(draw_id: str) -> str:
    return f"{_FOLDER}/{draw_id}/draw.json"


def _order_key(draw_id: str) -> str:
    return f"{_FOLDER}/{draw_id}/order.json"


def _result_key(draw_id: str) -> str:
    return f"{_FOLDER}/{draw_id}/result.json"
