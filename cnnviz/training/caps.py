"""What one training may take on a shared server, from the environment. Pure."""

import os
from dataclasses import dataclass

from cnnviz.errors import InvalidConfig
from cnnviz.training.config import TrainingConfig


@dataclass(frozen=True)
class Caps:
    """Most epochs and most seconds of one training; None: as many as one likes."""

    epochs: int | None = None
    seconds: float | None = None


def caps_from_environment() -> Caps:
    """Read CNNVIZ_MAX_EPOCHS and CNNVIZ_MAX_SECONDS; raises InvalidConfig if one is no positive number."""
    epochs, seconds = (_positive(name) for name in ("CNNVIZ_MAX_EPOCHS", "CNNVIZ_MAX_SECONDS"))
    return Caps(None if epochs is None else int(epochs), seconds)


def check_caps(config: TrainingConfig, caps: Caps) -> None:
    """Raise InvalidConfig if the training would run for more epochs than this server allows."""
    if caps.epochs is not None and config.epochs > caps.epochs:
        raise InvalidConfig(
            f"This server allows {caps.epochs} epochs for one training. Choose {caps.epochs} or fewer. "
            f"Received: {config.epochs} epochs."
        )


def _positive(name: str) -> float | None:
    text = os.environ.get(name)
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise InvalidConfig(f"{name} must be a positive number. Received: {text}")
    return value
