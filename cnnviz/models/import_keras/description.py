"""Parts of a net's description in a file of Keras: its list of layers, what each takes, shapes."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from cnnviz.models.foreign.limits import MAX_STEPS, MAX_TEXT, damaged

CONSTANT = "_CONSTANT_VALUE"  # of Keras 2
Node = tuple[str, int]
"""A layer's name, and which of its calls."""


@dataclass(frozen=True)
class LayerEntry:
    """A layer's entry in the list of a net, and the segment that its weights have in a .keras file."""

    entry: Mapping[str, Any]
    name: str
    segment: str

    @property
    def operation(self) -> str:
        return str(self.entry.get("class_name"))


@dataclass(frozen=True)
class History:
    """Where an argument comes from: a layer, which of its calls, which of its outputs."""

    name: str
    node: int
    tensor: int


def list_layers(entries: Any) -> Iterator[LayerEntry]:
    if not isinstance(entries, list) or not 0 < len(entries) <= MAX_STEPS:
        raise damaged(f"its list of layers should have 1 to {MAX_STEPS:,} entries", entries)
    counts: Counter[str] = Counter()
    names: set[str] = set()
    for entry in entries:
        fields, operation = as_mapping(entry).get("config"), as_mapping(entry).get("class_name")
        inner = fields.get("name") if isinstance(fields, Mapping) else None
        name = entry.get("name", inner)
        name = f"{operation}_{len(names) + 1}" if name is None else name
        if not isinstance(name, str) or not isinstance(operation, str) or not 0 < len(name) <= MAX_TEXT:
            raise damaged("a layer's name is none", name)
        if name in names:
            raise damaged("two of its layers have one name", name)
        names.add(name)
        segment = _snake_case(operation[:MAX_TEXT])
        yield LayerEntry(entry, name, f"{segment}_{counts[segment]}" if counts[segment] else segment)
        counts[segment] += 1


def _snake_case(name: str) -> str:
    """As Keras makes names of classes (`keras.src.utils.naming.to_snake_case`)."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def arguments_of(node: Any) -> Iterator[Any]:
    """Walk the arguments of a call: `History` for tensors, else what JSON has; positions count, not names."""
    if isinstance(node, Mapping):  # Keras 3
        yield from _flat(node.get("args"))
        for name, value in as_mapping(node.get("kwargs") or {}).items():
            if name not in ("training", "mask"):
                yield from ((name, each) if not isinstance(each, History) else each for each in _flat([value]))
        return
    for each in node if isinstance(node, list) else []:  # Keras 2: [name, node, tensor, {arguments}]
        if not isinstance(each, list) or len(each) < 3:
            raise damaged("what a layer takes is not said", each)
        yield _as_history(each) if each[0] != CONSTANT else each[2]
        for name, value in (each[3] if len(each) > 3 and isinstance(each[3], Mapping) else {}).items():
            if name not in ("training", "mask", "name"):
                yield _as_history(value) if _is_history(value) else (name, value)


def _flat(value: Any, depth: int = 0) -> Iterator[Any]:
    if isinstance(value, Mapping) and value.get("class_name") == "__keras_tensor__":
        yield _as_history(as_mapping(value.get("config")).get("keras_history"))
    elif isinstance(value, list) and depth < 3 and (depth < 1 or any(isinstance(each, Mapping) for each in value)):
        for each in value:
            yield from _flat(each, depth + 1)
    else:
        yield value


def in_order(nodes: Mapping[Node, Any]) -> list[Node]:
    """The calls, each after those whose values it takes: as in the file, if that is such an order."""
    needs = {
        node: [(each.name, each.node) for each in arguments_of(inbound) if isinstance(each, History)]
        for node, inbound in nodes.items()
    }
    missing = next((each for before in needs.values() for each in before if each not in nodes), None)
    if missing:
        raise damaged("a layer takes what no layer of its net gives", missing[0])
    seen: set[Node] = set()
    for node, before in needs.items():
        if not seen.issuperset(before):
            return list(TopologicalSorter(needs).static_order())
        seen.add(node)
    return list(nodes)


def resolved(each: Any, values: Mapping[Node, list[Any]]) -> Any:
    if not isinstance(each, History):
        return each
    given = values.get((each.name, each.node), [])
    if not 0 <= each.tensor < len(given):
        raise damaged("a layer takes what no layer of its net gives", each.name)
    return given[each.tensor]


def histories(value: Any) -> Iterator[tuple[str, int, int]]:
    if _is_history(value):
        yield value[0], value[1], value[2]
    elif isinstance(value, list):
        for each in value[:MAX_STEPS]:
            if not _is_history(each):
                raise damaged("its inputs or outputs are not named", each)
            yield each[0], each[1], each[2]
    else:
        raise damaged("its inputs or outputs are not named", value)


def _is_history(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) >= 3
        and isinstance(value[0], str)
        and all(isinstance(each, int) for each in value[1:3])
    )


def _as_history(value: Any) -> History:
    if not _is_history(value):
        raise damaged("what a layer takes is not said", value)
    return History(value[0], value[1], value[2])


def shape_of(entry: Mapping[str, Any]) -> tuple[int | None, ...] | None:
    fields = entry.get("config")
    fields = fields if isinstance(fields, Mapping) else {}
    return as_shape(fields.get("batch_shape") or fields.get("batch_input_shape"))


def as_shape(value: Any) -> tuple[int | None, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not 2 <= len(value) <= 6:
        raise damaged("the form of its input is none of a picture", value)
    if not all(each is None or (isinstance(each, int) and 0 < each < 2**24) for each in value[1:]):
        raise damaged("the form of its input is none of a picture", tuple(map(str, value)))
    return tuple(value[1:])


def as_mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise damaged("its description is none of a net", value)
    return value
