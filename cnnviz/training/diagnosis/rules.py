"""Says in words how a training goes, with the evidence and what to try. Pure: works on recorded numbers.

Each rule is a function of a `History` and gives evidence; `ranking.rank` says which is the cause. Thresholds were set
on small trainings that show the fault and on ones that do not (`bench.situations`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from cnnviz.architecture.spec import Architecture
from cnnviz.training.config import TrainingConfig
from cnnviz.training.diagnosis import answer_rules, data_rules, end_rules, layer_rules, step_rules
from cnnviz.training.diagnosis.finding import Finding
from cnnviz.training.diagnosis.history import History
from cnnviz.training.diagnosis.ranking import rank
from cnnviz.training.events import Divergence


def diagnose(
    points: Sequence[Mapping[str, Any]],
    epochs: Sequence[Mapping[str, Any]],
    *,
    config: TrainingConfig,
    classes: Sequence[str],
    num_train: int,
    divergence: Divergence | None = None,
    architecture: Architecture | None = None,
    has_ended: bool = False,
    net_epoch: int | None = None,
    num_validation: int | None = None,
) -> tuple[Finding, ...]:
    """Say how a training goes. See `History` for the arguments.

    Returns
    -------
    tuple of Finding
        The most likely cause of what goes wrong, or that all is well, and then what else was noticed. Nothing while
        there is too little to judge.
    """
    points, epochs = ([row for row in rows if row.get("loss") is not None] for rows in (points, epochs))
    history = History(
        points, epochs, config, classes, num_train, divergence, architecture, has_ended, net_epoch, num_validation
    )
    lost = step_rules.diverged(history)
    if lost:
        return (lost,)
    if not epochs:
        return ()
    rules = (*_AT_ONCE, *_BY_CURVES) if history.can_be_judged else _AT_ONCE
    return rank(finding for rule in rules if (finding := rule(history)))


_AT_ONCE = (
    layer_rules.single_batch_norm,
    answer_rules.squashed_answer,
    data_rules.same_images,
    end_rules.too_few_epochs,
)
"""What follows from the net, the images and the settings, however little was trained."""

_BY_CURVES = (
    step_rules.rate_too_high,
    step_rules.rate_too_low,
    step_rules.plateau,
    step_rules.unrelated_labels,
    layer_rules.exploding,
    layer_rules.vanishing,
    layer_rules.dead,
    layer_rules.unsettled_batch_norm,
    data_rules.class_imbalance,
    data_rules.one_class,
    data_rules.too_little_data,
    data_rules.overfitting,
    end_rules.stopped_too_soon,
    end_rules.frozen_schedule,
    end_rules.underfitting,
    end_rules.too_many_epochs,
    end_rules.still_learning,
    end_rules.well,
)
