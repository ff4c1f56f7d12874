"""The sets that need no download: scikit-learn's digits, generated shapes, scikit-image's faces, the starter's."""

import numpy as np

from cnnviz.datasets.catalogue import DATASETS
from cnnviz.datasets.dataset import Dataset, DatasetInfo, Progress
from cnnviz.errors import CnnvizError

SPLIT_SEED = 0
NUM_WARPS = 2  # bent copies of each real training digit in the starter's set
NUM_WRITTEN = 8000  # pen-stroke digits in the starter's set


def load_digits(info: DatasetInfo, progress: Progress) -> Dataset:
    """Load scikit-learn's 1,797 digits, enlarged to (28, 28, 1); a fixed split with the same share of each digit."""
    from sklearn.datasets import load_digits as load_bunch

    from cnnviz.datasets.synthetic.handwriting import enlarge_digit

    progress("Enlarging the digits", 0.0)
    bunch = load_bunch()
    images = np.stack([enlarge_digit(image) for image in bunch.images / 16])  # (1797, 28, 28)
    return _split(info, images[..., None], bunch.target)


def load_faces(info: DatasetInfo, progress: Progress) -> Dataset:
    """Load scikit-image's hundred faces and hundred backgrounds, (25, 25, 1)."""
    from skimage.data import lfw_subset

    progress("Reading the faces", 0.0)
    images = np.rint(lfw_subset() * 255).astype(np.uint8)  # (200, 25, 25), faces first
    return _split(info, images[..., None], np.repeat([0, 1], 100))


def load_shapes(info: DatasetInfo, progress: Progress) -> Dataset:
    """Draw shapes, (32, 32, 3), with a fixed seed; each class equally often."""
    from cnnviz.datasets.synthetic.shapes import draw_shape

    progress("Drawing the shapes", 0.0)
    rng = np.random.default_rng(SPLIT_SEED)
    labels = rng.permutation(np.arange(info.num_train + info.num_test) % len(info.classes))
    images = np.stack([draw_shape(info.classes[label], rng) for label in labels])  # (N, 32, 32, 3)
    return _split(info, images, labels)


def load_starter(info: DatasetInfo, progress: Progress) -> Dataset:
    """Load what the Home page's net learns: real, bent and generated digits; its test images are those of `digits`."""
    from cnnviz.datasets.synthetic.handwriting import draw_digit, warp_digit

    real = load_digits(DATASETS["digits"], progress)
    rng = np.random.default_rng(SPLIT_SEED)
    progress("Bending digits", 0.2)
    bent = [warp_digit(image[..., 0], rng) for _ in range(NUM_WARPS) for image in real.x_train]
    progress("Writing digits", 0.4)
    labels = np.arange(NUM_WRITTEN) % len(info.classes)
    written = [draw_digit(int(label), rng) for label in labels]
    return Dataset(
        info,
        np.concatenate([real.x_train, np.stack(bent + written)[..., None]]),
        np.concatenate([np.tile(real.y_train, 1 + NUM_WARPS), labels]).astype(np.int64),
        real.x_test,
        real.y_test,
    )


def _split(info: DatasetInfo, images: np.ndarray, labels: np.ndarray) -> Dataset:
    """Shuffled, with the same share of each class in both parts, always the same."""
    from sklearn.model_selection import train_test_split

    if len(images) != info.num_train + info.num_test:
        raise CnnvizError(
            f"The data set {info.name!r} is not what it was: expected {info.num_train + info.num_test} images. "
            f"Install the versions in requirements.txt. Received: {len(images)}."
        )
    x_train, x_test, y_train, y_test = train_test_split(
        images, labels.astype(np.int64), test_size=info.num_test, stratify=labels, random_state=SPLIT_SEED
    )
    return Dataset(info, x_train, y_train, x_test, y_test)
