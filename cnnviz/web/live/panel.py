"""What the live panel of a run shows, as plain data: read once, and told to each viewer from where that viewer is."""

import json
import re
import secrets
import threading
from dataclasses import asdict, dataclass
from typing import Any

from cnnviz.engine.engine import Engine
from cnnviz.engine.trainings.progress_text import images_a_second, progress, waiting_text
from cnnviz.runs.curve_data import about, epoch_row, finite, point_row
from cnnviz.runs.findings import findings
from cnnviz.runs.following import News
from cnnviz.runs.records import Run, Status
from cnnviz.text.units import plain_text

MANY_CLASSES = 32  # above, the matrix of the newest epoch is told, and not those before it
_STATES = {Status.QUEUED: "queued", Status.PAUSED: "paused, without a worker"}
_AT = re.compile(r"([0-9a-f]{16})-([0-9]{1,7})-([0-9]{1,7})", re.ASCII)


@dataclass(frozen=True)
class Told:
    """What a viewer has: so many points and epochs of a generation, and versions of the parts, by name."""

    generation: str = ""
    num_points: int = 0
    num_epochs: int = 0
    parts: frozenset[tuple[str, int]] = frozenset()


def read_place(text: str) -> Told:
    """Read the sequence number that a browser brings back (`at` of a message); anything else is the beginning."""
    match = _AT.fullmatch(text)
    return Told(match[1], int(match[2]), int(match[3])) if match else Told()


def is_moving(engine: Engine, run: Run) -> bool:
    """Whether something is still to come: it waits, runs, is paused, rewound, or its last results are on their way."""
    return run.status.is_active or run.status is Status.PAUSED or engine.is_following(run.id)


def page_state(run: Run, *, is_moving: bool, has_epochs: bool, is_stopping: bool) -> str:
    """What a page is drawn anew for when it changes: its buttons, and whether maps stand beside the curves."""
    if not is_moving:
        return str(run.status)
    state = "paused" if run.status is Status.RUNNING and run.progress.paused else _STATES.get(run.status, "running")
    return ", ".join([state, *["with epochs"] * has_epochs, *["stopping"] * is_stopping])


class Panel:
    """The curves and parts of one run so far; messages of it are made once for all viewers that stand at one place."""

    def __init__(self) -> None:
        self._begin()
        self._parts: dict[str, tuple[int, Any]] = {}
        self._messages: dict[Told, str] = {}
        self._described: object = None  # what "about" was made of
        self._lock = threading.RLock()  # one thread reads the run, another one tells

    def _begin(self) -> None:
        self._generation = secrets.token_hex(8)
        self._rows: tuple[list[dict], list[dict]] = [], []  # as they were read
        self._points: list[list[float | None]] = []
        self._epochs: list[dict[str, Any]] = []

    def take(self, engine: Engine, news: News) -> None:
        """Add what has come of the run."""
        with self._lock:
            self._add(news)
        # Without the lock, because the store is asked: the server's event loop waits for it when it tells a viewer.
        self._take_parts(engine, news)

    def _add(self, news: News) -> None:
        if news.is_anew:
            self._begin()
        self._messages.clear()
        for known, new in zip(self._rows, (news.points, news.epochs), strict=True):
            known.extend(new)
        self._points += map(point_row, news.points)
        self._epochs += map(epoch_row, news.epochs)
        for row in self._epochs[:-1]:
            if len(row.get("confusion", ())) > MANY_CLASSES:
                del row["confusion"]

    def _take_parts(self, engine: Engine, news: News) -> None:
        run = news.run
        described = run.progress.num_batches, run.facts, run.config
        if described != self._described:
            self._described = described
            self._set("about", about(engine.store, run))
        self._set("marks", [asdict(mark) for mark in run.progress.marks])
        if news.epochs or news.is_anew or not run.status.is_active:
            self._set("findings", self._findings(engine, run))
        self.take_head(engine, run)

    def take_head(self, engine: Engine, run: Run, trouble: str = "") -> None:
        """Say where the run is by now, and what keeps its results from being kept."""
        moves = is_moving(engine, run)
        has_begun = run.progress.has_begun and run.status is not Status.QUEUED
        share, words = progress(run)
        if run.progress.paused and (asked := engine.asked_rate(run)) is not None:  # else it has it in a moment
            kind = "learning rate" if run.config.schedule == "constant" else "highest learning rate"
            words += f"; {kind} {plain_text(asked)} from the next batch on"
        if run.status is Status.QUEUED:
            words = waiting_text(run, engine.queue_position(run.id))
        head = {
            "state": page_state(
                run, is_moving=moves, has_epochs=bool(self._epochs), is_stopping=engine.is_stopping(run.id)
            ),
            "moves": moves,
            "paused": run.progress.paused,
            "words": words,
            "share": share,
            "speed": finite(images_a_second(run)) if has_begun else None,
            "rate": run.progress.learning_rate or run.config.learning_rate,
            "position": run.progress.position if has_begun else None,
            "trouble": trouble or engine.trouble(run.id),
            "kept": run.net_epoch,
            "diverged": run.status is Status.FAILED and run.progress.divergence is not None,
        }
        self._set("head", head)

    def take_stops(self, stops: list[dict[str, str]]) -> None:
        """Name the nets of the kept epochs that a browser can fetch."""
        self._set("stops", stops)

    def message(self, told: Told) -> tuple[str, Told]:
        """What a viewer lacks, as JSON, "" where that is nothing; and what the viewer has then."""
        with self._lock:
            parts = frozenset((name, version) for name, (version, _) in self._parts.items())
            now = Told(self._generation, len(self._points), len(self._epochs), parts)
            if now == told:
                return "", now
            if told not in self._messages:
                self._messages[told] = self._write(told, now)
            return self._messages[told], now

    def _write(self, told: Told, now: Told) -> str:
        is_known = told.generation == now.generation
        content: dict[str, Any] = {
            "at": f"{now.generation}-{now.num_points}-{now.num_epochs}",
            "anew": not is_known,
            "points": self._points[told.num_points if is_known else 0 :],
            "epochs": self._epochs[told.num_epochs if is_known else 0 :],
        }
        seen = told.parts if is_known else frozenset()
        content |= {name: value for name, (version, value) in self._parts.items() if (name, version) not in seen}
        return json.dumps(content, separators=(",", ":"), allow_nan=False)

    def _set(self, name: str, value: Any) -> None:
        with self._lock:
            version, known = self._parts.get(name, (0, None))
            if known != value:
                self._parts[name] = version + 1, value
                self._messages.clear()

    def _findings(self, engine: Engine, run: Run) -> list[dict[str, str]]:
        """What the diagnosis says, as it travels."""
        if run.progress.divergence is not None and run.status is Status.FAILED:
            return []  # the page says it where it says that the run has failed
        found = findings(engine.store, run, *self._rows)
        return [{name: getattr(one, name) for name in ("kind", "title", "evidence", "advice")} for one in found]
