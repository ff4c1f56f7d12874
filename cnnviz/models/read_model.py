"""Content of a file that somebody brings -> a net in our form, whatever the format is."""

from collections.abc import Sequence
from pathlib import PurePath

from cnnviz.errors import InvalidModel
from cnnviz.models.foreign.imported import ImportedNet, imported
from cnnviz.models.foreign.limits import brief, refuse_large_file
from cnnviz.models.import_keras.own_weights import read_own
from cnnviz.models.import_keras.read import read_h5, read_keras
from cnnviz.models.import_onnx.read import read_onnx

OF_PYTORCH = (".pth", ".pt", ".ckpt", ".pkl", ".pickle", ".bin", ".safetensors")
OF_TENSORFLOW = (".pb", ".tflite", ".mlmodel")
FORMATS = {b"PK": "keras", b"\x89HDF\r\n\x1a\n": "h5"}
"""First bytes of a file -> its format."""


def file_format(data: bytes) -> str:
    """Tell the format of a file by its content: "keras", "h5", and "onnx" for all others."""
    return next((name for start, name in FORMATS.items() if data.startswith(start)), "onnx")


def refuse_other_program(file_name: str) -> None:
    """Raise InvalidModel for a file that only the program can read which wrote it: it is never opened."""
    ending = PurePath(file_name.lower()).suffix
    if ending in OF_PYTORCH:
        raise InvalidModel(
            f"A {ending} file holds weights without the layers of their net, or code, and is not opened: expected an "
            "ONNX file. Load it in PyTorch and save it with torch.onnx.export(model.eval(), (torch.zeros(1, 3, 224, "
            f"224),), 'net.onnx', external_data=False), with the size of its pictures. Received: {brief(file_name)}."
        )
    if ending in OF_TENSORFLOW:
        raise InvalidModel(
            f"A {ending} file is not opened: expected a .keras file. Save the Keras model that it was made of with "
            f"model.save('net.keras'), or bring it as ONNX. Received: {brief(file_name)}."
        )


def read_model(
    data: bytes, *, name: str = "", input_shape: Sequence[int] | None = None, json_text: bytes | None = None
) -> ImportedNet:
    """Read a net made elsewhere, as data: nothing that the file describes is made or run.

    Parameters
    ----------
    data : bytes
        Content of a .keras file, of a whole-model .h5, of weights as .h5 (with `json_text`), or of an ONNX file.
    name : str
        Of the net, for instance that of the file.
    input_shape : sequence of int, optional
        (height, width) for a net whose input leaves them open. None: a size that fits its layers.
    json_text : bytes, optional
        The JSON of one of our nets, which the weights are for.

    Returns
    -------
    ImportedNet

    Raises
    ------
    InvalidModel
        It is no such file, it is damaged or too large, or nothing of the net can be shown.
    """
    refuse_large_file(data)
    if json_text is not None:
        return read_own(data, json_text)
    if file_format(data) == "keras":
        return imported(read_keras(data, name, input_shape))
    if file_format(data) == "h5":
        found = read_h5(data, name, input_shape)
        if found is None:
            raise InvalidModel(
                "This .h5 file holds weights only: expected a whole net. Give the net's JSON with it, or save it with "
                f"model.save('model.h5'). Received: {len(data):,} bytes without a description."
            )
        return imported(found)
    return imported(read_onnx(data, name, input_shape))
