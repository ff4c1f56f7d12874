"""Ten thousand runs in the store: how long lists take to read, and each page to open, on SQLite or Postgres."""

import asyncio
import os
import random
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import Visitor
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.bench.harness import Server, tell
from cnnviz.bench.load import PAGES, WARM_SECONDS, first_page
from cnnviz.runs.grouping import list_groups
from cnnviz.runs.labels import stored_tags
from cnnviz.runs.listing import SORTED_BY, ListQuery, choices, count_runs, list_runs
from cnnviz.runs.records import Status
from cnnviz.runs.scopes import Scope
from cnnviz.runs.store import RunStore
from cnnviz.runs.tables import EpochRow, PointsRow, RunRow
from cnnviz.training.config import OPTIMIZERS, TrainingConfig
from cnnviz.training.duration.model import Prediction
from cnnviz.training.events import DatasetFacts

NUM_RUNS = 10_000
NUM_EPOCHS = 5
NETS = ("digits-small", "lenet5", "tiny-vgg", "vgg-like", "resnet-like", "conv32-64-128-mnist")
SEEDS = 10
ROUNDS = 5
GOAL = 1.0
POSTGRES = "CNNVIZ_TEST_POSTGRES"
OWNER = Visitor("somebody")
QUERIES: dict[str, ListQuery] = {
    **{f"by {name}": ListQuery(sort=name) for name in SORTED_BY},
    "searched": ListQuery(search="vgg slow"),
    "filtered": ListQuery(dataset="mnist", optimizer="sgd", tag="class", sort="accuracy"),
    "in a scope": ListQuery(scope=Scope.SHARED, sort="accuracy"),
}


def measure() -> dict[str, Any]:
    """Fill a store, read its lists, and open every page as a new visitor who may see all of them.

    Returns
    -------
    dict
        For "sqlite" and, if `CNNVIZ_TEST_POSTGRES` names one, "postgres": "fill_s", "queries_ms" by name, "pages_s" and
        "pages_cpu_s" by name (medians of the rounds); "goal" in seconds, "text".
    """
    found = {"sqlite": _measure_store()}
    if address := os.environ.get(POSTGRES):
        os.environ["CNNVIZ_DATABASE_URL"] = address
        try:
            found["postgres"] = _measure_store()
        finally:
            del os.environ["CNNVIZ_DATABASE_URL"]
    said = [
        f"{name}: slowest query {max(one['queries_ms'].values()):.0f} ms, slowest page "
        f"{max(one['pages_s'], key=one['pages_s'].__getitem__)} {max(one['pages_s'].values()):.2f} s "
        f"(at most {max(one['pages_cpu_s'].values()):.2f} s of the server's CPU time)"
        for name, one in found.items()
    ]
    return {**found, "goal": GOAL, "text": f"{NUM_RUNS:,} runs; {'; '.join(said)} (goal {GOAL:g} s)"}


def fill(store: RunStore, count: int = NUM_RUNS) -> None:
    """Add finished runs with epochs and curves, shared with everybody: nets, settings, and ten seeds of each."""
    rows = _runs(store)
    for first in range(0, count, 1000):
        part = [next(rows) for _ in range(min(1000, count - first))]
        epochs, points = [], []
        for row in part:
            for epoch in range(1, NUM_EPOCHS + 1):
                value = row["accuracy"] * epoch / NUM_EPOCHS
                metrics = {"loss": 1 - value, "val_loss": 1 - value, "accuracy": value, "val_accuracy": value}
                epochs.append({"run_id": row["id"], "epoch": epoch, "metrics": metrics, "seconds": 2.0 * epoch})
                told = [{"epoch": epoch - 1 + step / 20, "loss": 1 - value, "accuracy": value} for step in range(20)]
                points.append({"run_id": row["id"], "epoch": epoch, "points": told})
        with store.session() as session:
            for table, rows_of_it in ((RunRow, part), (EpochRow, epochs), (PointsRow, points)):
                session.bulk_insert_mappings(table, rows_of_it)


