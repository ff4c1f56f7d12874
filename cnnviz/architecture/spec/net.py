"""A net as data: an input shape and a tuple of layers, each with its `kind`; blocks of layers nest.

Pure: pydantic only. A spec says nothing about weights; `analysis` says what it costs and
`cnnviz.models.build` makes a Keras model of it.
"""

import reprlib
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    ValidationError,
    model_serializer,
    model_validator,
)

from cnnviz.architecture.spec.arithmetic import Clip, Cropping, PReLU, Reshape, Scaling, UpSampling, ZeroPadding
from cnnviz.architecture.spec.input_scaling import InputScaling
from cnnviz.architecture.spec.layers import (
    Activation,
    ActivationLayer,
    AvgPool,
    Backbone,
    BatchNorm,
    Conv,
    Dense,
    DepthwiseConv,
    Dropout,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    LayerNorm,
    LayerSpec,
    MaxPool,
    SeparableConv,
    SpatialDropout,
    TransposedConv,
)
from cnnviz.errors import InvalidArchitecture

MAX_LAYERS = 400  # in one list
MAX_FLAT_LAYERS = 700  # in all lists together, repetitions counted
MAX_DEPTH = 6  # blocks in blocks
MAX_SIDE = 512
MAX_BRANCHES = 16
MAX_TIMES = 100


class Residual(LayerSpec):
    """A block with a way around it: activation(layers(x) + shortcut(x)).

    The shortcut is x itself, or x through a 1x1 convolution (for vectors a dense layer) with the
    filters and the stride that fit it to what the layers give.
    """

    kind: Literal["residual"] = "residual"
    layers: tuple["Layer", ...] = Field(min_length=1, max_length=MAX_LAYERS)
    shortcut: Literal["identity", "projection"] = "identity"
    activation: Activation = Field(default="relu", description="after the sum")


class Branches(LayerSpec):
    """Paths side by side, their maps put one after the other or computed value by value; an empty one passes x on."""

    kind: Literal["branches"] = "branches"
    branches: tuple[Annotated[tuple["Layer", ...], Field(max_length=MAX_LAYERS)], ...] = Field(
        min_length=2, max_length=MAX_BRANCHES
    )
    merge: Literal["concat", "add", "multiply", "average", "maximum"] = Field(
        default="concat", description="how the paths are put together"
    )


class Repeat(LayerSpec):
    """The same block several times in a row, each time with weights of its own."""

    kind: Literal["repeat"] = "repeat"
    layers: tuple["Layer", ...] = Field(min_length=1, max_length=MAX_LAYERS)
    times: int = Field(default=2, ge=1, le=MAX_TIMES)


Block = Residual | Branches | Repeat

Layer = Annotated[
    Conv
    | DepthwiseConv
    | SeparableConv
    | TransposedConv
    | MaxPool
    | AvgPool
    | BatchNorm
    | LayerNorm
    | ActivationLayer
    | Dropout
    | SpatialDropout
    | Flatten
    | GlobalAvgPool
    | GlobalMaxPool
    | Dense
    | Backbone
    | ZeroPadding
    | Cropping
    | UpSampling
    | Scaling
    | PReLU
    | Clip
    | Reshape
    | Residual
    | Branches
    | Repeat,
    Field(discriminator="kind"),
]

for _block in (Residual, Branches, Repeat):
    _block.model_rebuild()


_LAYER_ADAPTER = TypeAdapter(Layer)


def layer_from_fields(fields: Mapping[str, Any]) -> Layer:
    """Make one layer of plain values, its kind among them; raises InvalidArchitecture with the reason."""
    try:
        return _LAYER_ADAPTER.validate_python(dict(fields))
    except ValidationError as error:
        raise _as_invalid(error) from None


def layer_lists(layer: LayerSpec) -> tuple[tuple[Layer, ...], ...]:
    """Return the lists of layers inside: a list for each branch, one for the other blocks, else none."""
    if isinstance(layer, Branches):
        return layer.branches
    return (layer.layers,) if isinstance(layer, Residual | Repeat) else ()


class Architecture(BaseModel):
    """A net: name, input shape (height, width, channels), layers from input to output, and how pixels are scaled."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(default="my-net", min_length=1, max_length=60)
    input_shape: tuple[
        Annotated[int, Field(ge=1, le=MAX_SIDE)],
        Annotated[int, Field(ge=1, le=MAX_SIDE)],
        Annotated[int, Field(ge=1, le=4)],
    ]
    layers: tuple[Layer, ...] = Field(min_length=1, max_length=MAX_LAYERS)
    scaling: InputScaling = InputScaling()

    @model_serializer(mode="wrap")
    def _without_usual_scaling(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # it came later: the JSON of the nets before, and with it all hashes of them, stays as it was
        fields: dict[str, Any] = handler(self)
        return fields if self.scaling != InputScaling() else {k: v for k, v in fields.items() if k != "scaling"}

    @model_validator(mode="after")
    def _scaling_fits(self) -> "Architecture":
        reason = self.scaling.misfit(self.input_shape[2])
        if reason:
            raise ValueError(reason)
        return self

    @model_validator(mode="after")
    def _within_limits(self) -> "Architecture":
        count, waiting = 0, [(self.layers, 0, 1)]
        while waiting:  # no recursion: how deep the net nests is what is asked here
            layers, depth, times = waiting.pop()
            count += times * len(layers)
            if depth > MAX_DEPTH:
                raise ValueError(f"blocks stand in blocks more than {MAX_DEPTH} deep")
            if count > MAX_FLAT_LAYERS:
                raise ValueError(f"with all repetitions there are more than {MAX_FLAT_LAYERS} layers")
            for layer in layers:
                rounds = times * layer.times if isinstance(layer, Repeat) else times
                waiting.extend((inside, depth + 1, rounds) for inside in layer_lists(layer))
        return self

    def to_json(self) -> str:
        """Canonical JSON: the same net always gives the same text (used as a cache key)."""
        return self.model_dump_json(exclude_defaults=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> "Architecture":
        """Parse JSON; raises InvalidArchitecture with the place and the reason."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise _as_invalid(error) from None

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> "Architecture":
        """Make a net of plain values; raises InvalidArchitecture with the place and the reason."""
        try:
            return cls.model_validate(dict(fields))
        except ValidationError as error:
            raise _as_invalid(error) from None


_REASONS = {
    "too_long": "there are {actual_length}, and {max_length} are the most",
    "too_short": "there are {actual_length}, and {min_length} are the fewest",
    "union_tag_invalid": "there is no kind '{tag}'; use one of {expected_tags}",
    "union_tag_not_found": "a layer needs its kind",
    "greater_than_equal": "it must be {ge} or more",
    "less_than_equal": "it must be {le} or less",
    "json_invalid": "it is no JSON ({error})",
    "extra_forbidden": "there is no such setting",
}
"""What people understand better than pydantic's own words, by its type of error."""


def _as_invalid(error: ValidationError) -> InvalidArchitecture:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"]) or "the text"
    known = _REASONS.get(first["type"])
    reason = known.format(**first.get("ctx", {})) if known else str(first.get("ctx", {}).get("error", first["msg"]))
    return InvalidArchitecture(
        f"This is no net: {place[:200]}: {reason}.",
        f"Expected a name, an input_shape and layers, "
        # reprlib, because a plain repr descends as deep as the text nests
        f"each layer with its kind. Received: {reprlib.repr(first.get('input'))[:80]}",
    )
