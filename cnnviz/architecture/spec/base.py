"""What all layers of a spec share, and the words their settings are written in."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

Activation = Literal["linear", "relu", "leaky_relu", "elu", "gelu", "sigmoid", "tanh", "softmax"]
Padding = Literal["valid", "same"]


class LayerSpec(BaseModel):
    """What all layers share: they are immutable, refuse unknown fields and may be named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str | None = Field(default=None, max_length=40, pattern=r"^[A-Za-z][A-Za-z0-9_]*$")

    @model_serializer(mode="wrap")
    def _always_with_kind(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # `kind` is a default, so leaving defaults out (as links do) would leave out what the layer is
        return {"kind": self.kind, **handler(self)}


class WeightedSpec(LayerSpec):
    """A layer whose kernel may be held small: the loss grows by l1 sum |w| + l2 sum w^2."""

    l1: float = Field(default=0.0, ge=0.0, le=1.0, description="share of sum |w| added to the loss")
    l2: float = Field(default=0.0, ge=0.0, le=1.0, description="share of sum w^2 added to the loss")
