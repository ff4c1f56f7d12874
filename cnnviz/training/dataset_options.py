"""How a run's images are to be read. Pure."""

from typing import Any

from cnnviz.training.config import TrainingConfig


def load_options(config: TrainingConfig, input_shape: tuple[int, int, int]) -> dict[str, Any]:
    """Keyword arguments of `datasets.registry.load_dataset` for a run whose net takes (height, width, channels).

    They only count for images without a size of their own. With the same ones, the same test images come back.
    """
    images = config.images
    return {
        "image_size": images.size or tuple(input_shape[:2]),
        "channels": images.channels,
        "test_share": images.test_share,
        "limit": config.limit,
        "limit_per_class": images.limit_per_class,
    }