def _runs(store: RunStore) -> Iterator[dict[str, Any]]:
    """Rows of runs: those of a few that are made in the usual way, again with other ids, seeds and results."""
    numbers, now = random.Random(0), datetime.now(UTC)
    number = 0
    while True:
        net = get_preset(NETS[number // SEEDS % len(NETS)]).architecture
        optimizer = list(OPTIMIZERS)[number // SEEDS % len(OPTIMIZERS)]
        config = TrainingConfig(
            dataset="mnist", optimizer=optimizer, learning_rate=numbers.uniform(1e-4, 1e-2), epochs=NUM_EPOCHS
        )
        made = store.create(net, config, owner=OWNER.id, sharing=Sharing.EVERYBODY, prediction=Prediction(5, 9, 14))
        facts = DatasetFacts(tuple("0123456789"), net.input_shape, 60_000, 0, 10_000, "digit")
        metrics = {"accuracy": 0.5, "guessing": 0.1135, "params": 1, "loss": 1.0}
        store.update(made.id, status=Status.FINISHED, facts=facts, metrics=metrics, device="CPU", seconds=10.0)
        with store.session() as session:
            row = session.get_one(RunRow, made.id)
            common = {column.key: getattr(row, column.key) for column in RunRow.__table__.columns}
        store.delete(made.id)
        for seed in range(SEEDS):
            accuracy = numbers.uniform(0.8, 0.99)
            number += 1
            yield common | {
                "id": uuid.uuid4().hex[:12],
                "created": now - timedelta(minutes=number),
                "config": config.model_copy(update={"seed": seed}).model_dump_json(),
                "seed": seed,
                "accuracy": accuracy,
                "best": accuracy,
                "last": accuracy,
                "epochs_done": NUM_EPOCHS,
                "metrics": {**metrics, "accuracy": accuracy},
                "seconds": numbers.uniform(5, 15),
                "note": "slow but steady" if seed == 3 else "",
                "tags": stored_tags(["class"] if seed == 4 else []),
            }


def _measure_store() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(Path(folder))
        before = count_runs(store, OWNER, ListQuery())
        tell(f"filling the store with {NUM_RUNS:,} runs")
        filled = _seconds(lambda: fill(store, NUM_RUNS - before))
        queries = {name: _median(partial(_read, store, query)) for name, query in QUERIES.items()}
        queries["grouped"] = _median(lambda: list_groups(store, OWNER, ListQuery(sort="accuracy")))
        queries["what to filter by"] = _median(lambda: choices(store, OWNER, Scope.ALL))
        queries["newest with a net"] = _median(lambda: store.recent(OWNER, with_net=True))
        pages, work = _open_pages(Path(folder))
    return {
        "fill_s": round(filled, 1),
        "queries_ms": {name: round(1000 * seconds, 1) for name, seconds in queries.items()},
        "pages_s": {name: round(seconds, 3) for name, seconds in pages.items()},
        "pages_cpu_s": {name: round(seconds, 3) for name, seconds in work.items()},
    }


def _read(store: RunStore, query: ListQuery) -> None:
    """As the Runs page does: how many there are, and a page from the middle."""
    total = count_runs(store, OWNER, query)
    list_runs(store, OWNER, query, offset=total // 2)


def _open_pages(home: Path) -> tuple[dict[str, float], dict[str, float]]:
    """Seconds until each page has been drawn, and the server's CPU time for it, which a busy machine changes less."""
    server = Server(home).wait_until_up()
    process = psutil.Process(server.process.pid)
    try:
        time.sleep(WARM_SECONDS)
        taken: dict[str, list[float]] = {page: [] for page in PAGES}
        work: dict[str, list[float]] = {page: [] for page in PAGES}
        for _ in range(ROUNDS):
            for page in PAGES:
                before = sum(process.cpu_times()[:2])
                taken[page].append(asyncio.run(first_page(server.url, page)))
                work[page].append(sum(process.cpu_times()[:2]) - before)
        return _medians(taken), _medians(work)
    finally:
        server.close()


def _medians(times: dict[str, list[float]]) -> dict[str, float]:
    return {page: statistics.median(of_page) for page, of_page in times.items()}


def _median(work: Callable[[], object]) -> float:
    return statistics.median(_seconds(work) for _ in range(ROUNDS))


def _seconds(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started
