"""The five tutorials: what each teaches, on which images, and why what was measured here is not what it printed."""

from dataclasses import dataclass, field
from typing import NamedTuple

from cnnviz.architecture.presets.catalogue import PRESETS, Preset
from cnnviz.text.units import PERCENT


class Look(NamedTuple):
    """A place of this program where what the tutorial tells can be touched: words, page, and the page's query.

    "net" and "run" in the query name a preset: its net, and the best run of it.
    """

    words: str
    page: str
    query: dict[str, str] = {}  # noqa: RUF012  of a tuple, nobody changes it


class Figures(NamedTuple):
    """What T1 says of a net: mean squared error, correlation of prediction and label, and best accuracy (0..1).

    `words` stand for an accuracy that is given in words alone.
    """

    mse: float | None = None
    correlation: float | None = None
    best_accuracy: float | None = None
    words: str = ""


@dataclass(frozen=True)
class Tutorial:
    """One tutorial; its nets are the presets that name it.

    `measured_on` says on which images ours were measured, and `options` is what the command of a preset needs to
    do that again; empty where it is that command itself. `figures` are, by preset, what it printed and what was
    measured here, where that is a table of numbers.
    """

    key: str
    short: str
    title: str
    author: str
    teaches: str
    data: str
    why: str
    measured_on: str
    looks: tuple[Look, ...]
    options: str = ""
    figures: dict[str, tuple[Figures, Figures]] = field(default_factory=dict, hash=False)

    @property
    def presets(self) -> tuple[Preset, ...]:
        """Its nets, in its own order."""
        return tuple(preset for preset in PRESETS.values() if preset.tutorial == self.key)


_PHOTOS_ZIP = "cats-vs-dogs.zip"
_PHOTOS = "1,602 of the tutorial's photos (cat.0.jpg to cat.800.jpg and as many dogs, in the folder train of a zip)"

T1 = Tutorial(
    key="T1",
    short="Cats and dogs",
    title="Convolutional Neural Networks: A Python Tutorial Using TensorFlow and Keras",
    author="L. Strika",
    teaches="What a convolution buys: a dense net and four convolutional ones, on the same photos.",
    data=f"25,000 photos of cats and dogs, all sizes; 4,096 to learn from and 1,024 to validate, a quarter of the most "
    f"common size, 94 × 125. Guessing is right with 50{PERCENT} of them, and saying one half has an MSE of 0.25.",
    why="Ours learned from 1,282 photos, a third of the tutorial's, and was scored on 320 others, of which chance "
    "alone moves an accuracy by 5 percentage points: the order of ours tells little. The tutorial tuned a learning "
    "rate for each net and prints only the dense net's; ours took 0.0003 for the others. A printed MSE above 0.25 is "
    "worse than that of always saying one half.",
    measured_on=f"{_PHOTOS}, a fifth of them set aside to be tested on",
    options=f"--dataset {_PHOTOS_ZIP} --test-share 0.2",
    looks=(
        Look("Put the vertical-edge kernel over a photo", "kernels"),
        Look("Look at the photos and their sizes", "images"),
        Look("Train all five beside each other", "sweeps", {"kind": "nets"}),
    ),
    figures={
        "mlp-cats-dogs": (Figures(words="guessing"), Figures(0.23, 0.31, 0.64)),
        "conv24-cats-dogs": (Figures(0.36, 0.152), Figures(0.21, 0.41, 0.68)),
        "conv48x2-cats-dogs": (Figures(0.33, 0.21, 0.61), Figures(0.21, 0.48, 0.73)),
        "conv128x2-cats-dogs": (Figures(None, 0.30, 0.67), Figures(0.24, 0.37, 0.66)),
        "conv64-128-cats-dogs": (Figures(None, 0.42, 0.75), Figures(0.23, 0.42, 0.68)),
    },
)

T2 = Tutorial(
    key="T2",
    short="CIFAR-10",
    title="CNN with TensorFlow Tutorial",
    author="DataCamp",
    teaches="Reading curves and a confusion matrix: where training and validation part, and which class is taken for "
    "which.",
    data="CIFAR-10: 50,000 colour photos of 32 × 32 to learn from, 10,000 to test, of ten things.",
    why="The tutorial's figures are read where the curves of training and validation cross, in the third and second "
    "epoch; ours after the seventh. Both precisions are of all answers above one half, as Keras counts. Ours was "
    "trained on JPEG copies of the images, which differ from the originals in small ways.",
    measured_on="JPEG copies of the 60,000 images, in the folders train/CLASS and test/CLASS of a zip",
    options="--dataset cifar10-images.zip --epochs 7",
    looks=(
        Look("Its curves", "training", {"run": "conv32-64-cifar10"}),
        Look("Its confusion matrix", "evaluation", {"run": "conv32-64-cifar10"}),
        Look("Look at its images", "images"),
    ),
)

T3 = Tutorial(
    key="T3",
    short="Augmentation",
    title="How to build a convolutional neural network in Keras",
    author="A. Fernandez",
    teaches="That images are numbers in three planes, how maps shrink from layer to layer, and how turned, shifted and "
    "mirrored copies stand in for photos that one does not have.",
    data="25,000 photos of cats and dogs at 128 × 128, three quarters to learn from, changed at random each time.",
    why="Ours had 1,202 photos, the tutorial 18,750: three epochs are then 240 steps instead of 3,750, and the net has "
    "hardly begun. In nine more epochs it goes up and down between 0.51 and 0.66.",
    measured_on=f"{_PHOTOS}, a quarter of them set aside to be tested on",
    options=f"--dataset {_PHOTOS_ZIP}",
    looks=(
        Look("See an image as numbers", "images"),
        Look("See how the maps shrink", "architecture", {"net": "conv64x2-cats-dogs"}),
    ),
)

T4 = Tutorial(
    key="T4",
    short="MNIST",
    title="Introduction to CNNs with TensorFlow and Keras",
    author="J. Kirenz",
    teaches="Local patterns against global ones, and where each number of a feature map comes from.",
    data="MNIST: 60,000 handwritten digits of 28 × 28 to learn from, 10,000 to test.",
    why=f"The same, within chance: of 10,000 images it moves an accuracy near 99{PERCENT} by 0.2 percentage points. "
    "Seconds are those of another computer.",
    measured_on="the same images",
    looks=(
        Look("Click a value of a map to see how it was calculated", "inside", {"run": "conv32-64-128-mnist"}),
        Look("See its shapes and parameters", "architecture", {"net": "conv32-64-128-mnist"}),
    ),
)

T5 = Tutorial(
    key="T5",
    short="Fashion",
    title="Using Convolutional Neural Networks with TensorFlow",
    author="R. Dagli",
    teaches="The journey of an image: 28 becomes 26, 13, 11, 5, and three shoes keep something in common on the way.",
    data="Fashion-MNIST: 60,000 grey pictures of clothes of 28 × 28 to learn from, 10,000 to test. The exercise is on "
    "MNIST.",
    why="Both printed losses lie between ours on the training images and ours on the test images, where nets are "
    "a little worse. The exercise stopped by itself one epoch later than the tutorial's; another seed may take an "
    "epoch more or less.",
    measured_on="the same images",
    looks=(
        Look("Follow three shoes through the net", "inside", {"run": "conv64x2-fashion", "view": "journey"}),
        Look("Make lines pop out by hand", "kernels"),
    ),
)

TUTORIALS: dict[str, Tutorial] = {one.key: one for one in (T1, T2, T3, T4, T5)}
