"""Rules about the steps of a training: losses, learning rate, and whether it begins to learn."""

from itertools import pairwise

from cnnviz.architecture.spec import Dense
from cnnviz.architecture.spec.layers import Convolution
from cnnviz.text.units import PERCENT, percent_text
from cnnviz.training.diagnosis.finding import Finding, Remedy
from cnnviz.training.diagnosis.history import CHANCE, GAP, HARDLY_BEGUN, UNCHANGED, History
from cnnviz.training.diagnosis.remedies import FAR, SATURATING, higher_rate, lower_rate, usual_rate

DIVERGED_LOSS = 1e6
SPIKE = 2.0  # times the first loss
MIN_EPOCHS = 3  # before a slow training is called one
BY_HEART = 0.5  # of the training images right, with no other
MOSTLY_DEAD = 0.75  # of the ReLUs of a layer
OFF = 10.0  # times the usual rate, or a tenth of it: then it is the first suspect where nothing is learned

NAMES = {"sgd": "SGD", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"}


def diverged(history: History) -> Finding | None:
    """Say where the loss went beyond all bounds."""
    values = [row["loss"] for row in (*history.points[-1:], *history.epochs[-1:])]
    is_lost = any(not value < DIVERGED_LOSS for value in values)  # NaN compares as false
    if not is_lost and history.divergence is None:
        return None
    advice, remedy = _slower(history)
    return Finding(
        "diverged",
        "The learning rate is too high: the training has diverged",
        f"{history.divergence or f'The loss is {values[-1]:.2g}'}: each step overshot further than the one before.",
        f"{advice} Start anew: the weights are lost.",
        remedy,
    )


def rate_too_high(history: History) -> Finding | None:
    """Tell a loss that was thrown up, or rises, or units that a large step has killed, or a rate far above the usual.

    With class weights a batch that holds a rare class has a loss many times that of the others. A net that has learned
    all the same has lost what a usual rate would give it where its rate is far above that and most of a layer is dead.
    """
    if history.loses_gradients:
        return None
    losses, guess = history.losses, history.guess_loss
    first, peak = history.points[0]["loss"] if history.points else losses[0], _peak(history)
    is_stuck = losses[-1] > 0.5 * guess
    lowest = min(losses)
    silent = [history.title(name) for name in history.silent]
    is_far = history.rate >= OFF * usual_rate(history.config)
    is_thrown = not history.config.class_weights and peak > SPIKE * max(first, guess)
    thrown = f"The loss began at {first:.2g} and was thrown up to {_plain(peak)}; guessing gives {guess:.2g}."
    if is_stuck and is_thrown:
        evidence = thrown
    elif history.has_learned and is_far and is_thrown and (killed := _killed(history)):
        evidence = f"{thrown} That killed {killed}: they answer 0 to every image looked at."
    elif not history.has_learned and losses[-1] > 1.3 * lowest and losses[-1] - lowest > 0.1 * guess:
        evidence = f"The training loss was {lowest:.2g} and is {losses[-1]:.2g} now: it should only fall."
    elif history.is_guessing and silent:
        evidence = (
            f"The net guesses, and the ReLUs of {', '.join(silent)} answer 0 to every image: a large step kills them."
        )
    elif history.is_guessing and not history.says_the_most_common and is_far:
        evidence = f"The loss is {losses[-1]:.2g}; guessing gives {guess:.2g}."
    else:
        return None
    advice, remedy = _slower(history)
    return Finding("rate_too_high", f"The learning rate is {'far ' * is_far}too high", evidence, advice, remedy)


def _killed(history: History) -> str:
    """The layers of which most ReLUs are dead, in words; "" for none."""
    shares = {name: norms["dead"] for name, norms in history.norms.items() if norms.get("dead", 0) >= MOSTLY_DEAD}
    return " and ".join(
        f"{percent_text(share)} of the ReLUs of {history.title(name)}" for name, share in shares.items()
    )


def rate_too_low(history: History) -> Finding | None:
    """Tell a loss that falls steadily by almost nothing, or a rate far below the usual with which little is learned."""
    losses = history.losses
    usual = usual_rate(history.config)
    is_far = history.rate * OFF <= usual
    if len(losses) < MIN_EPOCHS or history.rate * FAR > usual:
        return None
    if history.has_learned if is_far else losses[-1] < HARDLY_BEGUN * history.guess_loss:
        return None
    falls = [before - after for before, after in pairwise(losses)]
    is_steady = min(falls) > 0 and falls[-1] > 0.5 * falls[0]  # has not settled: it would go on
    pace = (losses[0] - losses[-1]) / losses[0] / len(falls)
    if not is_far and (not is_steady or pace > 0.1):
        return None
    higher = higher_rate(history.config, history.rate)
    return Finding(
        "rate_too_low",
        f"The learning rate is {'far ' * is_far}too low",
        f"The training loss falls by {_share_text(pace)} in an epoch, from {losses[0]:.4g} to "
        f"{losses[-1]:.4g}; guessing gives {history.guess_loss:.4g}.",
        f"Try {higher:.2g}, {_times(higher / history.rate)} as much.",
        Remedy({"learning_rate": higher}),
    )


def plateau(history: History) -> Finding | None:
    """Tell a loss that stays where guessing leaves it."""
    losses = history.losses
    if len(losses) < MIN_EPOCHS or not history.is_guessing or history.says_the_most_common:
        return None
    recent = losses[-MIN_EPOCHS + 1 :]
    if max(recent) - min(recent) > UNCHANGED * max(recent):
        return None
    relu = f"{relu_text(history)}, " if relu_text(history) else ""
    return Finding(
        "plateau",
        "It does not begin to learn",
        f"After {len(losses)} epochs the training loss is {losses[-1]:.3g}; guessing gives {history.guess_loss:.3g}.",
        f"Look whether the labels belong to the images. If they do, try {relu}a tenth or ten times the learning rate, "
        "or another seed.",
    )


def unrelated_labels(history: History) -> Finding | None:
    """Tell what is learned by heart and holds for no other image."""
    right, others = (history.last.get(f"{part}recall", history.last.get(f"{part}accuracy")) for part in ("", "val_"))
    if right is None or others is None or not history.is_chance(others - CHANCE) or right < max(BY_HEART, others + GAP):
        return None
    return Finding(
        "unrelated_labels",
        "What it learned holds for no other image",
        f"{percent_text(right)} of the training images are right, but of others only {percent_text(others)}, as by "
        "guessing.",
        "Look at some images with their labels on the page Images: are the labels mixed up, or the validation images "
        "of another kind? If not, more images, and convolutions in place of dense layers, make it harder to learn by "
        "heart.",
    )


def relu_text(history: History) -> str:
    """What ReLU could replace; "" where the net has nothing of the kind."""
    saturating = [name for name in SATURATING if name in history.activations[:-1]]
    if saturating:
        return f"ReLU in place of {' and '.join(saturating)}"
    num_layers = sum(isinstance(layer, Dense | Convolution) for layer in history.layers)
    return "ReLU as activation" if not history.layers or (num_layers > 1 and not history.activations[:-1]) else ""


def _slower(history: History) -> tuple[str, Remedy]:
    """Which learning rate to try below this one."""
    rate, lower = history.rate, lower_rate(history.config, history.rate)
    how = f"the usual one with {NAMES[history.config.optimizer]}. This rate is {_times(rate / lower)} that"
    is_usual = lower == usual_rate(history.config)
    return f"Try {lower:.2g}, {how if is_usual else 'a tenth of it'}.", Remedy({"learning_rate": lower})


def _plain(value: float) -> str:
    return f"{float(f'{value:.2g}'):,.0f}" if value >= 10 else f"{value:.2g}"


def _share_text(share: float) -> str:
    return f"only {float(f'{100 * share:.2g}'):g}{PERCENT}" if share >= 1e-6 else "next to nothing"


def _times(ratio: float) -> str:
    shown = float(f"{ratio:.2g}")
    return f"{shown:,.0f} times" if shown.is_integer() else f"{shown:g} times"


def _peak(history: History) -> float:
    return max((row["loss"] for row in (*history.points, *history.epochs)), default=0.0)
