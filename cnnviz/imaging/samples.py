"""Sample photos: those that scikit-image ships inside its package, so nothing is downloaded."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cnnviz.errors import UnknownName
from cnnviz.imaging.decode import fit_within, grey_to_rgb

MAX_SAMPLE_SIDE = 512


@dataclass(frozen=True)
class Sample:
    """A photo: `name` in skimage.data, a title, and a text alternative for people who cannot see it."""

    name: str
    title: str
    alt: str


SAMPLES: dict[str, Sample] = {
    sample.name: sample
    for sample in (
        Sample("chelsea", "Chelsea the cat", "A tabby cat's face, looking past the camera"),
        Sample(
            "astronaut", "Astronaut", "Eileen Collins in an orange space suit, a flag and a shuttle model behind her"
        ),
        Sample("coffee", "Coffee", "A cup of espresso with a spoon on a wooden table"),
        Sample("rocket", "Rocket", "A rocket on its launch pad at dusk between four lightning towers"),
        Sample("camera", "Cameraman", "A man in a dark coat looks through a camera on a tripod; a grey photo"),
        Sample("coins", "Coins", "Rows of old coins on a dark ground; a grey photo"),
        Sample("text", "Text", "Handwritten formulas on a page, unevenly lit; a grey photo"),
        Sample("page", "Page", "A printed page, darker towards one side; a grey photo"),
        Sample("brick", "Bricks", "Bricks in rows with light joints, seen at a slant; a grey photo"),
        Sample("moon", "Moon", "Craters on the moon; a grey photo of low contrast"),
    )
}


@lru_cache(maxsize=len(SAMPLES))
def load_sample(name: str) -> np.ndarray:
    """Return a sample as a read-only (H, W, 3) uint8 RGB array of at most 512 pixels a side.

    Raises
    ------
    UnknownName
        There is no sample of this name.
    """
    photo = _photo(name)
    image = fit_within(photo if photo.ndim == 3 else grey_to_rgb(photo), MAX_SAMPLE_SIDE)
    image.setflags(write=False)
    return image


@lru_cache(maxsize=len(SAMPLES))
def original_size(name: str) -> tuple[int, int]:
    """Return height and width of a sample as scikit-image ships it."""
    return _photo(name).shape[:2]


def _photo(name: str) -> np.ndarray:
    if name not in SAMPLES:
        raise UnknownName.among("sample picture", name, list(SAMPLES))
    import skimage.data

    return getattr(skimage.data, name)()
