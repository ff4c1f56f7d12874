"""Weights of one of our own nets (.h5), with its JSON."""

from pydantic import ValidationError

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.analysis.graph import trace
from cnnviz.architecture.spec import Architecture
from cnnviz.errors import InvalidArchitecture, InvalidModel
from cnnviz.models.foreign.imported import ImportedNet, packed
from cnnviz.models.foreign.limits import MAX_CONFIG_BYTES, brief, too_large
from cnnviz.models.foreign.report import LayerReport
from cnnviz.models.import_keras.hdf5 import WeightsFile, opened
from cnnviz.models.manifest import weight_shapes

REASON = "Pixels are scaled as the net's JSON says."
_KERAS_NAMES = {
    "depthwise": "depthwise_kernel",
    "pointwise": "pointwise_kernel",
    "mean": "moving_mean",
    "variance": "moving_variance",
}
"""Name of a weight here -> in Keras, where they differ."""


def read_own(data: bytes, json_text: bytes) -> ImportedNet:
    """Read a net of ours.

    Parameters
    ----------
    data : bytes
        Of an .h5 file: `model.save_weights` of Keras 3, or what Keras 2 and whole-model .h5 files have.
    json_text : bytes
        The net, as the Architecture page saves it.

    Raises
    ------
    InvalidModel
        The JSON is none of a net, or the weights are not those of this net.
    """
    architecture = _architecture(json_text)
    nodes, _ = trace(architecture)
    with opened(data) as file:
        numbered, named = _places(file)
        weights = []
        for node in nodes:
            own = {}
            for place, (name, shape) in enumerate(weight_shapes(node).items()):
                path = f"{numbered[node.name]}/{place}" if node.name in numbered else ""
                path = path or named.get((node.name, _KERAS_NAMES.get(name, name)), f"{node.name}/{name}")
                own[name] = file.array(path, shape)
            weights.append(own)
    report = tuple(LayerReport(node.name, node.layer.kind, shown=True) for node in nodes)
    net = packed(architecture, (), weights)
    return ImportedNet(architecture, net, {node.name: node.name for node in nodes}, report, (), REASON, None)


def _places(file: WeightsFile) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """Layer -> group of its numbered weights (Keras 3); layer and weight -> path (Keras 2)."""
    numbered, named = {}, {}
    for path in file.paths:
        parent, _, weight = path.rpartition("/")
        if parent.endswith("vars") and weight.isdecimal():
            numbered[file.text("name", parent)] = parent
        else:
            named[parent.rpartition("/")[2], weight.split(":")[0]] = path
    return numbered, named


def _architecture(json_text: bytes) -> Architecture:
    if len(json_text) > MAX_CONFIG_BYTES:
        raise too_large(f"{MAX_CONFIG_BYTES:,} bytes of JSON", f"{len(json_text):,} bytes")
    try:
        architecture = Architecture.model_validate_json(json_text)
        analyze(architecture)
    except (ValidationError, InvalidArchitecture) as error:
        raise InvalidModel(
            "This JSON describes no net of ours: expected what the Architecture page saves. Save it there again. "
            f"Received: {brief(str(error), 160)}"
        ) from error
    return architecture
