"""Rules about the steps of a training: losses, gradients, learning rate, dead units."""

from itertools import pairwise

from cnnviz.architecture.spec import Branches, Dense, Residual
from cnnviz.architecture.spec.layers import Convolution
from cnnviz.training.diagnosis.history import Finding, History

DIVERGED_LOSS = 1e6
EXPLODING = 10.0  # norm of a layer's gradient; of one that trains well it is about 0.1 to 2
VANISHING = 1e-3  # share of the strongest relative gradient that an early layer gets
MUCH_DEAD = 0.5
SPIKE = 2.0  # times the first loss
UNCHANGED = 0.01  # relative change of the loss between epochs that is none
SATURATING = ("sigmoid", "tanh", "hard_sigmoid", "softsign", "softmax")
MIN_EPOCHS = 3  # before a slow training is called one


def diverged(history: History) -> Finding | None:
    """Say where the loss went beyond all bounds."""
    values = [row["loss"] for row in (*history.points[-1:], *history.epochs[-1:])]
    is_lost = any(not value < DIVERGED_LOSS for value in values)  # NaN compares as false
    if not is_lost and history.divergence is None:
        return None
    lower = history.config.learning_rate / 10
    return Finding(
        "diverged",
        "The training has diverged",
        f"{history.divergence}." if history.divergence else f"The loss is {values[-1]:.2g}.",
        f"Each step overshot further than the one before. Try a tenth of the learning rate ({lower:.2g}), and start "
        "anew: the weights are lost.",
    )


def exploding(history: History) -> Finding | None:
    """Find the layer whose gradient is far too large."""
    gradients = {name: norms["gradients"] for name, norms in history.norms.items() if "gradients" in norms}
    worst = max(gradients, key=gradients.__getitem__, default="")
    if not worst or gradients[worst] < EXPLODING:
        return None
    return Finding(
        "exploding_gradients",
        f"The gradients explode in {worst}",
        f"The gradient of {worst} has a norm of {gradients[worst]:.2g}; in a training that goes well it is about 1.",
        f"Use a smaller learning rate{_place_to_normalise(history)}.",
    )


