"""How a net wants its pixels: what becomes of 0 to 255 before the first layer."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from cnnviz.architecture.spec.arithmetic import Factors
from cnnviz.errors import InvalidArchitecture

BYTE = 255


class InputScaling(BaseModel):
    """Net input = pixels x scale + shift.

    Parameters
    ----------
    scale, shift : float or tuple of float
        One number, or one for each channel, in the order that `order` gives.
    order : {"rgb", "bgr"}
        Of the channels; "bgr" swaps red and blue before the scaling.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    scale: Factors = 1 / BYTE
    shift: Factors = 0.0
    order: Literal["rgb", "bgr"] = "rgb"

    @classmethod
    def normalising(cls, mean: Factors, deviation: Factors, order: Literal["rgb", "bgr"] = "rgb") -> "InputScaling":
        """Return (pixels / 255 - mean) / deviation; raises InvalidArchitecture for a deviation of 0."""
        means, deviations = _paired(mean, deviation)
        if not all(deviations):
            raise InvalidArchitecture(
                "Pixels are divided by the deviation: expected numbers other than 0. Write 1 to leave them as they "
                f"are. Received: deviation={deviation}"
            )
        scale = tuple(1 / (BYTE * each) for each in deviations)
        shift = tuple((0 - own) / each for own, each in zip(means, deviations, strict=True))
        return cls(scale=_alone(scale), shift=_alone(shift), order=order)

    def mean_and_deviation(self) -> tuple[Factors, Factors]:
        """Return what `normalising` makes this scaling of; both are 0 where all pixels become one number."""
        scales, shifts = _paired(self.scale, self.shift)
        mean = tuple(
            (0 - shift) / (BYTE * scale) if scale else 0.0 for scale, shift in zip(scales, shifts, strict=True)
        )
        deviation = tuple(1 / (BYTE * scale) if scale else 0.0 for scale in scales)
        return _alone(mean), _alone(deviation)

    def misfit(self, channels: int) -> str:
        """Say why images of so many channels cannot be scaled like this; "" where they can."""
        for name in ("scale", "shift"):
            factors = getattr(self, name)
            if isinstance(factors, tuple) and len(factors) != channels:
                return f"{name} of the input's scaling must be one number or {channels}. Received: {name}={factors}"
        if self.order == "bgr" and channels != 3:
            return f"only colour images have an order of channels. Received: order=bgr, channels={channels}"
        return ""

    def fitted(self, channels: int) -> "InputScaling":
        """Return this scaling for images of so many channels, or the usual one where it makes no sense for them."""
        return InputScaling() if self.misfit(channels) else self


def _paired(one: Factors, other: Factors) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Both with as many numbers as the longer one."""
    size = max(len(each) if isinstance(each, tuple) else 1 for each in (one, other))
    whole = [each if isinstance(each, tuple) else (each,) * size for each in (one, other)]
    if len(whole[0]) != len(whole[1]):
        raise InvalidArchitecture(
            "Mean and deviation of pixels must be one number, or one for each channel, in both. "
            f"Received: {len(whole[0])} and {len(whole[1])} numbers"
        )
    return whole[0], whole[1]


def _alone(factors: tuple[float, ...]) -> Factors:
    return factors[0] if len(set(factors)) == 1 else factors
