"""Pictures so small that every number can be read: what a kernel does is seen on them first."""

from dataclasses import dataclass

import numpy as np

from cnnviz.errors import UnknownName

Rows = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class NumberPicture:
    """A grey picture as rows of values, 0 (black) to 255 (white); a title, and a text alternative."""

    name: str
    title: str
    alt: str
    rows: Rows


NUMBER_PICTURES: dict[str, NumberPicture] = {
    picture.name: picture
    for picture in (
        NumberPicture(
            "digit",
            "Digit 3",
            "A written 3 of eight by eight pixels, white on black",
            (  # number 23 of scikit-learn's digits, scaled from 16 to 255
                (0, 16, 128, 191, 239, 223, 64, 0),
                (0, 48, 175, 128, 128, 191, 191, 0),
                (0, 0, 0, 0, 32, 207, 112, 0),
                (0, 0, 0, 32, 239, 191, 16, 0),
                (0, 0, 0, 0, 207, 80, 0, 0),
                (0, 0, 0, 0, 143, 207, 0, 0),
                (0, 0, 112, 128, 223, 239, 0, 0),
                (0, 0, 223, 239, 175, 32, 0, 0),
            ),
        ),
        NumberPicture(
            "cross",
            "Cross",
            "A cross of two bright bars, eight by eight pixels",
            (  # 200, not 255: sums of it are done in the head
                (0, 0, 0, 0, 0, 0, 0, 0),
                (0, 0, 0, 200, 200, 0, 0, 0),
                (0, 0, 0, 200, 200, 0, 0, 0),
                (0, 200, 200, 200, 200, 200, 200, 0),
                (0, 200, 200, 200, 200, 200, 200, 0),
                (0, 0, 0, 200, 200, 0, 0, 0),
                (0, 0, 0, 200, 200, 0, 0, 0),
                (0, 0, 0, 0, 0, 0, 0, 0),
            ),
        ),
    )
}


def load_number_picture(name: str) -> np.ndarray:
    """Return a number picture as (8, 8, 3) uint8 of three equal planes.

    Raises
    ------
    UnknownName
        There is no number picture of this name.
    """
    if name not in NUMBER_PICTURES:
        raise UnknownName.among("number picture", name, list(NUMBER_PICTURES))
    return np.repeat(np.array(NUMBER_PICTURES[name].rows, np.uint8)[:, :, None], 3, axis=2)
