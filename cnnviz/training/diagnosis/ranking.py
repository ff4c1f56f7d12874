"""Which of the things found is the most likely cause. Pure: a table, and one function."""

from collections.abc import Iterable
from dataclasses import replace

from cnnviz.training.diagnosis.finding import Finding

SYMPTOMS = ("plateau", "one_class", "dead_relus", "exploding_gradients", "vanishing_gradients")
"""What is seen whatever the cause is: it stays worth a look. All else is a cause, and only one can be it."""

SAY_ALL = ("well", "still_learning", "too_many_epochs", "same_images")  # beside these no symptom is worth a word

_UNLEARNED = (
    *("plateau", "one_class", "rate_too_low", "underfitting"),
    *("too_few_epochs", "stopped_too_soon", "frozen_schedule"),
)
_SIGNS = ("dead_relus", "vanishing_gradients", "exploding_gradients")
_STEPS = ("rate_too_high", *_SIGNS)
_LEARNED = ("too_little_data", "early_gap", "unrelated_labels", "unsettled_batch_norm")
_BY_HEART = ("too_little_data", "overfitting", "early_gap", "unrelated_labels")

EXPLAINS: dict[str, tuple[str, ...]] = {
    "diverged": ("*",),
    "same_images": ("*",),
    "single_batch_norm": ("*",),  # validation is normalised by other means than the training
    "squashed_answer": (*_UNLEARNED, *_STEPS, "well"),
    "class_imbalance": (*_UNLEARNED, *_STEPS, *_BY_HEART, "well"),
    "rate_too_high": (*_UNLEARNED, *_STEPS, *_BY_HEART, "well"),
    "too_many_epochs": (*_UNLEARNED, *_SIGNS, *_LEARNED, "overfitting", "well"),
    "still_learning": (*_UNLEARNED, *_SIGNS, *_LEARNED, "well"),
    "well": (*_UNLEARNED, *_SIGNS, *_LEARNED),
    "exploding_gradients": (*_UNLEARNED, "dead_relus"),
    "vanishing_gradients": (*_UNLEARNED, "dead_relus"),
    "rate_too_low": (*_UNLEARNED, "dead_relus"),
    "unsettled_batch_norm": (*_BY_HEART, "dead_relus"),
    "unrelated_labels": ("too_few_epochs", "frozen_schedule", "underfitting", "dead_relus", *_BY_HEART),
    "too_little_data": ("overfitting", "early_gap", "dead_relus"),
    "overfitting": ("too_few_epochs", "frozen_schedule", "underfitting"),
    "dead_relus": ("plateau", "one_class", "underfitting"),
    "stopped_too_soon": ("underfitting", "one_class", "plateau"),
    "frozen_schedule": ("too_few_epochs", "underfitting", "one_class"),
    "too_few_epochs": ("underfitting", "one_class"),
    "early_gap": ("underfitting", "one_class"),
    "plateau": ("one_class", "underfitting"),
    "underfitting": ("one_class",),
    "some_same_images": (),
    "one_class": (),
}
"""Cause -> what it explains ("*": all else), the causes in the order in which they are believed."""


def rank(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Put the most likely cause first.

    Parameters
    ----------
    found : iterable of Finding
        What the rules say, of kinds in `EXPLAINS`, each at most once.

    Returns
    -------
    tuple of Finding
        The cause, and what else was noticed. What the cause explains has no advice and no remedy of its own; where that
        is no symptom but would be another cause, it is left out.
    """
    order = list(EXPLAINS)
    ranked = sorted(found, key=lambda finding: order.index(finding.kind))
    if not ranked:
        return ()
    cause, *others = ranked
    explained = EXPLAINS[cause.kind]
    if "*" in explained:
        explained = tuple(order)
    symptoms = () if cause.kind in SAY_ALL else SYMPTOMS
    kept = [one for one in others if one.kind not in explained or one.kind in symptoms]
    return cause, *(replace(one, advice="", remedy=None) if one.kind in explained else one for one in kept)
