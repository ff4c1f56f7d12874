"""Trainings of one net that each leave a part of the training images out, so that all are answered by nets that do not
know them (cross-validation). Pure."""

from cnnviz.architecture.spec import Architecture
from cnnviz.datasets.corrections import Fold
from cnnviz.training.config import TrainingConfig
from cnnviz.training.sweep import MAX_NAME, Sweep, SweepPoint

NUM_FOLDS = 3
FOLDS_KIND = "folds"


def folds_sweep(architecture: Architecture, config: TrainingConfig, name: str, *, count: int = NUM_FOLDS) -> Sweep:
    """Plan a training without each of `count` parts, which it is then tested on; `name` is that of the net."""
    points = []
    for index in range(count):
        own = config.model_copy(update={"fold": Fold(index, count)})
        part = f"without part {index + 1} of {count}"
        run_name = f"{name[: MAX_NAME - len(part) - 2]}, {part}"
        points.append(SweepPoint({"net": part}, architecture, own, run_name))
    return Sweep(f"{name}: answers for its training images"[:MAX_NAME], FOLDS_KIND, tuple(points))
