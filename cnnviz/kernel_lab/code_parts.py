"""Building blocks of the kernel lab's scripts: each function gives lines of Python."""

from cnnviz.imaging.samples import original_size
from cnnviz.kernel_lab.convolution import BORDERS, padding_amounts
from cnnviz.kernel_lab.kernels import Matrix
from cnnviz.kernel_lab.number_pictures import NUMBER_PICTURES
from cnnviz.kernel_lab.settings import LabSettings, weight_text

OWN_PICTURE = "picture.png"
_CV_BORDERS = {
    "zero": "cv2.BORDER_CONSTANT",
    "reflect": "cv2.BORDER_REFLECT_101",
    "replicate": "cv2.BORDER_REPLICATE",
    "wrap": "cv2.BORDER_WRAP",
}


def picture_lines(settings: LabSettings, sample: str | None, shape: tuple[int, int]) -> list[str]:
    """Read `picture`: (H, W) for the kinds that take grey, else (H, W, 3), float64."""
    if sample is None:
        lines = [f'picture = skimage.io.imread("{OWN_PICTURE}")']
    elif sample in NUMBER_PICTURES:
        rows = [f"        [{', '.join(map(str, row))}]," for row in NUMBER_PICTURES[sample].rows]
        lines = ["picture = np.array(", "    [", *rows, "    ],", "    dtype=np.uint8,", ")"]
    else:
        lines = [f"picture = skimage.data.{sample}()"]
        if original_size(sample) != shape:
            height, width = shape
            lines += [f"picture = cv2.resize(picture, ({width}, {height}), interpolation=cv2.INTER_AREA)"]
    if settings.kind in ("grey", "transposed"):
        lines += ["if picture.ndim == 3:"]
        lines += ["    picture = cv2.cvtColor(picture[:, :, :3].copy(), cv2.COLOR_RGB2GRAY)"]
    else:
        lines += ["if picture.ndim == 2:", "    picture = np.stack([picture] * 3, axis=-1)"]
        lines += ["picture = picture[:, :, :3]"]
    return [*lines, "picture = picture.astype(np.float64)", ""]


def kernel_lines(settings: LabSettings) -> list[str]:
    """Define `kernel`, or `kernels` for the kinds with one for each plane."""
    if settings.kind == "pointwise":
        return []
    if settings.kind in ("grey", "transposed") or len(settings.kernels) == 1:
        lines = _matrix("kernel", settings.kernels[0], settings.divisors[0])
        turned = ["kernel = kernel[::-1, ::-1].copy()  # turned by 180 degrees"] if settings.flip else []
        shared = [] if settings.kind in ("grey", "transposed") else ["kernels = [kernel] * 3"]
        return [*lines, *turned, *shared]
    lines = []
    for name, matrix, divisor in zip(("red", "green", "blue"), settings.kernels, settings.divisors, strict=True):
        lines += _matrix(name, matrix, divisor)
    lines += ["kernels = [red, green, blue]"]
    turn = "kernels = [kernel[::-1, ::-1].copy() for kernel in kernels]  # turned by 180 degrees"
    return [*lines, turn] if settings.flip else lines


def _matrix(name: str, matrix: Matrix, divisor: float) -> list[str]:
    rows = [f"        [{', '.join(number_text(weight) for weight in row)}]," for row in matrix]
    over = "" if divisor == 1 else f" / {number_text(divisor)}"
    return [f"{name} = np.array(", "    [", *rows, "    ],", "    dtype=float,", f"){over}"]


def number_text(value: float) -> str:
    """Write a number as Python code: 3, 0.25, 1 / 9."""
    fraction = weight_text(value)
    return fraction.replace("/", " / ") if "/" in fraction else repr(int(value) if value == int(value) else value)


def mix_list(settings: LabSettings) -> str:
    """Write the weights of the 1x1 kernel as a list."""
    return f"[{', '.join(number_text(share) for share in settings.mix)}]"


def mix_array(settings: LabSettings) -> str:
    """Write the weights of the 1x1 kernel as an array."""
    return f"np.array({mix_list(settings)}, dtype=float)"


def padded_lines(settings: LabSettings, shape: tuple[int, int], function: str) -> list[str]:
    """Define `padded`, by "np.pad" or "cv2.copyMakeBorder"; nothing for the kinds that pad by themselves."""
    if settings.kind in ("pointwise", "transposed"):
        return []
    side = len(settings.kernels[0])
    (top, bottom), (left, right) = (
        padding_amounts(size, side, settings.stride, settings.padding, settings.dilation) for size in shape
    )
    if not any((top, bottom, left, right)):
        return ["padded = picture"]
    if function == "cv2.copyMakeBorder":
        return [
            f"padded = cv2.copyMakeBorder(picture, {top}, {bottom}, {left}, {right}, {_CV_BORDERS[settings.border]})"
        ]
    planes = "" if settings.kind == "grey" else ", (0, 0)"
    amounts = f"(({top}, {bottom}), ({left}, {right}){planes})"
    return [f'padded = np.pad(picture, {amounts}, mode="{BORDERS[settings.border]}")']


def convolve_function(settings: LabSettings) -> list[str]:
    """Define `convolve` for one plane, by loops over the weights."""
    if settings.kind == "pointwise":
        return []
    stride = 1 if settings.kind == "transposed" else settings.stride
    return [
        "",
        f"def convolve(image, kernel, stride={stride}, dilation={settings.dilation}):",
        "    side = len(kernel)",
        "    span = dilation * (side - 1) + 1",
        "    height = (image.shape[0] - span) // stride + 1",
        "    width = (image.shape[1] - span) // stride + 1",
        "    total = np.zeros((height, width))",
        "    for i in range(side):",
        "        for j in range(side):",
        "            shifted = image[i * dilation :: stride, j * dilation :: stride]",
        "            total += kernel[i, j] * shifted[:height, :width]",
        "    return total",
        "",
        "",
    ]


def stuffed_lines(settings: LabSettings) -> list[str]:
    """Define `padded` for a transposed convolution: zeros between the pixels, span - 1 around."""
    stride = settings.stride
    margin = settings.dilation * (len(settings.kernels[0]) - 1)
    return [
        f"apart = np.zeros([(size - 1) * {stride} + 1 for size in picture.shape])",
        f"apart[::{stride}, ::{stride}] = picture  # zeros between the pixels",
        f"padded = np.pad(apart, {margin})",
    ]


def dilated_lines(settings: LabSettings) -> list[str]:
    """Put zeros between the weights: OpenCV knows no dilation."""
    dilation = settings.dilation
    if dilation == 1:
        return []
    span = dilation * (len(settings.kernels[0]) - 1) + 1
    wide = [f"wide = np.zeros(({span}, {span}))", f"wide[::{dilation}, ::{dilation}] = kernel", "kernel = wide"]
    if settings.kind in ("grey", "transposed"):
        return wide
    return [
        f"wide = np.zeros((3, {span}, {span}))  # dilation: zeros between the weights",
        f"wide[:, ::{dilation}, ::{dilation}] = kernels",
        "kernels = wide",
    ]
