"""Settings of the kernel lab, and the text of each in a link."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Annotated, Literal, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from cnnviz.errors import InvalidKernel, InvalidLink
from cnnviz.kernel_lab.activations import ACTIVATIONS
from cnnviz.kernel_lab.convolution import Border, Padding
from cnnviz.kernel_lab.kernels import KERNELS, USUAL, Matrix, kernel_from_link, kernel_to_link
from cnnviz.kernel_lab.pooling import POOLINGS
from cnnviz.text.links import link_problem

MAX_SIDE = 7
MAX_STRIDE = 8
MAX_DILATION = 8
MAX_STAGES = 5
MAX_DENOMINATOR = 64  # of a weight written as a fraction
DEFAULT_KERNEL = "vertical_edges"
GREY_SHARES = (0.299, 0.587, 0.114)

DisplayMode = Literal["clip", "rescale", "absolute", "signed"]
Kind = Literal["grey", "sum", "depthwise", "pointwise", "separable", "transposed"]
Finite = Annotated[float, Field(ge=-100_000, le=100_000, allow_inf_nan=False)]
ActivationName = Annotated[str, Field(pattern=f"^({'|'.join(ACTIVATIONS)})$")]


class ChainStage(BaseModel):
    """One stage of the chain: kernel, activation, pooling; the kernel "mine" is the one in the editor."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kernel: Annotated[str, Field(pattern=f"^(mine|{'|'.join(KERNELS)})$")] = "mine"
    activation: ActivationName = "relu"
    pool: Annotated[str, Field(pattern=f"^(none|{'|'.join(POOLINGS)})$")] = "max"
    size: Annotated[int, Field(ge=2, le=8)] = 2
    stride: Annotated[int, Field(ge=1, le=8)] = 2


