"""The command `sweep`: a training for each combination of the values of one or two settings."""

import argparse
import time
from argparse import Namespace
from collections.abc import Callable
from functools import partial
from typing import Any

from cnnviz.access.visitor import OPERATOR
from cnnviz.cli.answer import Answer, running_engine
from cnnviz.cli.named_nets import config_of, net_of
from cnnviz.cli.printing import say, table
from cnnviz.cli.training_options import no_limit_text
from cnnviz.datasets.registry import describe
from cnnviz.engine.engine import Engine
from cnnviz.engine.sweep_forecast import predict_points
from cnnviz.errors import InvalidConfig, TrainingFailed
from cnnviz.runs.sweep_records import PointState, SweepState, SweepStatus
from cnnviz.runs.sweep_results import cells, ranked, ranking_metric, winner_text
from cnnviz.runs.sweeps import reached_by, sweep_state
from cnnviz.runs.timing import prediction_text
from cnnviz.text.units import count_text, percent_text
from cnnviz.training.sweep import settings_sweep
from cnnviz.training.sweep_settings import SETTINGS, read_values

LOOK_SECONDS = 0.2


def add_sweep_options(command: argparse.ArgumentParser, whole_number: Callable[[str], int]) -> None:
    """Options of the command besides those of a training."""
    command.add_argument(
        "--set",
        action="append",
        required=True,
        metavar="NAME=V,V",
        help=f"once or twice; NAME is one of {', '.join(SETTINGS)}",
    )
    command.add_argument("--seeds", type=whole_number, default=1, metavar="K", help="trainings of each combination")


def sweep(options: Namespace) -> Answer:
    """Train all combinations, one after the other; each is printed to stderr as it ends.

    Raises
    ------
    InvalidConfig
        The settings cannot be read, or are more than a sweep may have.
    TrainingFailed
        None of the trainings left a net.
    """
    config = config_of(options)
    plan = settings_sweep(net_of(options), config, read_settings_of(options.set), num_seeds=options.seeds)
    if text := no_limit_text(config.limit, describe(config.dataset, roles=config.images.roles).num_train):
        say(text)
    with running_engine() as engine:
        prediction = predict_points(engine.calibrator, plan.points)
        time_text = f", about {prediction_text(prediction)}" if prediction else ""
        say(f"{count_text(len(plan.points), 'training')}{time_text}")
        state = _follow(engine, engine.sweeps.start(plan, by=OPERATOR))
        metric = ranking_metric(state)
        found = cells(state, metric)
        said = winner_text(
            found,
            is_finished=state.status is SweepStatus.FINISHED,
            reached_of=partial(reached_by, engine.store),
        )
    if not ranked(found):
        reasons = dict.fromkeys(point.message for point in state.points if point.message)
        raise TrainingFailed(" ".join(reasons) or "No training of the sweep left a net.")
    best = ranked(found)[0]
    rows = [_row(point) for point in state.points]
    data = {
        "sweep": state.id,
        "title": state.title,
        "status": state.status,
        "points": rows,
        "metric": metric,
        "best": {"values": best.values, metric: best.mean, "runs": [point.run_id for point in best.scored]},
    }
    shown = [{**row, metric: row["metrics"].get(metric)} for row in rows]
    columns = dict.fromkeys(("name", "status", metric, "accuracy", "seconds", "run"))
    return Answer(data, f"{table(shown, tuple(columns))}\n{said}")


def read_settings_of(texts: list[str]) -> dict[str, tuple[Any, ...]]:
    """Read settings as in "learning_rate=0.1,0.01"; raises InvalidConfig, and UnknownName for what is no setting."""
    settings: dict[str, tuple[Any, ...]] = {}
    for text in texts:
        name, sign, values = text.partition("=")
        name = name.strip().replace("-", "_")
        if not sign or name in settings:
            raise InvalidConfig(
                "set: expected a setting, = and its values, each setting once, as in learning_rate=0.1,0.01. "
                f"Received: {text}"
            )
        settings[name] = read_values(name, values)
    return settings


def _follow(engine: Engine, sweep_id: str) -> SweepState:
    """Wait until a sweep has ended."""
    while True:
        state = sweep_state(engine.store, sweep_id, OPERATOR)
        if state.status is not SweepStatus.RUNNING:
            return state
        if state.current is None:
            time.sleep(LOOK_SECONDS)
            continue
        run = engine.wait(state.current.run_id)
        accuracy = percent_text(run.metrics.get("accuracy"), digits=1)
        say(f"{run.name}: {run.status}, {accuracy} of the test images right")


def _row(point: PointState) -> dict[str, Any]:
    return {
        "name": point.name,
        "values": point.values,
        "run": point.run_id,
        "status": point.status,
        "accuracy": point.metrics.get("accuracy"),
        "metrics": point.metrics,
        "seconds": round(point.seconds, 2),
        "message": point.message,
    }