def vanishing(history: History) -> Finding | None:
    """Find the early layer that gets next to no gradient."""
    ratios = _relative_gradients(history)
    names = list(ratios)
    early = names[: len(names) // 2]
    if not early:
        return None
    weakest, strongest = min(early, key=ratios.__getitem__), max(names, key=ratios.__getitem__)
    share = ratios[weakest] / ratios[strongest] if ratios[strongest] else 1.0
    if share >= VANISHING:
        return None
    return Finding(
        "vanishing_gradients",
        f"The gradients vanish on the way to {weakest}",
        f"Compared with its weights, {weakest} gets {share:.1g} times the gradient of {strongest}: the first layers "
        "hardly learn.",
        f"Use {_ways_for_gradients(history)}.",
    )


def rate_too_high(history: History) -> Finding | None:
    """Tell a loss that was thrown up, or rises, or units that a large step has killed."""
    first, peak = history.points[0]["loss"] if history.points else history.losses[0], _peak(history)
    is_stuck = history.losses[-1] > 0.5 * history.guess_loss
    # With class weights a batch that holds a rare class has a loss many times that of the others.
    spiked = is_stuck and not history.config.class_weights and peak > SPIKE * max(first, history.guess_loss)
    lowest = min(history.losses)
    rises = history.losses[-1] > 1.3 * lowest and history.losses[-1] - lowest > 0.1 * history.guess_loss
    dead = [name for name, norms in history.norms.items() if norms.get("dead", 0) > 0.9]
    killed = history.is_guessing and bool(dead)
    if not (spiked or rises or killed):
        return None
    if spiked:
        evidence = (
            f"The loss began at {first:.2g} and was thrown up to {peak:.2g}; guessing gives {history.guess_loss:.2g}."
        )
    elif rises:
        evidence = f"The training loss was {lowest:.2g} and is {history.losses[-1]:.2g} now: it should only fall."
    else:
        evidence = (
            f"The net guesses, and the ReLUs of {', '.join(dead)} answer 0 to every image: a large step kills them."
        )
    lower = history.config.learning_rate / 10
    return Finding(
        "rate_too_high",
        "The learning rate is too high",
        evidence,
        f"Try a tenth of it ({lower:.2g})"
        + ("." if history.config.schedule == "one_cycle" else ", or a schedule that begins low (one_cycle)."),
    )


def rate_too_low(history: History) -> Finding | None:
    """Tell a loss that falls steadily by almost nothing."""
    losses = history.losses
    if len(losses) < MIN_EPOCHS or losses[-1] < 0.9 * history.guess_loss:
        return None
    falls = [before - after for before, after in pairwise(losses)]
    is_steady = min(falls) > 0 and falls[-1] > 0.5 * falls[0]  # has not settled: it would go on
    pace = (losses[0] - losses[-1]) / losses[0] / len(falls)
    if not is_steady or pace > 0.1:
        return None
    higher = history.config.learning_rate * 10
    return Finding(
        "rate_too_low",
        "The learning rate is too low",
        f"The training loss falls in every epoch, but by only {pace:.2g} of itself, from {losses[0]:.4g} to "
        f"{losses[-1]:.4g}; guessing gives {history.guess_loss:.4g}.",
        f"Try ten times as much ({higher:.2g}).",
    )


def plateau(history: History) -> Finding | None:
    """Tell a loss that stays where guessing leaves it."""
    losses = history.losses
    if len(losses) < MIN_EPOCHS or not history.is_guessing or history.says_the_most_common:
        return None
    recent = losses[-MIN_EPOCHS + 1 :]
    if max(recent) - min(recent) > UNCHANGED * max(recent):
        return None
    relu = f"{_relu(history)}, " if _relu(history) else ""
    return Finding(
        "plateau",
        "It does not begin to learn",
        f"After {len(losses)} epochs the training loss is {losses[-1]:.3g}; guessing gives {history.guess_loss:.3g}.",
        f"Try another learning rate (ten times and a tenth), {relu}or another seed.",
    )


def dead(history: History) -> Finding | None:
    """Name the layers of which many units answer 0 to all images."""
    shares = {name: norms["dead"] for name, norms in history.norms.items() if norms.get("dead", 0) >= MUCH_DEAD}
    if not shares:
        return None
    told = ", ".join(f"{share:.0%} of {name}" for name, share in shares.items())
    return Finding(
        "dead_relus",
        "Many ReLUs are dead",
        f"They answer 0 to all of the images looked at: {told}.",
        "A dead unit never learns again. Use a smaller learning rate, and a smaller layer or leaky activation.",
    )


def _place_to_normalise(history: History) -> str:
    if not history.can_be_normalised:
        return ""
    dense = [layer for layer in history.layers if isinstance(layer, Dense)]
    if not history.layers or any(isinstance(layer, Convolution) for layer in history.layers):
        return ", or put a batch normalisation after each convolution"
    return ", or put a batch normalisation after each hidden dense layer" if len(dense) > 1 else ""


def _relu(history: History) -> str:
    """What ReLU could replace; "" where the net has nothing of the kind."""
    saturating = [name for name in SATURATING if name in history.activations[:-1]]
    if saturating:
        return f"ReLU in place of {' and '.join(saturating)}"
    num_layers = sum(isinstance(layer, Dense | Convolution) for layer in history.layers)
    return "ReLU as activation" if not history.layers or (num_layers > 1 and not history.activations[:-1]) else ""


def _ways_for_gradients(history: History) -> str:
    relu = _relu(history) if history.layers else "ReLU in place of sigmoid or tanh"
    ways = [relu] if relu else []
    ways.append("fewer layers")
    branches = [branch for layer in history.layers if isinstance(layer, Branches) for branch in layer.branches]
    if all(branches) and not any(isinstance(layer, Residual) for layer in history.layers):
        ways.append("skip connections")
    if history.can_be_normalised:
        ways.append("batch normalisation")
    return " or ".join([", ".join(ways[:-1]), ways[-1]] if len(ways) > 1 else ways)


def _relative_gradients(history: History) -> dict[str, float]:
    """Norm of each layer's gradient over that of its weights, from the first layer to the last."""
    return {
        name: norms["gradients"] / norms["weights"]
        for name, norms in history.norms.items()
        if norms.get("weights") and "gradients" in norms
    }


def _peak(history: History) -> float:
    return max((row["loss"] for row in (*history.points, *history.epochs)), default=0.0)
