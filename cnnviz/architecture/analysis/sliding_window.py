"""Shape arithmetic of a window that slides over maps: convolution and pooling share it."""

from dataclasses import dataclass

from cnnviz.architecture.spec.layers import Padding


@dataclass(frozen=True)
class Window:
    """A square window: its size, step, border rule and the distance between its taps."""

    size: int
    stride: int
    padding: Padding
    dilation: int = 1

    @property
    def span(self) -> int:
        """Number of input values that the window covers along one axis, holes included."""
        return self.dilation * (self.size - 1) + 1

    def output_side(self, side: int) -> int:
        """Number of window positions along an axis of `side` values; 0 when it does not fit."""
        if self.padding == "same":
            return -(-side // self.stride)
        return max(0, (side - self.span) // self.stride + 1)

    def pads(self, side: int) -> tuple[int, int]:
        """Numbers of zeros before and after an axis of `side` values, the odd one after, as in TensorFlow."""
        if self.padding == "valid":
            return (0, 0)
        total = max(0, (self.output_side(side) - 1) * self.stride + self.span - side)
        return (total // 2, total - total // 2)

    def formula(self, height: int, width: int) -> str:
        """Write `output_side` out with its numbers, once for square maps, else for each axis."""
        if height == width:
            return self._side_formula(height)
        return f"height: {self._side_formula(height)}, width: {self._side_formula(width)}"

    def _side_formula(self, side: int) -> str:
        result = self.output_side(side)
        if self.padding == "same":
            return f"ceil({side} / {self.stride}) = {result}"
        span = str(self.span) if self.dilation == 1 else f"({self.dilation} × ({self.size} − 1) + 1)"
        fraction = f"({side} − {span}) / {self.stride}"
        if (side - self.span) % self.stride:
            fraction = f"floor({fraction})"
        return f"{fraction} + 1 = {result}"


@dataclass(frozen=True)
class Upsampling:
    """Geometry of a transposed convolution: each value is spread over `size` places, `stride` apart."""

    size: int
    stride: int
    padding: Padding

    def output_side(self, side: int) -> int:
        """Number of values along an axis that had `side` values."""
        return side * self.stride + (max(self.size - self.stride, 0) if self.padding == "valid" else 0)

    def crop(self) -> int:
        """Number of values cut off at the start of each axis."""
        return max(self.size - self.stride, 0) // 2 if self.padding == "same" else 0

    def formula(self, height: int, width: int) -> str:
        """Write `output_side` out with its numbers, once for square maps, else for each axis."""
        if height == width:
            return self._side_formula(height)
        return f"height: {self._side_formula(height)}, width: {self._side_formula(width)}"

    def _side_formula(self, side: int) -> str:
        more = f" + max({self.size} − {self.stride}, 0)" if self.padding == "valid" else ""
        return f"{side} × {self.stride}{more} = {self.output_side(side)}"
