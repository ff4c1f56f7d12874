"""A net that was followed -> our spec, the browser's file, and a report of what is shown of it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.analysis.graph import trace
from cnnviz.architecture.spec import Architecture, Branches, Layer, Residual
from cnnviz.architecture.spec.arithmetic import Add, Merge, Scaling
from cnnviz.architecture.spec.input_scaling import InputScaling
from cnnviz.architecture.spec.naming import RESERVED_IN_BLOCKS, RESERVED_NAMES
from cnnviz.errors import InvalidArchitecture, InvalidModel
from cnnviz.models.foreign.layouts import REORDERED
from cnnviz.models.foreign.limits import brief, refuse_costly
from cnnviz.models.foreign.outputs import followed_output, output_text, without_logarithms_inside
from cnnviz.models.foreign.report import LayerReport, nothing, report_of
from cnnviz.models.foreign.scalings import guess
from cnnviz.models.foreign.series_parallel import Block
from cnnviz.models.foreign.simplify import simplified
from cnnviz.models.foreign.steps import ForeignNet, Step, Value
from cnnviz.models.manifest import net_manifest, weight_shapes
from cnnviz.models.net_file import pack_net, read_weights

MAX_NAME = 60
TITLE = 40  # characters of the net's own name


@dataclass(frozen=True)
class ImportedNet:
    """A net made elsewhere.

    Attributes
    ----------
    architecture : Architecture
    net : bytes
        The browser's file (`net_file`).
    sources : dict
        Name of a layer of ours -> name of the step in the file that gives the same values, for maps as (height, width,
        channels). Maps in a row that the file has in another order are left out.
    report : tuple of LayerReport
    classes : tuple of str
        () where the file names none: then they are "0", "1" ... in `net`.
    scaling_reason : str
        Why this scaling of pixels was chosen.
    followed_to : str, optional
        Name of the first step that could not be followed. None: the whole net is shown. Else it ends with maps, and
        gives no answer.
    note : str
        What else is to be said of its output: which of several is followed, and what it gives in its file.
    """

    architecture: Architecture
    net: bytes
    sources: dict[str, str]
    report: tuple[LayerReport, ...]
    classes: tuple[str, ...]
    scaling_reason: str
    followed_to: str | None
    note: str = ""


@dataclass(frozen=True)
class Found:
    """What a reader found in a file.

    Attributes
    ----------
    net : ForeignNet
    outputs : tuple of Value
    name : str
    words : tuple of str
        Names that may tell how the net wants its pixels.
    classes : tuple of str
    is_onnx : bool
    """

    net: ForeignNet
    outputs: tuple[Value, ...]
    name: str
    words: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    is_onnx: bool = False


def imported(found: Found) -> ImportedNet:
    """Put together what was found of a net; raises InvalidModel where nothing of it can be shown."""
    steps_of_file = without_logarithms_inside(simplified(found.net.steps))
    computed = {name: step for name, step in steps_of_file.items() if step.layer is not None or not step.is_shown}
    outputs = tuple(dict.fromkeys(value.step for value in found.outputs))
    output, followed = followed_output(computed, outputs, found.net)
    if not followed.parts:
        raise nothing(found.net.steps.values())
    layers = _layers(found.net, followed.parts, RESERVED_NAMES)
    scaling, reason = guess(_first_steps(followed.parts), found.net.image.maps[2], found.words, is_onnx=found.is_onnx)
    architecture = _architecture(found, layers, scaling)
    steps = list(_in_order(followed.parts))
    nodes, _ = trace(architecture)
    sources = {
        node.name: step.name
        for node, step in zip(nodes, steps, strict=True)
        if not (step.is_extra or step.name in found.net.reordered)
    }
    classes = _fitting(found.classes, nodes[-1].effect.output.shape)
    net = packed(architecture, classes, [step.weights for step in steps])
    report = report_of(steps_of_file, steps, followed, is_one_output=len(outputs) == 1)
    return ImportedNet(
        architecture, net, sources, report, classes, reason, followed.until, output_text(computed, outputs, output)
    )


def with_scaling(imported_net: ImportedNet, scaling: InputScaling) -> ImportedNet:
    """Return the same net with its pixels scaled otherwise; raises InvalidModel where it does not fit."""
    wanted = {**imported_net.architecture.model_dump(), "scaling": scaling.model_dump()}
    try:
        architecture = Architecture.model_validate(wanted)
    except ValueError as error:
        raise InvalidModel(
            "This scaling does not fit the net: expected one number, or one for each channel. Choose another. "
            f"Received: {brief(str(scaling))}."
        ) from error
    weights = read_weights(imported_net.net)
    classes = imported_net.classes
    in_order = [weights[node.name] for node in trace(architecture)[0]]
    return replace(imported_net, architecture=architecture, net=packed(architecture, classes, in_order))


def _layers(net: ForeignNet, parts: Sequence[Step | Block], reserved: frozenset[str] = RESERVED_IN_BLOCKS) -> list[Any]:
    """Write a list of layers, each with the name of its step as far as ours allow it."""
    names = set(reserved)
    return [_layer(net, part, names) for part in parts]


def _layer(net: ForeignNet, part: Step | Block, names: set[str]) -> Any:
    name = own_name((part.step if isinstance(part, Block) else part).name, names)
    names.add(name)
    if isinstance(part, Step):
        assert part.layer is not None
        return part.layer.model_copy(update={"name": name})
    paths = [tuple(_layers(net, path)) for path in part.paths]
    if isinstance(part.step.layer, Add) and len(paths) == 2 and paths[0] and not paths[1]:
        inside, around = map(net.shape, part.step.inputs)
        if inside == around:
            return Residual(name=name, layers=paths[0], activation="linear")
    assert isinstance(part.step.layer, Merge)
    return Branches(name=name, branches=tuple(paths), merge=part.step.layer.kind)


def _first_steps(parts: Iterable[Step | Block]) -> list[Step]:
    """The steps that meet the pixels: those that only scale, or another one; none where paths part at once."""
    first: list[Step] = []
    for part in parts:
        if isinstance(part, Block) or (first and not isinstance(part.layer, Scaling)):
            break
        if part.note != REORDERED:  # one that swaps red and blue
            first.append(part)
    return first


def _in_order(parts: Iterable[Step | Block]) -> Iterator[Step]:
    """Give the steps in the order in which `trace` computes them."""
    for part in parts:
        if isinstance(part, Block):
            for path in part.paths:
                yield from _in_order(path)
            yield part.step
        else:
            yield part


def own_name(name: str, taken: Iterable[str]) -> str:
    """Return a name of ours for that of a foreign step: letters, digits and underscores, and not taken."""
    name = re.sub(r"(_output_0|:0)$", "", name)  # as PyTorch and TensorFlow name tensors after steps
    plain = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_")[-MAX_NAME + 4 :].strip("_")
    if not re.match(r"[A-Za-z]", plain):
        plain = f"layer_{plain}"[: MAX_NAME - 4].strip("_")
    plain = f"{plain}_layer" if plain in RESERVED_NAMES and plain in taken else plain  # not a second one of its name
    number, free = 2, plain
    while free in taken:
        number, free = number + 1, f"{plain}_{number}"
    return free


def _architecture(found: Found, layers: list[Layer], scaling: InputScaling) -> Architecture:
    name = " ".join(brief(found.name, TITLE).split()) or "imported net"
    try:
        architecture = Architecture(name=name, input_shape=found.net.image.maps, layers=tuple(layers), scaling=scaling)
        refuse_costly(analyze(architecture).totals)
    except InvalidArchitecture as error:
        raise InvalidModel(f"This net cannot be shown: {error}") from error
    except ValueError as error:  # pydantic's: too many layers, a side too long
        first: dict[str, Any] = getattr(error, "errors", lambda: [{}])()[0]
        raise InvalidModel(
            f"This net cannot be shown: {brief(str(first.get('msg', error)), 160)}. Save a smaller net. "
            f"Received: input={found.net.image.shape}, layers={len(found.net.steps):,}."
        ) from error
    return architecture


def _fitting(classes: tuple[str, ...], shape: tuple[int, ...]) -> tuple[str, ...]:
    num_classes = max(shape[0], 2) if len(shape) == 1 else 0
    return classes if len(classes) == num_classes else ()


def packed(architecture: Architecture, classes: tuple[str, ...], weights: Sequence[Mapping[str, np.ndarray]]) -> bytes:
    """Write the browser's file of a net; `weights` are those of each step of `trace`."""
    nodes, _ = trace(architecture)
    last = nodes[-1].effect.output.shape
    numbers = tuple(map(str, range(max(last[0], 2)))) if len(last) == 1 else ()
    variables = [
        np.reshape(own[name], shape)
        for node, own in zip(nodes, weights, strict=True)
        for name, shape in weight_shapes(node).items()
    ]
    return pack_net(net_manifest(architecture, classes or numbers), variables)
