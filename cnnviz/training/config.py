"""How a net is trained: plain settings, validated. Pure: pydantic only."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
)

from cnnviz.datasets.corrections import Correction, Fold
from cnnviz.datasets.sources.layout import Role
from cnnviz.errors import InvalidConfig
from cnnviz.settings import Settings
from cnnviz.training.config_words import refused_reason, refused_title

Optimizer = Literal["sgd", "rmsprop", "adam", "adamw"]
Loss = Literal["crossentropy", "mse"]
Schedule = Literal["constant", "cosine", "one_cycle", "step"]
Frozen = Literal["all-but-the-head", "all-but-the-last-part", "nothing"]
Head = Literal["new", "kept"]

OPTIMIZERS: dict[str, str] = {"adam": "Adam", "rmsprop": "RMSprop", "adamw": "AdamW", "sgd": "SGD"}
"""The optimizers and their names in words."""

TEST_SHARE = 0.25
MOST_OFFERED = 200
"""Epochs that the form offers, and so the most that any advice asks for; the command line takes more."""
MORE_EPOCHS = 5
"""For which a run that has ended is trained on."""
LEAST_RATE, MOST_RATE = 1e-7, 10
"""Learning rates that make sense to try: where the finder of fastai begins and ends, too."""
MOST_CORRECTIONS = 20_000
CAME_LATER = ("fine_tuning", "corrections", "fold")


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Augmentation(_Settings):
    """How far each training image may be changed at random; 0 or False: not at all."""

    flip: bool = Field(default=False, description="mirror every second image, left and right swapped")
    rotation: float = Field(default=0.0, ge=0, le=180, description="degrees, each way")
    zoom: float = Field(default=0.0, ge=0, le=0.9, description="share of the size, larger or smaller")
    shear: float = Field(default=0.0, ge=0, le=0.9, description="share of the side by which the rim is slanted")
    shift: float = Field(default=0.0, ge=0, le=0.9, description="share of the side, each way, across and down")
    brightness: float = Field(default=0.0, ge=0, le=1, description="share of the range from black to white, each way")
    noise: float = Field(default=0.0, ge=0, le=1, description="standard deviation, as a share of that range")


USUAL_AUGMENTATION = Augmentation(shift=0.08, rotation=14.4, zoom=0.1)
"""What a plain "augment" means. No mirroring, because it would turn digits into what they are not."""


def _augmentation(value: Any) -> Any:
    """Settings were once only on or off, and still may be."""
    if isinstance(value, bool):
        return USUAL_AUGMENTATION if value else None
    return value


class ImageSettings(_Settings):
    """How images that have no size of their own (folders, zips, cats and dogs) are read.

    `size` is (height, width), by default the net's; `channels` 1 for grey, 3 for colour; `roles` what a person says
    that folders are, where the guess is wrong.
    """

    size: tuple[Annotated[int, Field(ge=1, le=1024)], Annotated[int, Field(ge=1, le=1024)]] | None = None
    channels: Literal[1, 3] = 3
    test_share: float = Field(default=TEST_SHARE, gt=0, lt=1, description="where the images have no test part")
    limit_per_class: int | None = Field(default=None, ge=1, description="learn from at most this many of each class")
    roles: tuple[tuple[str, Role], ...] = Field(default=(), description="folders that are not what they are taken for")


class FineTuning(_Settings):
    """A training that begins with a net that has learned before.

    `run` is the id of the run that it is from ("" of a file), `name` what it was called; its weights are kept with the
    run that begins with them. `frozen` is what does not learn. Batch normalisation never does: it keeps the statistics
    of the images that the net has learned from.
    """

    run: str = Field(default="", max_length=12)
    name: str = Field(max_length=80)
    frozen: Frozen = "all-but-the-head"
    head: Head = Field(default="new", description="whether the layer with a unit for each class begins anew")


class TrainingConfig(_Settings):
    """Settings of one training run; the same settings and seed give the same history on a CPU."""

    dataset: str = Field(default="digits", description="a registered name, or the path of a folder or zip of images")
    epochs: int = Field(default=5, ge=1, le=500)
    batch_size: int = Field(default=64, ge=1, le=4096)
    optimizer: Optimizer = "adam"
    momentum: float = Field(default=0.9, ge=0, lt=1, description="of the optimizer sgd")
    learning_rate: float = Field(default=1e-3, gt=0, allow_inf_nan=False, description="the highest one of a schedule")
    schedule: Schedule = Field(default="constant", description="how the learning rate changes over the run")
    loss: Loss = "crossentropy"
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    limit: int | None = Field(default=None, ge=10, description="use at most this many training images")
    validation_share: float = Field(
        default=0.0, ge=0, le=0.5, description="of the training images; 0 validates on the test images"
    )
    class_weights: bool = Field(default=False, description="let each class count alike, however rare it is")
    early_stopping: int | None = Field(
        default=None, ge=1, le=500, description="stop after this many epochs without a better validation loss"
    )
    target_accuracy: float | None = Field(default=None, gt=0, le=1, description="stop once TRAINING accuracy is this")
    mixed_precision: bool = Field(default=False, description="compute with 16 bits on a GPU; of no effect on a CPU")
    augment: Annotated[Augmentation | None, BeforeValidator(_augmentation)] = Field(
        default=None, description="change each training image a little; True gives the usual changes"
    )
    images: ImageSettings = Field(default=ImageSettings(), description="for images that have no size of their own")
    fine_tuning: FineTuning | None = Field(default=None, description="the net that it begins with, if it has one")
    corrections: tuple[Correction, ...] = Field(
        default=(), max_length=MOST_CORRECTIONS, description="images that get another label, or are dropped"
    )
    fold: Fold | None = Field(default=None, description="the part of the training images that it is tested on instead")

    @model_serializer(mode="wrap")
    def _without_what_came_later(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # the records of trainings that have none of it stay as they were
        fields: dict[str, Any] = handler(self)
        return {name: value for name, value in fields.items() if value or name not in CAME_LATER}


def make_config(fields: Mapping[str, Any]) -> TrainingConfig:
    """A config from plain values; raises InvalidConfig naming the first setting that is out of its range in words.

    Also a learning rate above `MOST_RATE`, which earlier versions took: runs that were trained with one stay readable.
    """
    try:
        config = TrainingConfig(**fields)
    except ValidationError as error:
        received = error.errors()[0].get("input")
        raise InvalidConfig(f"{refused_title(error)}: {refused_reason(error)}. Received: {received}") from None
    if config.learning_rate > MOST_RATE:
        raise InvalidConfig(f"Learning rate: expected {MOST_RATE} or less. Received: {config.learning_rate:g}")
    return config


def check_caps(config: TrainingConfig, settings: Settings) -> None:
    """Raise InvalidConfig if the training would run for more epochs than this server allows (`CNNVIZ_MAX_EPOCHS`)."""
    most = settings.max_epochs
    if most is not None and config.epochs > most:
        raise InvalidConfig(
            f"This server allows {most} epochs for one training. Choose {most} or fewer. "
            f"Received: {config.epochs} epochs."
        )


def load_options(config: TrainingConfig, input_shape: tuple[int, int, int]) -> dict[str, Any]:
    """Keyword arguments of `datasets.registry.load_dataset` for a run whose net takes (height, width, channels).

    All but corrections and fold only count for images without a size of their own. With the same ones, the same test
    images come back.
    """
    images = config.images
    return {
        "image_size": images.size or tuple(input_shape[:2]),
        "channels": images.channels,
        "test_share": images.test_share,
        "limit": config.limit,
        "limit_per_class": images.limit_per_class,
        "roles": images.roles,
        **({"corrections": config.corrections} if config.corrections else {}),
        **({"fold": config.fold} if config.fold else {}),
    }
