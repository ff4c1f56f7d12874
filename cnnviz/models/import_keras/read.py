"""Content of a file of Keras -> what was found of the net in it."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cnnviz.datasets.sources.zip_files import BROKEN_ZIP, count_entries, unpacked
from cnnviz.errors import InvalidModel
from cnnviz.models.foreign.imported import Found
from cnnviz.models.foreign.input_shape import Input, read_input, with_closed_sides
from cnnviz.models.foreign.limits import (
    MAX_CONFIG_BYTES,
    MAX_ENTRIES,
    NotShown,
    brief,
    damaged,
    most_unpacked,
    refuse_unpacked,
    too_large,
)
from cnnviz.models.foreign.steps import BEHIND, ForeignNet, Value
from cnnviz.models.import_keras import sizes
from cnnviz.models.import_keras.calls import Call, Calls, Ref, list_calls
from cnnviz.models.import_keras.classes import CLASSES, REASONS, TRAINING_ONLY, UNKNOWN
from cnnviz.models.import_keras.hdf5 import WeightsFile, opened
from cnnviz.models.import_keras.operations import operation_of
from cnnviz.models.import_keras.plain_layers import passes
from cnnviz.models.import_keras.reading import FindWeight, Reading
from cnnviz.models.import_keras.settings import Settings

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
OWN_MODULES = ("", "keras", "keras.layers", "tensorflow.keras.layers", "builtins", "keras.src.applications.convnext")
FIRST_OPERAND = ("x1", "x")
"""What Keras and TensorFlow call it."""
CONTAINERS = ("layers", "_layer_checkpoint_dependencies")


def read_keras(data: bytes, name: str, input_shape: Sequence[int] | None) -> Found:
    """Read the content of a .keras file; raises InvalidModel."""
    try:
        if count_entries(io.BytesIO(data)) > MAX_ENTRIES:
            raise too_large(f"{MAX_ENTRIES:,} files in it", "more of them")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            config = _json(_entry(archive, CONFIG, MAX_CONFIG_BYTES))
            metadata = archive.NameToInfo.get(METADATA)
            version = _json(_entry(archive, METADATA, MAX_CONFIG_BYTES)) if metadata else {}
            refuse_unpacked(archive.getinfo(WEIGHTS).file_size, packed=len(data))
            weights = unpacked(archive, archive.getinfo(WEIGHTS), most_unpacked(len(data)) + 1)
    except (*BROKEN_ZIP, KeyError) as error:
        raise InvalidModel(
            "This is no net of Keras: expected a .keras file with config.json and model.weights.h5 in it. Save the net "
            f"with model.save('model.keras'). Received: {len(data):,} bytes, {brief(str(error))}."
        ) from error
    refuse_unpacked(len(weights), packed=len(data))
    is_keras_2 = isinstance(version, Mapping) and str(version.get("keras_version", "3")).startswith("2")
    with opened(weights) as file:
        return _followed(list_calls(config), file, _by_class(file), name, input_shape, is_keras_2=is_keras_2)


def read_h5(data: bytes, name: str, input_shape: Sequence[int] | None) -> Found | None:
    """Read a whole-model .h5 file; None if it holds weights only. Raises InvalidModel."""
    with opened(data) as file:
        text = file.text("model_config")
        if not text:
            return None
        is_keras_2 = not file.text("keras_version", "model_weights").startswith("3")
        calls = list_calls(_json(text.encode()))
        return _followed(calls, file, _by_name(file), name, input_shape, is_keras_2=is_keras_2)


def _followed(
    calls: Calls,
    file: WeightsFile,
    find: FindWeight,
    name: str,
    input_shape: Sequence[int] | None,
    *,
    is_keras_2: bool,
) -> Found:
    wanted = read_input(sizes.input_shape(calls, TRAINING_ONLY), input_shape)

    def follow(given: Input) -> tuple[ForeignNet, dict[str, Value]]:
        net = ForeignNet(given.shape, is_first=given.is_first)
        start = given.begin(net)
        values: dict[str, Value] = {calls.inputs[0]: start}
        for other in calls.inputs[1:]:
            values[other] = net.lacks(other, "InputLayer", [], REASONS["InputLayer"])
        for call in calls.calls:
            values[call.name] = _step(net, call, values, (file, find), is_keras_2=is_keras_2)
        return net, values

    net, values = with_closed_sides(wanted, follow)
    outputs = tuple(values[output] for output in calls.outputs)
    return Found(net, outputs, name or calls.nets[0], (name, *calls.nets))


def _step(
    net: ForeignNet,
    call: Call,
    values: Mapping[str, Value],
    weights: tuple[WeightsFile, FindWeight],
    *,
    is_keras_2: bool,
) -> Value:
    file, find = weights
    inputs = tuple(values[each] for each in call.arguments if isinstance(each, Ref))
    names = (call.name, call.operation)
    if any(value.shape is None for value in inputs) or not inputs:
        return net.lacks(*names, inputs, BEHIND if inputs else "It takes no value of the net.")
    settings = Settings(call.fields, is_keras_2=is_keras_2)
    constants = tuple(each for each in call.arguments if not isinstance(each, Ref))
    reading = Reading(
        net,
        names,
        inputs,
        constants,
        settings,
        lambda place, known, shape: file.array(find(call, place, known), shape),
        is_constant_first=_is_constant_first(call),
    )
    try:
        read, is_training_only = _reader(call)
        value = read(reading)
        if settings.unread() and not is_training_only:
            raise NotShown(f"Its setting {settings.unread()[0]} is not known here.")
        return value
    except NotShown as error:
        return net.lacks(*names, inputs, str(error))


def _is_constant_first(call: Call) -> bool:
    """Whether the first operand is fixed, by its place or by its name."""
    first = call.arguments[0]
    named = {each[0] for each in call.arguments if isinstance(each, tuple)}
    return not isinstance(first, (Ref, tuple)) or not named.isdisjoint(FIRST_OPERAND)


def _reader(call: Call) -> tuple[Callable[[Reading], Value], bool]:
    registered = call.fields.get("registered_name")
    is_layer = call.operation in CLASSES and all(isinstance(each, Ref) for each in call.arguments)
    operation = None if is_layer and not call.module else operation_of(call.operation, call.module, call.fields)
    if operation is not None:
        return operation, True
    if call.module not in OWN_MODULES or registered not in (None, call.operation):
        raise NotShown(UNKNOWN)
    if call.operation in TRAINING_ONLY:
        return passes, True
    if call.operation not in CLASSES:
        raise NotShown(REASONS.get(call.operation, UNKNOWN))
    return CLASSES[call.operation], False


def _by_class(file: WeightsFile) -> FindWeight:
    """Paths in a .keras file: classes, counted; the weights of a layer are numbered."""
    container = next((each for each in CONTAINERS if file.has(each)), CONTAINERS[0])

    def find(call: Call, place: int, names: Sequence[str]) -> str:
        del names
        return "/".join(each for segment in call.place for each in (container, segment)) + f"/vars/{place}"

    return find


def _by_name(file: WeightsFile) -> FindWeight:
    """Paths in an .h5 file: below the outermost net or layer, the layer's own name and the weight's."""
    known: dict[tuple[str, str, str], list[str]] = {}
    for path in file.paths:
        parts = path.split("/")
        if parts[0] == "model_weights" and len(parts) >= 3:
            owner = parts[-2] if len(parts) > 3 else parts[1]
            weight = re.sub(r"^variable_\d+$", "variable", parts[-1].split(":")[0])  # one that was given no name
            known.setdefault((parts[1], owner, weight), []).append(path)

    def find(call: Call, place: int, names: Sequence[str]) -> str:
        del place
        outer, own = call.names[0], call.names[-1]
        for name in names:
            for owner in (own, own.rpartition("/")[2], outer if len(call.names) == 1 else own):
                paths = known.get((outer, owner, name), [])
                if paths:
                    return min(paths, key=lambda path: (not _fits(path, call.names), len(path)))
            if len(call.names) == 1:  # a layer whose weights kept the name that it had in another net
                alone = [
                    path
                    for (top, _, weight), paths in known.items()
                    for path in paths
                    if (top, weight) == (outer, name)
                ]
                if len(alone) == 1:
                    return alone[0]
        return f"model_weights/{outer}/{own}/{names[0]}"

    return find


def _fits(path: str, names: Sequence[str]) -> bool:
    return all(name in path.split("/") for name in names)


def _entry(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    info = archive.getinfo(name)
    if info.file_size > most:
        raise too_large(f"{most:,} bytes of description", f"{info.file_size:,} bytes")
    return unpacked(archive, info, most)


def _json(text: bytes) -> Any:
    if len(text) > MAX_CONFIG_BYTES:
        raise too_large(f"{MAX_CONFIG_BYTES:,} bytes of description", f"{len(text):,} bytes")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise damaged("its description is no JSON, or nested too deeply", str(error)) from error
