"""Whether the diagnosis names the right cause of small trainings, and whether its advice, followed once, helps.

All run in this process, one after the other, with nothing kept; the advice is followed by what a finding says to
programs, its remedy. About half a minute of CPU time.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cnnviz.architecture.spec import Architecture
from cnnviz.bench.situations import SITUATIONS, Situation
from cnnviz.datasets.registry import load_dataset
from cnnviz.errors import TrainingFailed
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.training.diagnosis.finding import Finding
from cnnviz.training.diagnosis.rules import diagnose
from cnnviz.training.events import Divergence, EpochEnded, Event, Points, Started
from cnnviz.training.loop.control import Control
from cnnviz.training.loop.job import TrainingJob, TrainingResult
from cnnviz.training.loop.run import train

BETTER = 0.01  # of the recall
GOAL = 10 / 12


@dataclass(frozen=True)
class Trained:
    """What the diagnosis says of a training, and its recall.

    That is of the test images, 0 to 1, the mean over the classes, so that always saying the largest class counts as
    guessing; a training that diverged guesses.
    """

    findings: tuple[Finding, ...]
    recall: float


def run_situation(situation: Situation) -> Trained:
    """Train, and diagnose what was recorded."""
    events: list[Event] = []
    data = situation.images(load_dataset(situation.config.dataset))
    divergence: Divergence | None = None
    net_epoch: int | None = None
    recall = 1 / len(data.info.classes)
    try:
        job = TrainingJob("", situation.net, situation.config)
        result = train(job, data, emit=events.append, control=Control())
        assert isinstance(result, TrainingResult)  # nobody pauses it
        recall, net_epoch = _recall(result.test), int(result.metrics.get("net_epoch", 0)) or None
    except TrainingFailed as error:
        divergence = error.divergence
    started = next(event for event in events if isinstance(event, Started))
    found = diagnose(
        [point for event in events if isinstance(event, Points) for point in event.points],
        [{"epoch": event.epoch, **event.metrics} for event in events if isinstance(event, EpochEnded)],
        config=situation.config,
        classes=started.facts.classes,
        num_train=started.facts.num_train,
        divergence=divergence,
        architecture=Architecture.from_json(started.architecture),
        has_ended=True,
        net_epoch=net_epoch,
        num_validation=started.facts.num_validation,
    )
    return Trained(found, recall)


def _recall(test: TestPredictions) -> float:
    answers, labels = test.probabilities.argmax(axis=1), test.labels
    return float(np.mean([(answers[labels == label] == label).mean() for label in np.unique(labels)]))


def follow(situation: Situation, finding: Finding) -> Situation | None:
    """Change the training as the finding says; None where it says nothing to programs."""
    if finding.remedy is None:
        return None
    net, config = finding.remedy.applied(situation.net, situation.config)
    return replace(situation, net=net, config=config)


def measure() -> dict[str, Any]:
    """Train in each situation, follow the advice once, and train again.

    Returns
    -------
    dict
        "situations": name -> "cause" (the kind found first), "is_right", "remedy", and "recall" before and after;
        "right" and "better" count them, "advised" those with a remedy; "text" is the table.
    """
    rows: dict[str, dict[str, Any]] = {}
    for name, situation in SITUATIONS.items():
        before = run_situation(situation)
        first = before.findings[0] if before.findings else None
        rows[name] = {
            "cause": first and first.kind,
            "is_right": bool(first and (first.kind, first.title) == (situation.cause, situation.title)),
            "recall": [round(before.recall, 3)],
        }
        followed = first and follow(situation, first)
        if first and first.remedy and followed:
            rows[name]["remedy"] = dict(first.remedy.settings) or "another net"
            rows[name]["recall"].append(round(run_situation(followed).recall, 3))
    return {"situations": rows, **_counted(rows), "goal": {"better_share": round(GOAL, 2)}}


def _counted(rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    advised = [row["recall"] for row in rows.values() if "remedy" in row]
    right = sum(row["is_right"] for row in rows.values())
    better = sum(after > before + BETTER for before, after in advised)
    lines = [f"{name}: {row['cause']}, recall {' -> '.join(map(str, row['recall']))}" for name, row in rows.items()]
    summary = f"{right} of {len(rows)} causes right, {better} of {len(advised)} better after the advice"
    return {"right": right, "better": better, "advised": len(advised), "text": "; ".join([summary, *lines])}
