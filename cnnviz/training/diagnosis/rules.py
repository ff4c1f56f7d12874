"""Says in words what goes wrong in a training, with the evidence and what to try. Pure: works on recorded numbers.

Each rule is a function of a `History`; thresholds were set on small trainings that show the fault and on ones that
do not.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from cnnviz.architecture.spec import Architecture
from cnnviz.training.config import TrainingConfig
from cnnviz.training.diagnosis import answer_rules, data_rules, step_rules
from cnnviz.training.diagnosis.history import Finding, History
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
) -> tuple[Finding, ...]:
    """Say what goes wrong, the gravest first; nothing where all goes well. See `History` for the arguments."""
    history = History(points, epochs, config, classes, num_train, divergence, architecture)
    diverged = step_rules.diverged(history)
    if diverged:
        return (diverged,)
    if not epochs:
        return ()
    found = {finding.kind: finding for rule in _RULES if (finding := rule(history))}
    for cause, effects in _EXPLAINS.items():
        if cause in found:
            found = {kind: finding for kind, finding in found.items() if kind not in effects}
    if "same_images" in found and data_rules.has_nothing_to_learn(history):
        return (found["same_images"],)  # whatever else is seen comes of it
    if "squashed_answer" in found and not history.says_the_most_common:
        found.pop("one_class", None)  # it comes of that, and not of the learning rate
    return tuple(found.values())


_RULES = (
    data_rules.single_batch_norm,
    answer_rules.squashed_answer,
    data_rules.same_images,
    step_rules.exploding,
    step_rules.vanishing,
    step_rules.rate_too_high,
    step_rules.rate_too_low,
    data_rules.one_class,
    step_rules.dead,
    step_rules.plateau,
    data_rules.too_little_data,
    data_rules.overfitting,
)

_EXPLAINS = {
    "rate_too_high": ("plateau", "rate_too_low"),
    "rate_too_low": ("plateau", "one_class"),
    "vanishing_gradients": ("plateau",),
    "single_batch_norm": (
        *("plateau", "one_class", "rate_too_high", "rate_too_low", "exploding_gradients"),
        *("too_little_data", "overfitting"),  # validation is normalised by other means than the training
    ),
    "squashed_answer": ("plateau", "rate_too_low", "dead_relus"),
    "same_images": ("plateau",),
    "plateau": ("one_class",),
}
"""What is not worth saying beside its cause."""
