"""How a net is trained: plain settings, validated. Pure: pydantic only."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cnnviz.errors import InvalidConfig

Optimizer = Literal["sgd", "rmsprop", "adam", "adamw"]
Loss = Literal["crossentropy", "mse"]


class TrainingConfig(BaseModel):
    """Settings of one training run; the same settings and seed give the same history on a CPU."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset: str = Field(default="digits", description="a registered name, or the path of a folder or zip of images")
    epochs: int = Field(default=5, ge=1, le=500)
    batch_size: int = Field(default=64, ge=1, le=4096)
    optimizer: Optimizer = "adam"
    learning_rate: float = Field(default=1e-3, gt=0, allow_inf_nan=False)
    loss: Loss = "crossentropy"
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    limit: int | None = Field(default=None, ge=10, description="use at most this many training images")
    target_accuracy: float | None = Field(default=None, gt=0, le=1, description="stop once TRAINING accuracy is this")
    augment: bool = Field(default=False, description="shift, rotate and zoom each training image a little")


def make_config(fields: Mapping[str, Any]) -> TrainingConfig:
    """A config from plain values; raises InvalidConfig naming the first setting that is out of its range."""
    try:
        return TrainingConfig(**fields)
    except ValidationError as error:
        first = error.errors()[0]
        setting = ".".join(str(part) for part in first["loc"])
        raise InvalidConfig(f"{setting}: {first['msg']}. Received: {first.get('input')}") from None
