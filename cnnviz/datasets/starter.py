"""The images from which the net of the Home page learns: real digits, bent ones and generated ones."""

import numpy as np

from cnnviz.datasets.catalogue import DATASETS
from cnnviz.datasets.dataset import Dataset, DatasetInfo, Progress
from cnnviz.datasets.sources.builtin import SPLIT_SEED, load_digits

NUM_WARPS = 2  # bent copies of each real training digit in the starter's set
NUM_WRITTEN = 8000  # pen-stroke digits in the starter's set


def load_starter(info: DatasetInfo, progress: Progress) -> Dataset:
    """The real digits and generated ones to learn from; only real ones, those of `digits`, to test on."""
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
