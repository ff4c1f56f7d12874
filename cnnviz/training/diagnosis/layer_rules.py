"""Rules about the layers of a net: gradients, dead units, batch normalisation that cannot work."""

import math

from cnnviz.architecture.spec import BatchNorm, Branches, Dense, Residual
from cnnviz.architecture.spec.layers import Convolution
from cnnviz.text.units import count_text, percent_text
from cnnviz.training.config import MOST_OFFERED
from cnnviz.training.diagnosis.finding import Finding, Remedy
from cnnviz.training.diagnosis.history import GAP, History
from cnnviz.training.diagnosis.remedies import (
    FAR,
    MOST_EQUAL,
    SATURATING,
    lower_rate,
    normalised,
    shallower,
    usual_rate,
    with_activation,
)
from cnnviz.training.diagnosis.step_rules import relu_text

EXPLODING = 10.0  # norm of a layer's gradient; of one that trains well it is about 0.1 to 2
VANISHING = 1e-3  # share of the strongest relative gradient that an early layer gets
MUCH_DEAD = 0.5
MOST_NAMED = 4  # layers with dead units
SETTLED_STEPS = 200  # the moving means of Keras keep 0.99 of themselves: by then 13 % of their start are left
NORMALISED_BATCH = 32
SMALL_BATCH = 16


def exploding(history: History) -> Finding | None:
    """Find the layer whose gradient is far too large."""
    gradients = {name: norms["gradients"] for name, norms in history.norms.items() if "gradients" in norms}
    worst = max(gradients, key=gradients.__getitem__, default="")
    if not worst or gradients[worst] < EXPLODING or history.still_falls:  # it learns all the same
        return None
    lower, title = lower_rate(history.config, history.rate), history.title(worst)
    return Finding(
        "exploding_gradients",
        f"The gradients explode in {title}",
        f"The gradient of {title} has a norm of {gradients[worst]:.2g}; in a training that goes well it is about 1.",
        f"Use a smaller learning rate ({lower:.2g}){_place_to_normalise(history)}.",
        Remedy({"learning_rate": lower}),
    )


def vanishing(history: History) -> Finding | None:
    """Find the early layer that gets next to no gradient."""
    weakest, share = history.weakest_early
    if share >= VANISHING:
        return None
    strongest = max(history.relative_gradients, key=history.relative_gradients.__getitem__)
    title = history.title(weakest)
    return Finding(
        "vanishing_gradients",
        f"The gradients vanish on the way to {title}",
        f"Compared with its weights, {title} gets {f'{share:.1g} times' if share else 'nothing of'} the gradient of "
        f"{history.title(strongest)}: the first layers {'hardly' if share else 'do not'} learn.",
        f"Use {_ways_for_gradients(history)}.",
        _remedy_for_gradients(history),
    )


def dead(history: History) -> Finding | None:
    """Name the layers of which many units answer 0 to all images."""
    shares = {name: norms["dead"] for name, norms in history.norms.items() if norms.get("dead", 0) >= MUCH_DEAD}
    if not shares:
        return None
    worst = sorted(shares, key=shares.__getitem__, reverse=True)[:MOST_NAMED]
    told = ", ".join(f"{percent_text(shares[name])} of {history.title(name)}" for name in shares if name in worst)
    more = count_text(len(shares) - len(worst), "other layer")
    rest = f", and at least {percent_text(MUCH_DEAD)} of {more}" if len(shares) > len(worst) else ""
    lower = lower_rate(history.config, history.rate)
    is_fast = history.rate > FAR * usual_rate(history.config)
    slower, leaky = f"a smaller learning rate ({lower:.2g})", "leaky_relu in place of relu"
    first, second = (slower, leaky) if is_fast else (leaky, slower)
    net = history.architecture
    remedy = with_activation(net, "leaky_relu", instead_of=("relu",)) if net else None
    return Finding(
        "dead_relus",
        "Many ReLUs are dead",
        f"They answer 0 to all of the images looked at: {told}{rest}.",
        f"A dead unit never learns again. Start anew with {first}, or with {second}.",
        Remedy({"learning_rate": lower}) if is_fast else remedy,
    )


def single_batch_norm(history: History) -> Finding | None:
    """Tell a batch normalisation of single values: with a batch of one image, behind a dense layer."""
    names = [history.title(name) for name in history.single_norms]
    if history.config.batch_size > 1 or not names:
        return None
    return Finding(
        "single_batch_norm",
        "A batch of one cannot be normalised",
        "Batch normalisation takes the mean of the batch from each value. With a batch of 1 each value that "
        f"{names[0]} gets is its own mean, so that nothing of the image is left.",
        f"Use a batch size of {NORMALISED_BATCH}, or take {' and '.join(names)} out.",
        Remedy({"batch_size": NORMALISED_BATCH}),
    )


def unsettled_batch_norm(history: History) -> Finding | None:
    """Tell moving means that are still near their start, so that other images are normalised by wrong ones."""
    is_normalised = history.config.fine_tuning is None and any(isinstance(one, BatchNorm) for one in history.layers)
    if not is_normalised or history.num_steps >= SETTLED_STEPS or history.gap < GAP:
        return None
    batch_size = min(history.config.batch_size, SMALL_BATCH)
    epochs = min(MOST_OFFERED, math.ceil(2 * SETTLED_STEPS / math.ceil(history.num_train / batch_size)))
    settings = {"batch_size": batch_size, "epochs": max(history.config.epochs, epochs)}
    right, others = (percent_text(history.last[name]) for name in ("accuracy", "val_accuracy"))
    return Finding(
        "unsettled_batch_norm",
        "Its batch normalisation has not settled",
        f"{right} of the training images are right and {others} of others: those are normalised by means kept over the "
        f"training, which {history.num_steps:.0f} steps do not bring near the true ones.",
        f"Train longer: {settings['epochs']} epochs with a batch size of {batch_size}, or take the batch "
        "normalisation out.",
        Remedy(settings),
    )


def _place_to_normalise(history: History) -> str:
    if not history.can_be_normalised:
        return ""
    dense = [layer for layer in history.layers if isinstance(layer, Dense)]
    if not history.layers or any(isinstance(layer, Convolution) for layer in history.layers):
        return ", or put a batch normalisation after each convolution"
    return ", or put a batch normalisation after each hidden dense layer" if len(dense) > 1 else ""


def _ways_for_gradients(history: History) -> str:
    relu = relu_text(history) if history.layers else "ReLU in place of sigmoid or tanh"
    ways = [relu] if relu else []
    fewer = "fewer layers"
    if history.loses_gradients and history.architecture and shallower(history.architecture):
        fewer = f"at most {MOST_EQUAL} equal layers in a row"
        ways.append(fewer)
    if history.can_be_normalised:
        ways.append("batch normalisation")
    branches = [branch for layer in history.layers if isinstance(layer, Branches) for branch in layer.branches]
    if all(branches) and not any(isinstance(layer, Residual) for layer in history.layers):
        ways.append("skip connections")
    ways += [] if fewer in ways else [fewer]
    return " or ".join([", ".join(ways[:-1]), ways[-1]] if len(ways) > 1 else ways)


def _remedy_for_gradients(history: History) -> Remedy | None:
    """The first of those ways that can be taken as it is."""
    net = history.architecture
    if net is None:
        return None
    if relu_text(history):
        saturates = any(name in SATURATING for name in history.activations[:-1])
        return with_activation(net, "relu", instead_of=SATURATING if saturates else ("linear",))
    fewer = shallower(net) if history.loses_gradients else None
    return fewer or (normalised(net) if history.can_be_normalised else None)
