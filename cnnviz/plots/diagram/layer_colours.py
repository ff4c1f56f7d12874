"""One colour for each kind of layer, the same in diagrams, tables and legends.

Kinds that do the same sort of thing share a colour (their names stand in the boxes); the colours
are those of Okabe and Ito and three greys, which people with any kind of colour vision tell apart.
Their lightness differs as well, so that a print in black and white can be read.

References
----------
M. Okabe, K. Ito, "Color Universal Design", 2008.
"""

INPUT_COLOUR = "#B8C4CE"

FAMILIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "convolution": ("#0072B2", ("conv", "depthwise_conv", "separable_conv", "transposed_conv")),
    "pooling": ("#E69F00", ("max_pool", "avg_pool", "global_avg_pool", "global_max_pool")),
    "normalisation": ("#009E73", ("batch_norm", "layer_norm")),
    "activation": ("#F0E442", ("activation",)),
    "dropout": ("#BBBBBB", ("dropout", "spatial_dropout")),
    "flatten": ("#777777", ("flatten",)),
    "dense": ("#CC79A7", ("dense",)),
    "sum or concatenation": ("#D55E00", ("add", "concat", "residual", "branches")),
    "repetition": ("#999999", ("repeat",)),
    "pretrained net": ("#56B4E9", ("backbone",)),
}
"""Name for the legend -> colour and the kinds that have it."""

KIND_COLOURS: dict[str, str] = {kind: colour for colour, kinds in FAMILIES.values() for kind in kinds}


def family_of(kind: str) -> str:
    """Return the name in the legend for a kind of layer."""
    return next(name for name, (_, kinds) in FAMILIES.items() if kind in kinds)


def mixed(colour: str, other: str, *, share: float) -> str:
    """Mix two colours, "#rrggbb": `share` (0 to 1) of the other one."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def is_dark(colour: str) -> bool:
    """Tell whether light text is easier to read on this colour than dark text."""
    red, green, blue = _channels(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue < 128


def _channels(colour: str) -> tuple[int, int, int]:
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))
