"""The description of a net in a file of Keras -> the calls of its layers, in order and without nets in the net."""

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError
from typing import Any

from cnnviz.errors import InvalidModel
from cnnviz.models.foreign.limits import MAX_NESTING, MAX_STEPS, brief, damaged, too_large
from cnnviz.models.import_keras.description import (
    History,
    LayerEntry,
    Node,
    arguments_of,
    as_mapping,
    as_shape,
    histories,
    in_order,
    list_layers,
    resolved,
    shape_of,
)

NETS = ("Functional", "Sequential", "Model")


class Ref(str):
    """The name of a call, as an argument of another one: what that gives."""

    __slots__ = ()


@dataclass(frozen=True)
class Call:
    """One call of a layer.

    Attributes
    ----------
    name : str
        Unique; names of the nets around come first, with slashes between.
    operation, module : str
    fields : mapping
        The layer's settings, as in the file.
    arguments : tuple
        `Ref` for what other calls give, or plain JSON.
    place : tuple of str
        Where the layer's weights are in a .keras file: names of classes, counted.
    names : tuple of str
        The same for .h5: its own name after those of the nets around.
    """

    name: str
    operation: str
    module: str
    fields: Mapping[str, Any]
    arguments: tuple[Any, ...]
    place: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Calls:
    """All calls, the names of those that give the outputs, the form of the input as far as it is said, names of nets.

    The first input is no call: arguments name it `inputs[0]`.
    """

    calls: tuple[Call, ...]
    outputs: tuple[Ref, ...]
    inputs: tuple[Ref, ...]
    input_shape: tuple[int | None, ...] | None
    nets: tuple[str, ...]


def list_calls(config: Any) -> Calls:
    """Read the description of a net (parsed JSON); raises InvalidModel where it contradicts itself."""
    expander = _Expander()
    try:
        outputs, inputs = expander.net(as_mapping(config), (), (), None, 0)
    except CycleError as error:
        raise InvalidModel(
            "This net goes round in circles: expected layers that take what layers before them give. Save it again. "
            f"Received: {', '.join(brief(str(each[0]), 30) for each in error.args[1][:4])}."
        ) from error
    return Calls(tuple(expander.calls), tuple(outputs), tuple(inputs), expander.shape, tuple(expander.nets))


class _Expander:
    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.nets: list[str] = []
        self._taken: set[str] = set()
        self.shape: tuple[int | None, ...] | None = None

    def net(
        self,
        entry: Mapping[str, Any],
        place: tuple[str, ...],
        names: tuple[str, ...],
        given: list[Any] | None,
        depth: int,
    ) -> tuple[list[Any], list[Ref]]:
        """Note the calls of a net that is called with `given`; returns what it gives, and its inputs."""
        if depth > MAX_NESTING:
            raise damaged(f"it holds nets in nets, more than {MAX_NESTING} in each other", f"{depth} in each other")
        config = entry.get("config")
        config = {"layers": config} if isinstance(config, list) else as_mapping(config)
        self.nets.append(brief(str(config.get("name", ""))))
        layers = list(list_layers(config.get("layers")))
        if entry.get("class_name") == "Sequential":
            return self._sequential(entry, config, layers, (place, names, given, depth))
        return self._functional(config, layers, (place, names, given, depth))

    def _sequential(
        self, entry: Mapping[str, Any], config: Mapping[str, Any], layers: list[LayerEntry], around: tuple[Any, ...]
    ) -> tuple[list[Any], list[Ref]]:
        place, names, given, depth = around
        value = given[0] if given else Ref("/".join((*names, "input")))
        if not given:
            self._note_shape(shape_of(layers[0].entry) or as_shape(config.get("build_input_shape")))
            self._note_shape(as_shape(as_mapping(entry.get("build_config") or {}).get("input_shape")))
        inputs = [value]
        for layer in layers:
            if layer.operation != "InputLayer":
                (value, *_) = self._called(layer, 0, [value], (place, names, depth))
        return [value], inputs

    def _functional(
        self, config: Mapping[str, Any], layers: list[LayerEntry], around: tuple[Any, ...]
    ) -> tuple[list[Any], list[Ref]]:
        place, names, given, depth = around
        by_name = {layer.name: layer for layer in layers}
        nodes: dict[Node, Any] = {}
        for layer in layers:
            inbound = layer.entry.get("inbound_nodes") or [[]]
            for number, node in enumerate(inbound if isinstance(inbound, list) else [[]]):
                nodes[layer.name, number] = node
        wanted = list(histories(config.get("input_layers")))
        inputs = [Ref("/".join((*names, name))) for name, *_ in wanted]
        values: dict[Node, list[Any]] = {}
        for number, (name, *_) in enumerate(wanted):
            if given is None and number == 0 and name in by_name:
                self._note_shape(shape_of(by_name[name].entry))
            if given is not None and number >= len(given):
                raise damaged("a net in it is called with too few inputs", name)
            values[name, 0] = [inputs[number] if given is None else given[number]]
        for node in in_order(nodes):
            if node not in values:
                arguments = [resolved(each, values) for each in arguments_of(nodes[node])]
                values[node] = self._called(by_name[node[0]], node[1], arguments, (place, names, depth))
        return [resolved(History(*each), values) for each in histories(config.get("output_layers"))], inputs

    def _called(self, layer: LayerEntry, number: int, arguments: list[Any], around: tuple[Any, ...]) -> list[Any]:
        place, names, depth = around
        place, names = (*place, layer.segment), (*names, layer.name)
        if layer.operation in NETS:
            return self.net(layer.entry, place, names, arguments, depth + 1)[0]
        name = "/".join(names) + (f":{number + 1}" if number else "")
        while name in self._taken:
            name += "+"
        self._taken.add(name)
        fields = layer.entry.get("config")
        module = layer.entry.get("module")
        self.calls.append(
            Call(
                name,
                brief(layer.operation),
                module if isinstance(module, str) else "",
                fields if isinstance(fields, Mapping) else {},
                tuple(arguments),
                place,
                names,
            )
        )
        if len(self.calls) > MAX_STEPS:
            raise too_large(f"{MAX_STEPS:,} layers", "more of them")
        return [Ref(name)]

    def _note_shape(self, shape: tuple[int | None, ...] | None) -> None:
        self.shape = self.shape or shape