class LabSettings(BaseModel):
    """All that the kernel lab is set to. Weights are as typed: the divisor applies to all of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kernels: tuple[Matrix, ...] = (KERNELS[DEFAULT_KERNEL].matrix,)
    divisor: Literal["auto"] | Finite = 1.0
    bias: Finite = 0.0
    flip: bool = False
    stride: Annotated[int, Field(ge=1, le=MAX_STRIDE)] = 1
    padding: Padding = "valid"
    border: Border = "zero"
    dilation: Annotated[int, Field(ge=1, le=MAX_DILATION)] = 1
    range: DisplayMode | Literal["auto"] = "auto"
    kind: Kind = "grey"
    mix: tuple[Finite, Finite, Finite] = GREY_SHARES
    activation: ActivationName = "linear"
    chain: Annotated[tuple[ChainStage, ...], Field(min_length=1, max_length=MAX_STAGES)] = (
        ChainStage(),
        ChainStage(kernel="gaussian"),
        ChainStage(kernel="laplacian"),
    )
    url: Annotated[str, Field(max_length=2000)] = ""

    @field_validator("kernels")
    @classmethod
    def _check_kernels(cls, kernels: tuple[Matrix, ...]) -> tuple[Matrix, ...]:
        sides = {len(matrix) for matrix in kernels}
        if len(kernels) not in (1, 3) or len(sides) != 1 or not sides <= {3, 5, 7}:
            raise ValueError("one kernel or three, of 3×3, 5×5 or 7×7 weights")
        for matrix in kernels:
            kernel_to_link(matrix)  # raises on anything that is no square grid of finite numbers
        return kernels

    @field_validator("divisor")
    @classmethod
    def _check_divisor(cls, divisor: float | str) -> float | str:
        if divisor == 0:
            raise ValueError("a divisor is not zero")
        return divisor

    @property
    def divisors(self) -> tuple[float, ...]:
        """Divisor of each kernel; "auto" is the sum of its weights, or 1 where that is 0."""
        if self.divisor != "auto":
            return (self.divisor,) * len(self.kernels)
        sums = (sum(sum(row) for row in matrix) for matrix in self.kernels)
        return tuple(total if abs(total) > 1e-9 else 1.0 for total in sums)

    @property
    def effective_kernels(self) -> list[np.ndarray]:
        """The kernel (k, k) float64 of each of the three planes as it is laid on: divided, and flipped if so set."""
        scaled = [
            np.array(matrix, np.float64) / divisor for matrix, divisor in zip(self.kernels, self.divisors, strict=True)
        ]
        turned = [kernel[::-1, ::-1] if self.flip else kernel for kernel in scaled]
        return turned * 3 if len(turned) == 1 else turned


class _Field(NamedTuple):
    write: Callable[[LabSettings], str]
    read: Callable[[str], object]


def _plain(name: str, read: Callable[[str], object] = str) -> _Field:
    return _Field(lambda settings: _short(getattr(settings, name)), read)


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _divisor(text: str) -> float | str:
    return text if text == "auto" else float(text)


def _write_kernels(settings: LabSettings) -> str:
    return "~".join(kernel_to_link(matrix) for matrix in settings.kernels)


def _read_kernels(text: str) -> object:
    return [kernel_from_link(part).tolist() for part in text.split("~")]


def _write_chain(settings: LabSettings) -> str:
    return "~".join(".".join(str(part) for part in stage.model_dump().values()) for stage in settings.chain)


def _read_chain(text: str) -> object:
    return [dict(zip(ChainStage.model_fields, part.split("."), strict=True)) for part in text.split("~")]


# Setting -> how it is written in a link and read back; the names are those of the query string.
LINK_FIELDS: dict[str, _Field] = {
    "kernel": _Field(_write_kernels, _read_kernels),
    "divisor": _plain("divisor", _divisor),
    "bias": _plain("bias", float),
    "flip": _Field(lambda settings: str(int(settings.flip)), lambda text: {"0": False, "1": True}[text]),
    "stride": _plain("stride", int),
    "padding": _plain("padding"),
    "border": _plain("border"),
    "dilation": _plain("dilation", int),
    "range": _plain("range"),
    "kind": _plain("kind"),
    "mix": _Field(lambda settings: "_".join(map(_short, settings.mix)), lambda text: text.split("_")),
    "activation": _plain("activation"),
    "chain": _Field(_write_chain, _read_chain),
    "url": _plain("url"),
}
DEFAULTS = LabSettings()


def settings_to_link(settings: LabSettings) -> dict[str, str]:
    """Write the kernel and every setting that is not at its default; the keys are those of a query string."""
    written = {name: field.write(settings) for name, field in LINK_FIELDS.items()}
    return {
        name: text for name, text in written.items() if name == "kernel" or text != LINK_FIELDS[name].write(DEFAULTS)
    }


def settings_from_link(query: Mapping[str, str]) -> tuple[LabSettings, tuple[str, ...]]:
    """Read a query string.

    Returns
    -------
    LabSettings
        What can be read; the rest is at its default.
    tuple of str
        A sentence for each part that cannot be read.
    """
    settings, problems = DEFAULTS, []
    for name in LINK_FIELDS.keys() & query.keys():
        try:
            settings = _with(settings, name, query[name])
        except InvalidLink as error:
            problems.append(str(error))
    return settings, tuple(sorted(problems))


def settings_from_component(values: object) -> LabSettings | None:
    """Settings from the JSON that the browser sent; None if they are not valid."""
    try:
        return LabSettings.model_validate(values)
    except (ValidationError, InvalidKernel):
        return None


def weight_text(weight: float) -> str:
    """Shortest text of a weight, as a fraction where that is shorter: 0.1111111 gives "1/9"."""
    fraction = Fraction(weight).limit_denominator(MAX_DENOMINATOR)
    decimal = f"{weight:.6g}"
    is_shorter = len(str(fraction)) < len(decimal) and abs(float(fraction) - weight) < 1e-6
    return str(fraction) if is_shorter else decimal


def _with(settings: LabSettings, name: str, text: str) -> LabSettings:
    key = "kernels" if name == "kernel" else name
    try:
        value = LINK_FIELDS[name].read(text)
        return LabSettings.model_validate({**settings.model_dump(), key: value})
    except InvalidLink:
        raise
    except (ValueError, KeyError, OverflowError):
        raise InvalidLink(link_problem(f"a value of {name}", USUAL, received=text)) from None
