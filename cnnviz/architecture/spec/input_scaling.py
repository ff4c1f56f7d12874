"""How a net wants its pixels: what becomes of 0 to 255 before the first layer."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from cnnviz.architecture.spec.arithmetic import Factors

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
