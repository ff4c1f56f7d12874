"""The file of a net as the browser reads it. Pure: the server packs and repacks such files without Keras.

    [number of bytes of the JSON, uint32][manifest as JSON, padded with blanks to a multiple of 4][weights, float32]

All little endian. The manifest says where each weight begins, counted in floats, and at which place among the
variables of the Keras model (`model.variables`, so also in a checkpoint) it stands: the net of another epoch is the
same file with other weights.
"""

import json
import struct
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from cnnviz.architecture.analysis.graph import trace
from cnnviz.architecture.spec import Architecture
from cnnviz.errors import InvalidModel, NotInBrowser

VERSION = 1
MAX_BYTES = 400_000_000  # of weights that a browser is given

LACKING = {"backbone": "a pretrained net"}
"""Kinds of layer that the browser engine does not compute -> what they are called in running text."""

FAMILIARITY = "familiarity"
"""Entry of a manifest: what was measured of the training images, where it was."""

_LENGTH = struct.Struct("<I")

Manifest = dict[str, Any]


def refuse_lacking(architecture: Architecture) -> None:
    """Raise NotInBrowser for a net that the browser does not compute: it lacks a layer, or the weights are too many."""
    nodes, _ = trace(architecture)
    lacking = next((node for node in nodes if node.layer.kind in LACKING), None)
    if lacking is not None:
        raise NotInBrowser(
            f"The net holds {LACKING[lacking.layer.kind]}, which the browser does not compute: the server "
            "answers instead, a little later.",
            kind=lacking.layer.kind,
        )
    num_bytes = 4 * sum(node.effect.params for node in nodes)
    if num_bytes > MAX_BYTES:
        raise NotInBrowser(
            f"The weights of this net are too large for a browser: at most {MAX_BYTES:,} bytes. The server answers "
            f"instead. Received: {num_bytes:,} bytes."
        )


def pack_net(manifest: Manifest, variables: Sequence[np.ndarray]) -> bytes:
    """Write a net.

    Parameters
    ----------
    manifest : dict
        Its weights ("variable", "shape") are given their "offset" here, one after the other.
    variables : sequence of ndarray
        Those of the Keras model, in its order.

    Raises
    ------
    InvalidModel
        A variable is missing, has another shape, or holds what is no finite number.
    """
    offset, parts = 0, []
    for weight in _weights(manifest):
        values = _variable(variables, weight)
        weight["offset"] = offset
        offset += values.size
        parts.append(values.tobytes())
    return with_header(manifest, b"".join(parts))


def repack_net(net: bytes, variables: Sequence[np.ndarray]) -> bytes:
    """Write a net with the weights of another epoch; raises as `pack_net` does."""
    manifest = read_manifest(net)
    manifest.pop(FAMILIARITY, None)  # what was measured with the weights of the end
    return pack_net(manifest, variables)


def with_familiarity(net: bytes, entry: dict[str, Any]) -> bytes:
    """Write into a net's file what is familiar to it (`evaluation.familiarity.Familiarity.to_manifest`)."""
    (length,) = _LENGTH.unpack_from(net)
    return with_header({**read_manifest(net), FAMILIARITY: entry}, net[_LENGTH.size + length :])


def read_manifest(net: bytes) -> Manifest:
    """Read what a net's file says of its layers; raises InvalidModel if it is no such file."""
    try:
        (length,) = _LENGTH.unpack_from(net)
        manifest = json.loads(net[_LENGTH.size : _LENGTH.size + length])
        is_known = manifest["version"] == VERSION
    except (struct.error, ValueError, KeyError, TypeError):
        is_known = False
    if not is_known:
        raise InvalidModel(
            f"This is no net for the browser: expected a file of version {VERSION} as cnnviz writes it. Export it "
            f"again. Received: {len(net):,} bytes."
        )
    return manifest


def read_weights(net: bytes) -> dict[str, dict[str, np.ndarray]]:
    """Read all weights of a net: name of the layer -> name of the weight -> values in their shape."""
    (length,) = _LENGTH.unpack_from(net)
    values = np.frombuffer(net, "<f4", offset=_LENGTH.size + length)
    return {
        layer["name"]: {
            name: values[one["offset"] : one["offset"] + int(np.prod(one["shape"]))].reshape(one["shape"])
            for name, one in layer["weights"].items()
        }
        for layer in read_manifest(net)["layers"]
    }


def num_variables(net: bytes) -> int:
    """How many variables `pack_net` needs at least to write a net again; raises as `read_manifest` does."""
    places = [one["variable"] for layer in read_manifest(net)["layers"] for one in layer["weights"].values()]
    return 1 + max(places, default=-1)


def read_variables(net: bytes) -> list[np.ndarray]:
    """Read the weights of a net in the order in which `pack_net` takes them; those of no layer are empty."""
    weights = read_weights(net)
    placed = [
        (one["variable"], weights[layer["name"]][name])
        for layer in read_manifest(net)["layers"]
        for name, one in layer["weights"].items()
    ]
    variables = [np.zeros(0, np.float32)] * num_variables(net)
    for place, values in placed:
        variables[place] = values
    return variables


def pack_images(images: np.ndarray, labels: np.ndarray, classes: Sequence[str]) -> bytes:
    """Write images (N, H, W, C) uint8 with their labels (N,): as a net's file, with pixels in place of the weights."""
    header = {"shape": list(images.shape), "labels": [int(label) for label in labels], "classes": list(classes)}
    return with_header(header, np.ascontiguousarray(images, np.uint8).tobytes())


def with_header(header: Any, body: bytes) -> bytes:
    """Write what JSON can say of a file before its content: [number of bytes, uint32][JSON, padded to 4][content]."""
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    return _LENGTH.pack(len(text)) + text + body


def _weights(manifest: Manifest) -> Iterator[dict[str, Any]]:
    return (weight for layer in manifest["layers"] for weight in layer["weights"].values())


def _variable(variables: Sequence[np.ndarray], weight: dict[str, Any]) -> np.ndarray:
    index, shape = weight["variable"], tuple(weight["shape"])
    values = np.ascontiguousarray(variables[index], "<f4") if index < len(variables) else np.zeros(0, "<f4")
    if values.shape != shape or not np.isfinite(values).all():
        raise InvalidModel(
            f"These weights do not belong to this net: expected finite numbers of the shape {shape} at place {index}. "
            f"Take those of the same run. Received: shape={values.shape}."
        )
    return values
