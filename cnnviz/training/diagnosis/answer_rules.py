"""Rules about the end of a net: activations before the softmax or sigmoid that answers."""

import math
from collections.abc import Sequence

from cnnviz.architecture.spec import ActivationLayer, BatchNorm, Dense, Dropout, Flatten, GlobalAvgPool, Layer
from cnnviz.architecture.spec.layers import GlobalMaxPool
from cnnviz.text.units import percent_text
from cnnviz.training.diagnosis.finding import Finding, Remedy
from cnnviz.training.diagnosis.history import History, activation_of
from cnnviz.training.diagnosis.remedies import with_layers

ANSWERS = ("softmax", "sigmoid")
BOUNDS = {
    **dict.fromkeys(("softmax", "sigmoid", "hard_sigmoid"), (0, 1)),
    **dict.fromkeys(("tanh", "softsign"), (-1, 1)),
    **dict.fromkeys(("relu", "relu6", "softplus", "exponential"), (0, math.inf)),
}
"""Least and greatest value that an activation gives; the 6 of relu6 bounds nothing that matters."""


def squashed_answer(history: History) -> Finding | None:
    """Tell a softmax or sigmoid of what an activation has squeezed or cut off before."""
    answer, before, between = _end(history)
    if any(isinstance(layer, Dense | BatchNorm) for layer in between):  # learns to stretch what was squeezed
        return _softmax_inside(history, answer, between) if before == "softmax" else None
    if before not in BOUNDS:
        return None
    if answer == "softmax" and BOUNDS[before][1] == math.inf:
        return _cut_off(history, before)
    is_scaled = any(isinstance(layer, Dropout) for layer in between)  # dropout scales up what it leaves, in training
    who, best, least = _one_output(history, before) if _num_outputs(history) == 1 else _outputs(history, answer, before)
    return Finding(
        "squashed_answer",
        f"{answer.capitalize()} comes after {before}",
        f"What it gets {_range_text(before)}, so {f'{who} can get no' if who else 'no class can get'} more than "
        f"{percent_text(best)}, and the {'validation ' if is_scaled else ''}loss{' of its images' * bool(who)} stays "
        f"above {least:{'.2f' if least > 0.1 else '.2g'}}.",
        f"Take the {before} before the {answer} away (activation 'linear').",
        _remedy(history, "linear"),
    )


def _range_text(before: str) -> str:
    low, high = BOUNDS[before]
    return f"is never below {low}" if high == math.inf else f"lies between {low} and {high}"


def _outputs(history: History, answer: str, before: str) -> tuple[str, float, float]:
    """The most that any class can get of several outputs, and the least loss."""
    low, high = map(math.exp if answer == "softmax" else _sigmoid, BOUNDS[before])
    others = len(history.classes) - 1
    best = high / (high + others * low)
    if history.config.loss == "crossentropy":
        return "", best, -math.log(best)
    if answer == "softmax":
        return "", best, (1 - best) ** 2 / others
    return "", best, ((1 - high) ** 2 + others * low**2) / (others + 1)


def _one_output(history: History, before: str) -> tuple[str, float, float]:
    """Of a single sigmoid for two classes, the class that suffers, the most that it can get, and its least loss."""
    low, high = map(_sigmoid, BOUNDS[before])
    best, name = min((1 - low, history.classes[0]), (high, history.classes[1]))
    return repr(name), best, -math.log(best) if history.config.loss == "crossentropy" else (1 - best) ** 2


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def _num_outputs(history: History) -> int:
    """Units of the last layer that has some."""
    layers = history.architecture.layers if history.architecture else ()
    return next((layer.units for layer in reversed(layers) if isinstance(layer, Dense)), 0)


def _cut_off(history: History, before: str) -> Finding | None:
    return _if_unlearned(
        history,
        "softmax",
        before,
        f"{before} gives nothing below 0, so that a class can be raised above the others but not lowered, and one that "
        "gets 0 from all images hardly learns any more.",
        f"Take the {before} before the softmax away (activation 'linear').",
        "linear",
    )


def _softmax_inside(history: History, answer: str, between: Sequence[Layer]) -> Finding | None:
    instead = "relu" if any(isinstance(layer, Dense) for layer in between) else "linear"
    return _if_unlearned(
        history,
        answer,
        "softmax",
        "The first softmax makes shares of 1 of what it gets: little of the image is left for the layers behind it.",
        f"Keep the {answer} of the last layer only (activation '{instead}' in place of the first).",
        instead,
    )


def _if_unlearned(history: History, answer: str, before: str, why: str, advice: str, instead: str) -> Finding | None:
    """What makes learning hard, where little was learned: some such nets learn all the same."""
    if history.accuracy is None or history.has_learned:
        return None
    evidence = f"{why} {percent_text(history.accuracy)} of the training images are right."
    title = f"{answer.capitalize()} comes after {before}"
    return Finding("squashed_answer", title, evidence, advice, _remedy(history, instead))


def _remedy(history: History, instead: str) -> Remedy | None:
    """The net with another activation where the one before the answer stands."""
    if history.architecture is None:
        return None
    layers = list(history.architecture.layers)
    place = max(i for i, layer in enumerate(layers[:-1]) if activation_of(layer) != "linear")
    field = "function" if isinstance(layers[place], ActivationLayer) else "activation"
    layers[place] = layers[place].model_copy(update={field: instead})
    return with_layers(history.architecture, layers)


def _end(history: History) -> tuple[str, str, list[Layer]]:
    """The softmax or sigmoid that answers, the activation before it, and the layers between that have none."""
    answer = activation_of(history.architecture.layers[-1]) if history.architecture else ""
    if history.architecture is None or answer not in ANSWERS:
        return "", "", []
    *others, last = history.architecture.layers
    between = [last]
    for layer in reversed(others):
        if activation_of(layer) != "linear":
            return answer, activation_of(layer), between
        if not isinstance(layer, Dropout | BatchNorm | Dense | Flatten | GlobalAvgPool | GlobalMaxPool):
            break
        between.append(layer)
    return "", "", []
