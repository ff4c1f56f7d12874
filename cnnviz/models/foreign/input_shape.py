"""Which pictures a foreign net takes, from what its file says of its input."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from cnnviz.architecture.spec import MAX_SIDE
from cnnviz.architecture.spec.layers import Flatten
from cnnviz.errors import InvalidModel
from cnnviz.models.foreign.limits import too_large
from cnnviz.models.foreign.steps import ForeignNet, Value

FLAT = {784: (28, 28, 1), 3072: (32, 32, 3)}
"""Numbers in a row that are a picture: MNIST's and CIFAR's, as tutorials flatten them before the net."""
CHANNELS = (1, 2, 3, 4)  # grey or RGB, and both with an alpha channel, which is 255
PROBE_SIDE = 224
LAST_SIDE = 7  # of the last maps of nets for MNIST (28 / 4), and of those for ImageNet (224 / 32)
SMALLEST_SIDE = 28

T = TypeVar("T")


@dataclass(frozen=True)
class Input:
    """A net's input.

    Attributes
    ----------
    shape : tuple of int
        (height, width, channels).
    is_first : bool
        In the file, the axis of the channels is the first.
    is_flat : bool
        In the file, pictures are rows of numbers.
    is_open : bool
        Height and width are ours to choose.
    """

    shape: tuple[int, int, int]
    is_first: bool = False
    is_flat: bool = False
    is_open: bool = False

    def begin(self, net: ForeignNet) -> Value:
        """Return what the file's first layer takes."""
        if not self.is_flat:
            return net.image
        return net.add(net.free_name("flatten_picture"), "pictures as rows", [net.image], Flatten(), is_extra=True)


def read_input(received: Sequence[int | None] | None, chosen: Sequence[int] | None) -> Input:
    """Read the form of an input.

    Parameters
    ----------
    received : sequence of int or None, optional
        In the file, without the batch. None: the file says nothing.
    chosen : sequence of int, optional
        (height, width, channels) or (height, width), for the sides that the file leaves open.

    Raises
    ------
    InvalidModel
        No picture has this form, or it is larger than those that are shown.
    """
    shape = tuple(received) if received is not None else (None, None, 3)
    if len(shape) == 1 and shape[0] in FLAT:
        return Input(FLAT[shape[0]], is_flat=True)
    if len(shape) == 2:
        shape = (*shape, 1)
    is_first = len(shape) == 3 and shape[0] in CHANNELS and shape[2] not in CHANNELS
    if len(shape) != 3:
        raise _no_picture(received)
    *sides, channels = (*shape[1:], shape[0]) if is_first else shape
    if channels not in CHANNELS:
        raise _no_picture(received)
    given = list(chosen[:2]) if chosen else [None, None]
    known = sides[0] or sides[1] or PROBE_SIDE
    height, width = (side or wanted or known for side, wanted in zip(sides, given, strict=False))
    if not (1 <= height <= MAX_SIDE and 1 <= width <= MAX_SIDE):
        raise too_large(f"{MAX_SIDE} × {MAX_SIDE} pixels as its input", f"{height:,} × {width:,}")
    return Input((height, width, channels), is_first, is_open=sides == [None, None] and not chosen)


def with_closed_sides(wanted: Input, follow: Callable[[Input], tuple[ForeignNet, T]]) -> tuple[ForeignNet, T]:
    """Follow a net with the sides that its input has.

    Open sides are chosen such that its last maps have 7 x 7 places: 28 pixels for a net that halves them twice, 224 for
    one that does so five times.

    Raises
    ------
    InvalidModel
        The file contradicts itself, or its weights fit a size of pictures that its input does not name.
    """
    if not wanted.is_open:
        return follow(wanted)
    try:
        return _chosen(wanted, follow)
    except InvalidModel as error:
        raise InvalidModel(
            "No picture goes through this net: its layers fit one size of picture, and its input names none, or they "
            f"do not fit each other. Save it with an input of a fixed size. {_received(error)}"
        ) from error


def _chosen(wanted: Input, follow: Callable[[Input], tuple[ForeignNet, T]]) -> tuple[ForeignNet, T]:
    net, found = follow(wanted)
    last = next((shape for shape in reversed(net.shapes()) if len(shape) == 3 and shape[0] > 1), wanted.shape)
    side = min(PROBE_SIDE, max(SMALLEST_SIDE, round(LAST_SIDE * PROBE_SIDE / max(last[:2]))))
    if side == PROBE_SIDE:
        return net, found
    return follow(Input((side, side, wanted.shape[2]), wanted.is_first))


def _no_picture(received: Sequence[int | None] | None) -> InvalidModel:
    return InvalidModel(
        "Pictures cannot be brought into the form that this net takes: expected height, width, and 1 to 4 "
        f"channels. Save a net with such an input. Received: input shape {tuple(received or ())}."
    )


def _received(error: InvalidModel) -> str:
    return "Received: " + str(error).rpartition("Received: ")[2]
