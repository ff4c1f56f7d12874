"""What a foreign net would cost, reckoned from its config before any of its weights or maps is held.

Keras itself makes the net, as an outline: inside a `StatelessScope` variables have shapes and no values. So whatever
layers a config names, they are counted exactly, in a few milliseconds and next to no memory.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from math import prod
from typing import Any

import keras

from cnnviz.architecture.analysis.analyze import MAX_PARAMS
from cnnviz.errors import InvalidModel
from cnnviz.models.input_form import Shape, closed_shape, refuse_no_image_net
from cnnviz.models.layer_work import size, work
from cnnviz.models.sequential import as_functional
from cnnviz.text.units import bytes_text

MAX_LAYERS = 1_200  # that run for one picture; EfficientNetB7 has 816
MAX_MAP_BYTES = 2**28  # of one picture; looking at all maps of a net was seen to take eight times as much
MAX_IN_A_ROW = 100  # layers of a Sequential, which takes quadratic time to make
MAX_MACS = 100_000_000_000  # for one picture, some seconds; EfficientNetB7 takes 38 billion at 600 x 600
MAX_STEPS = 4_096  # of a recurrent layer: they run one after the other
BYTES = 4  # of a float32
_IN_STEPS = (keras.layers.RNN, keras.layers.Bidirectional, keras.layers.TimeDistributed)
_MODULES = ("keras", "keras.layers", "keras.src.models.functional", "keras.src.models.sequential")


@dataclass(frozen=True)
class Outline:
    """What is known of a net without its weights.

    Attributes
    ----------
    config : parsed JSON
        As the file has it, but for a batch of any size and pictures of one size.
    input_shape : tuple of int
    num_values : int
        Of all its weights.
    """

    config: Any
    input_shape: Shape
    num_values: int


def reckon(config: Any, *, is_own: bool = False) -> Outline:
    """Reckon what a net costs.

    Parameters
    ----------
    config : parsed JSON
        Of a .keras file; what it names is on `allowed_objects`' list.
    is_own : bool
        The net was trained here: what one picture costs was reckoned before that.

    Raises
    ------
    InvalidModel
        It classifies no images, or has more than MAX_LAYERS layers or MAX_PARAMS parameters, or one picture needs more
        than MAX_MAP_BYTES for its maps or MAX_MACS multiply-adds.
    Exception
        Whatever Keras raises for a config that describes no net.
    """
    config = as_functional(config)
    _refuse_more_than(MAX_LAYERS, _num_layers(config), "layers")
    with ThreadPoolExecutor(1) as once:  # Keras keeps what is without a value for each thread: this one ends
        outline, walk = once.submit(_outline, config).result()
    if not is_own:
        _refuse_costly(walk, outline.input_shape)
    return outline


def _outline(config: Any) -> tuple[Outline, "_Walk"]:
    with keras.StatelessScope(initialize_variables=False):
        model = _without_weights(config)
        num_values = sum(prod(variable.shape) for variable in getattr(model, "weights", ()))
        _refuse_more_than(MAX_PARAMS, num_values, "parameters")
        refuse_no_image_net(model)
        received = tuple(model.inputs[0].shape[1:])
        try:
            shape = closed_shape(model, lambda shape: _walked(model, shape).last_map)
            closed = as_functional(_with_input(config, shape))
            walk = _walked(model if shape == received else _without_weights(closed), shape)
        except ValueError as error:
            raise InvalidModel(
                "No picture goes through this net: its layers do not fit each other, or they fit one size of picture "
                "and its input names none. Save it with an input of a fixed size. "
                f"Received: input {received}, {str(error).splitlines()[0][:120]}"
            ) from error
    return Outline(closed, shape, num_values), walk


def _without_weights(config: Any) -> keras.Model:
    return keras.saving.deserialize_keras_object(deepcopy(config), safe_mode=True)  # it takes the config apart


def _with_input(config: Any, shape: Shape) -> Any:
    """The config of the same net for pictures of one shape, in batches of any size."""
    config = deepcopy(config)
    for layer in config["config"]["layers"]:
        if layer["class_name"] == "InputLayer":
            layer["config"]["batch_shape"] = [None, *shape]
    return config


def _refuse_costly(walk: "_Walk", shape: Shape) -> None:
    if walk.map_bytes > MAX_MAP_BYTES:
        raise _too_large(
            f"{bytes_text(MAX_MAP_BYTES, digits=0)} for the maps of one picture",
            f"{bytes_text(walk.map_bytes, digits=1)} for input {shape}",
        )
    _refuse_more_than(MAX_MACS, walk.macs, "multiply-adds for one picture")
    _refuse_more_than(MAX_STEPS, walk.steps, "steps of a recurrent layer")


def _num_layers(node: Any) -> int:
    """Layers that run for one picture, from the config alone: a net inside a net counts as often as it is called."""
    try:
        return _num_calls(node)
    except RecursionError:
        raise InvalidModel("This net is nested too deeply. Save a flat one. Received: nets in nets in nets.") from None


def _num_calls(node: Any) -> int:
    if isinstance(node, list):
        return sum(map(_num_calls, node))
    if not isinstance(node, dict):
        return 0
    own = sum(map(_num_calls, (value for key, value in node.items() if key != "inbound_nodes")))
    if node.get("module") not in _MODULES or node.get("class_name") == "DTypePolicy":
        return own
    if node.get("class_name") == "Sequential":
        inside = node.get("config")
        in_a_row = inside.get("layers") if isinstance(inside, dict) else None
        if isinstance(in_a_row, list) and len(in_a_row) > MAX_IN_A_ROW:  # Keras makes all before it anew for each
            raise _too_large(f"{MAX_IN_A_ROW} layers in a Sequential", f"{len(in_a_row):,}")
    calls = node.get("inbound_nodes")
    return (own + 1) * max(1, len(calls) if isinstance(calls, list) else 1)


class _Walk:
    """The way of one picture through an outline: shapes only, also through nets inside the net."""

    def __init__(self) -> None:
        self.map_bytes = self.macs = self.steps = 0
        self.last_map: Shape = ()

    def through(self, model: keras.Model, values: Any) -> Any:
        """Give what the model makes of an input, and note what it costs."""
        if isinstance(model, keras.Sequential):
            return self._in_a_row(model.layers, values)
        return model._run_through_graph(values, operation_fn=self._noting)

    def _in_a_row(self, layers: list, values: Any) -> Any:
        for layer in layers:
            values = self._noting(layer)(values)
        return values

    def _noting(self, operation: Any) -> Callable[..., Any]:
        def call(*inputs: Any, **options: Any) -> Any:
            if isinstance(operation, keras.Model) and len(inputs) == 1:
                return self.through(operation, inputs[0])
            if isinstance(operation, keras.layers.Pipeline):
                return self._in_a_row(operation.layers, inputs[0])
            outputs = operation.compute_output_spec(*inputs, **options)
            for output in keras.tree.flatten(outputs):
                if isinstance(output, keras.KerasTensor):
                    self._note(operation, (inputs, options), tuple(output.shape))
            return outputs

        return call

    def _note(self, operation: Any, arguments: tuple, shape: Shape) -> None:
        self.map_bytes += BYTES * size(shape)
        if len(shape) == 4:
            self.last_map = shape[1:]
        if isinstance(operation, _IN_STEPS):
            received = keras.tree.flatten(arguments)[0].shape
            self.steps = max(self.steps, received[1])
            if isinstance(operation, keras.layers.TimeDistributed):
                self._repeat(operation.layer, tuple(received))
                return
        done = work(operation, arguments, shape)
        self.macs += done.macs
        self.map_bytes += BYTES * done.hidden

    def _repeat(self, operation: Any, received: Shape) -> None:
        """Note what a layer or net costs that is called for each step of its input."""
        once = _Walk()
        once._noting(operation)(keras.KerasTensor((1, *received[2:])))
        self.map_bytes += received[1] * once.map_bytes
        self.macs += received[1] * once.macs
        self.steps = max(self.steps, once.steps)


def _walked(model: keras.Model, shape: Shape) -> _Walk:
    walk = _Walk()
    walk.through(model, keras.KerasTensor((1, *shape), dtype=model.inputs[0].dtype))
    return walk


def _refuse_more_than(most: int, received: int, what: str) -> None:
    if received > most:
        raise _too_large(f"{most:,} {what}", f"{received:,} {what}")


def _too_large(expected: str, received: str) -> InvalidModel:
    return InvalidModel(
        f"This net is too large to be opened here: expected at most {expected}. Save a smaller net. "
        f"Received: {received}."
    )
