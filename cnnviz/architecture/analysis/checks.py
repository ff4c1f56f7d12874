"""What a layer asks of its input, and the sentences for a net that does not give it."""

from cnnviz.architecture.analysis.sliding_window import Window
from cnnviz.architecture.analysis.tensors import Signal, article
from cnnviz.architecture.spec.base import LayerSpec
from cnnviz.errors import InvalidArchitecture


def need_maps(layer: LayerSpec, name: str, signal: Signal) -> None:
    """Refuse a vector where maps are needed."""
    if len(signal.shape) != 3:
        raise InvalidArchitecture(
            f"{article(name, layer)} needs maps (height, width, channels), but a layer before it has made "
            f"one vector of them. Move it before the flatten, global_avg_pool or dense layer. "
            f"Received: input={signal.shape}."
        )


def need_vector(layer: LayerSpec, name: str, signal: Signal) -> None:
    """Refuse maps where a vector is needed."""
    if len(signal.shape) != 1:
        raise InvalidArchitecture(
            f"{article(name, layer)} needs one vector, but gets maps. Put a flatten or global_avg_pool layer before "
            f"it. Received: input={signal.shape}."
        )


def need_room(layer: LayerSpec, name: str, signal: Signal, *, window: Window) -> None:
    """Refuse a window that is larger than the maps."""
    height, width, _ = signal.shape
    if window.output_side(height) and window.output_side(width):
        return
    word = "window" if layer.kind in ("max_pool", "avg_pool") else "kernel"
    largest = (min(height, width) - 1) // window.dilation + 1
    size, span = (f"{side}x{side}" for side in (window.size, window.span))
    what = size + f" {word}" + (f" with dilation {window.dilation} spans {span} and" if window.dilation > 1 else "")
    raise InvalidArchitecture(
        f"{article(name, layer)} turns {height}x{width} into "
        f"{window.output_side(height)}x{window.output_side(width)}: a {what} with 'valid' padding is larger than "
        f"its input. Use padding 'same' or a {word} of {largest}{' or less' if largest > 1 else ''}. "
        f"Received: input={signal.shape}, {word}={(window.size, window.size)}."
    )


def refuse_stride_with_dilation(layer: LayerSpec, name: str) -> None:
    """Refuse what Keras cannot compute."""
    stride, dilation = getattr(layer, "stride", None) or 1, getattr(layer, "dilation", 1)
    if stride > 1 and dilation > 1:
        raise InvalidArchitecture(
            f"{article(name, layer)} has a stride and a dilation above 1, which Keras does not do together. "
            f"Set one of them to 1. Received: stride={stride}, dilation={dilation}."
        )
