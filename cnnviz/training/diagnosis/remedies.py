"""What to change: learning rates that usually train, and nets with another activation, normalised or wider. Pure."""

from collections.abc import Callable, Sequence

from pydantic import ValidationError

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.spec import (
    ActivationLayer,
    Architecture,
    BatchNorm,
    Branches,
    Conv,
    Dense,
    Dropout,
    Layer,
    Repeat,
    Residual,
)
from cnnviz.architecture.spec.layers import Convolution
from cnnviz.errors import InvalidArchitecture
from cnnviz.training.config import TrainingConfig
from cnnviz.training.diagnosis.finding import Remedy

USUAL_RATE = 1e-3  # of Adam and its like, whose steps are about as large as the rate (Kingma and Ba 2015)
USUAL_SGD_RATE = 0.1  # without momentum; a momentum m makes a step in a steady direction 1 / (1 - m) times as long
FAR = 3.0  # times the usual rate, or a share of it: from here the usual one is what to try
WIDER = 4
MOST_EQUAL = 4  # layers in a row: through so many the gradients come without any help
SATURATING = ("sigmoid", "tanh", "hard_sigmoid", "softsign", "softmax")

Change = Callable[[Layer], Sequence[Layer]]


def usual_rate(config: TrainingConfig) -> float:
    """Learning rate with which most nets train, for the optimizer of `config`; lower where a trained net goes on."""
    rate = USUAL_SGD_RATE * (1 - config.momentum) if config.optimizer == "sgd" else USUAL_RATE
    goes_on = config.fine_tuning is not None and config.fine_tuning.frozen != "all-but-the-head"
    return _round(rate / 10 if goes_on else rate)


def lower_rate(config: TrainingConfig, rate: float) -> float:
    """Rate to try where `rate` is too high: the usual one if that is far below, else a tenth."""
    usual = usual_rate(config)
    return usual if rate > FAR * usual else _round(rate / 10)


def higher_rate(config: TrainingConfig, rate: float) -> float:
    """Rate to try where `rate` is too low: the usual one if that is far above, else ten times as much."""
    usual = usual_rate(config)
    return usual if rate < usual / FAR else _round(rate * 10)


def _round(rate: float) -> float:
    return float(f"{rate:.2g}")


def with_activation(net: Architecture, activation: str, *, instead_of: Sequence[str]) -> Remedy | None:
    """Give the hidden layers another activation where they have one of those; what answers stays."""

    def change(layer: Layer) -> Sequence[Layer]:
        if isinstance(layer, ActivationLayer):
            return (ActivationLayer(function=activation) if layer.function in instead_of else layer,)
        if getattr(layer, "activation", None) in instead_of:
            return (layer.model_copy(update={"activation": activation}),)
        return (layer,)

    return _hidden(net, change)


def normalised(net: Architecture) -> Remedy | None:
    """Put a batch normalisation after each hidden convolution and dense layer."""
    return _hidden(net, lambda layer: (layer, BatchNorm()) if isinstance(layer, Dense | Convolution) else (layer,))


def shallower(net: Architecture) -> Remedy | None:
    """Leave of equal hidden layers in a row, or of a repeated block, no more than `MOST_EQUAL`."""
    kept: list[Layer] = []
    for layer in net.layers:
        if kept[-MOST_EQUAL:] == [layer] * MOST_EQUAL:
            continue
        is_long = isinstance(layer, Repeat) and layer.times > MOST_EQUAL
        kept.append(layer.model_copy(update={"times": MOST_EQUAL}) if is_long else layer)
    return with_layers(net, kept)


def wider(net: Architecture) -> Remedy | None:
    """Give the hidden layers four times as many filters and units; a net without any gets a dense one."""

    def change(layer: Layer) -> Sequence[Layer]:
        for size in ("filters", "units"):
            if hasattr(layer, size):
                return (layer.model_copy(update={size: min(WIDER * getattr(layer, size), 4096)}),)
        return (layer,)

    larger = _hidden(net, change)
    return larger or with_layers(net, (*net.layers[:-1], Dense(units=64, activation="relu"), net.layers[-1]))


def with_dropout(net: Architecture) -> Remedy | None:
    """Put a dropout of a half before the last layer that has weights."""
    place = max((i for i, layer in enumerate(net.layers) if isinstance(layer, Dense | Conv)), default=0)
    return with_layers(net, (*net.layers[:place], Dropout(rate=0.5), *net.layers[place:]))


def _hidden(net: Architecture, change: Change) -> Remedy | None:
    """Change each layer but those that answer: the last one with weights, and what follows it."""
    weighted = [i for i, layer in enumerate(net.layers) if isinstance(layer, Dense | Convolution)]
    end = weighted[-1] if weighted else len(net.layers) - 1
    return with_layers(net, (*_each(net.layers[:end], change), *net.layers[end:]))


def _each(layers: Sequence[Layer], change: Change) -> tuple[Layer, ...]:
    changed: list[Layer] = []
    for layer in layers:
        if isinstance(layer, Branches):
            branches = tuple(_each(branch, change) for branch in layer.branches)
            changed.append(layer.model_copy(update={"branches": branches}))
        elif isinstance(layer, Residual | Repeat):
            changed.append(layer.model_copy(update={"layers": _each(layer.layers, change)}))
        else:
            changed += change(layer)
    return tuple(changed)


def with_layers(net: Architecture, layers: Sequence[Layer]) -> Remedy | None:
    """Take the net with other layers; None where nothing changes, or where they do not fit each other."""
    changed = net.model_copy(update={"layers": tuple(layers)})
    try:
        analyze(Architecture.model_validate(changed.model_dump()))
    except (InvalidArchitecture, ValidationError):
        return None
    return Remedy(architecture=changed) if changed != net else None
