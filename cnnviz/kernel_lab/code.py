"""The code of what the kernel lab shows, in NumPy, OpenCV and Keras: each script runs as it stands.

A script ends with `result`, (H', W') or (H', W', 3), on the scale of pixels.
"""

from cnnviz.kernel_lab.activations import LEAKY_SLOPE
from cnnviz.kernel_lab.code_parts import (
    convolve_function,
    dilated_lines,
    kernel_lines,
    mix_array,
    mix_list,
    number_text,
    padded_lines,
    picture_lines,
    stuffed_lines,
)
from cnnviz.kernel_lab.settings import LabSettings

_NUMPY_ACTIVATIONS = {
    "relu": "np.maximum(x, 0)",
    "leaky_relu": f"np.where(x >= 0, x, {LEAKY_SLOPE} * x)",
    "elu": "np.where(x >= 0, x, np.expm1(np.minimum(x, 0)))",
    "sigmoid": "0.5 * (np.tanh(0.5 * x) + 1)",
    "tanh": "np.tanh(x)",
    "gelu": "x * scipy.special.ndtr(x)",
}
# Imports in the order of isort: those of other people, sorted by name.
_ACTIVATION_IMPORTS = {"gelu": ["import scipy.special"]}


def numpy_code(settings: LabSettings, *, sample: str | None, shape: tuple[int, int]) -> str:
    """Write a NumPy script.

    Parameters
    ----------
    settings : LabSettings
    sample : str, optional
        Name of a number picture or of a picture of skimage.data; None reads the file OWN_PICTURE.
    shape : (height, width)
        Of the picture.
    """
    lines = ["", *convolve_function(settings), *picture_lines(settings, sample, shape), *kernel_lines(settings)]
    lines += padded_lines(settings, shape, "np.pad")
    if settings.kind == "pointwise":
        lines += [f"result = picture[::{settings.stride}, ::{settings.stride}] @ {mix_array(settings)}"]
    elif settings.kind == "grey":
        lines += ["result = convolve(padded, kernel)"]
    elif settings.kind == "transposed":
        lines += [*stuffed_lines(settings), "result = convolve(padded, kernel[::-1, ::-1])"]
    else:
        maps = "np.stack([convolve(padded[:, :, i], kernels[i]) for i in range(3)], axis=-1)"
        lines += [f"maps = {maps}  # one for each plane", _combined(settings)]
    lines += _finish(settings)
    return _script(
        lines, ["import cv2", "import numpy as np", "import skimage", *_ACTIVATION_IMPORTS.get(settings.activation, [])]
    )


def opencv_code(settings: LabSettings, *, sample: str | None, shape: tuple[int, int]) -> str:
    """Write the script with OpenCV's filter2D; the parameters are those of `numpy_code`."""
    stride, dilation = settings.stride, settings.dilation
    lines = ["", *picture_lines(settings, sample, shape), *kernel_lines(settings)]
    if settings.kind == "pointwise":
        lines += [f"mixed = cv2.transform(picture, np.array([{mix_list(settings)}]))"]
        lines += [f"result = mixed[::{stride}, ::{stride}]"]
        return _script([*lines, *_finish(settings)], ["import cv2", "import numpy as np", "import skimage"])
    side = len(settings.kernels[0])
    reach = dilation * (side - 1) // 2
    lines += dilated_lines(settings)
    lines += padded_lines(settings, shape, "cv2.copyMakeBorder")
    step = 1 if settings.kind == "transposed" else stride
    inside = f"[{reach} : padded.shape[0] - {reach} : {step}, {reach} : padded.shape[1] - {reach} : {step}]"
    note = "  # where the kernel fits"
    if settings.kind == "grey":
        lines += [f"result = cv2.filter2D(padded, -1, kernel){inside}{note}"]
    elif settings.kind == "transposed":
        lines += [
            *stuffed_lines(settings),
            f"result = cv2.filter2D(padded, -1, kernel[::-1, ::-1].copy()){inside}{note}",
        ]
    else:
        lines += ["planes = cv2.split(padded)"]
        lines += ["maps = np.dstack([cv2.filter2D(planes[i], -1, kernels[i]) for i in range(3)])"]
        lines += [f"maps = maps{inside}{note}", _combined(settings)]
    imports = ["import cv2", "import numpy as np", "import skimage", *_ACTIVATION_IMPORTS.get(settings.activation, [])]
    return _script([*lines, *_finish(settings)], imports)


def keras_code(settings: LabSettings, *, sample: str | None, shape: tuple[int, int]) -> str:
    """Write the script with `keras.ops`; the parameters are those of `numpy_code`."""
    stride, dilation = settings.stride, settings.dilation
    lines = ["", *picture_lines(settings, sample, shape), *kernel_lines(settings)]
    lines += padded_lines(settings, shape, "np.pad")
    if settings.kind == "grey":
        lines += ["image = padded[None, :, :, None]  # (1, H, W, 1)", "weights = kernel[:, :, None, None]"]
        lines += _strided("keras.ops.conv(image, weights", stride, dilation)
    elif settings.kind == "sum":
        lines += ["image = padded[None]  # (1, H, W, 3)", "weights = np.stack(kernels, axis=-1)[:, :, :, None]"]
        lines += _strided("keras.ops.conv(image, weights", stride, dilation)
    elif settings.kind == "pointwise":
        lines += ["image = picture[None]  # (1, H, W, 3)", f"weights = {mix_array(settings)}.reshape(1, 1, 3, 1)"]
        lines += _strided("keras.ops.conv(image, weights", stride, 1)
    elif settings.kind == "transposed":
        lines += ["image = picture[None, :, :, None]  # (1, H, W, 1)", *dilated_lines(settings)]
        lines += ["weights = kernel[:, :, None, None]"]
        lines += [f'maps = keras.ops.conv_transpose(image, weights, strides={stride}, padding="valid")']
        lines += _transposed_size(settings)
    else:
        lines += ["image = padded[None]  # (1, H, W, 3)", "weights = np.stack(kernels, axis=-1)[:, :, :, None]"]
        if settings.kind == "separable":
            lines += [f"mix = {mix_array(settings)}.reshape(1, 1, 3, 1)"]
            lines += _strided("keras.ops.separable_conv(image, weights, mix", stride, dilation)
        else:
            lines += _strided("keras.ops.depthwise_conv(image, weights", stride, dilation)
    outputs = "" if settings.kind == "depthwise" else ", 0"
    lines += [f"result = keras.ops.convert_to_numpy(maps)[0{', :, :' if outputs else ''}{outputs}]"]
    return _script(
        [*lines, *_finish(settings, keras=True)], ["import cv2", "import keras", "import numpy as np", "import skimage"]
    )


def _script(lines: list[str], imports: list[str]) -> str:
    body = "\n".join(lines)
    return "\n".join([*(line for line in imports if _uses(body, line)), body, ""])


def _uses(body: str, line: str) -> bool:
    return f"{line.split()[-1]}." in body


def _strided(call: str, stride: int, dilation: int) -> list[str]:
    """Keras refuses stride and dilation at once: then every stride-th value is taken afterwards."""
    if stride > 1 and dilation > 1:
        return [
            f'maps = {call}, strides=1, padding="valid", dilation_rate={dilation})',
            f"maps = maps[:, ::{stride}, ::{stride}]  # Keras takes stride or dilation, not both",
        ]
    return [f'maps = {call}, strides={stride}, padding="valid", dilation_rate={dilation})']


def _transposed_size(settings: LabSettings) -> list[str]:
    """Where the stride is larger than the kernel, Keras fills up with zeros to a whole stride."""
    span = settings.dilation * (len(settings.kernels[0]) - 1) + 1
    if settings.stride <= span:
        return []
    sizes = ", ".join(f": (picture.shape[{axis}] - 1) * {settings.stride} + {span}" for axis in (0, 1))
    return [f"maps = maps[:, {sizes}]  # without the zeros that Keras adds behind"]


def _combined(settings: LabSettings) -> str:
    if settings.kind == "sum":
        return "result = maps.sum(axis=-1)"
    return f"result = maps @ {mix_array(settings)}" if settings.kind == "separable" else "result = maps"


def _finish(settings: LabSettings, *, keras: bool = False) -> list[str]:
    lines = []
    if settings.bias:
        lines += [f"result = result {'+' if settings.bias > 0 else '-'} {number_text(abs(settings.bias))}  # bias"]
    if settings.activation != "linear":
        lines += ["x = result / 255  # nets see pixels from 0 to 1"]
        call = _keras_activation(settings.activation) if keras else _NUMPY_ACTIVATIONS[settings.activation]
        lines += [f"result = 255 * {call}"]
    return lines


def _keras_activation(name: str) -> str:
    extra = {"gelu": ", approximate=False", "leaky_relu": f", negative_slope={LEAKY_SLOPE}"}.get(name, "")
    return f"keras.ops.convert_to_numpy(keras.activations.{name}(x{extra}))"


def languages(settings: LabSettings, *, sample: str | None, shape: tuple[int, int]) -> dict[str, str]:
    """Write all scripts: name of the library -> code; the parameters are those of `numpy_code`."""
    writers = {"NumPy": numpy_code, "OpenCV": opencv_code, "Keras": keras_code}
    return {name: write(settings, sample=sample, shape=shape) for name, write in writers.items()}
