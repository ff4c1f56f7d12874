"""The colours of every figure, named once. The same colour means the same thing on every page.

All are told apart by colour-blind readers: Okabe and Ito's set for kinds, ColorBrewer's RdBu for signed values,
viridis for magnitudes. None depends on the theme: figures have no background of their own.
"""

from plotly.colors import diverging, sequential

DIVERGING: list[str] = list(diverging.RdBu)
"""Signed values, centred on zero: red is negative, white is zero, blue is positive."""

SEQUENTIAL: list[str] = list(sequential.Viridis)
"""Magnitudes: dark is nothing, yellow is much."""

TRAIN = "#0072B2"
TRAIN_NOISE = "#56B4E9"
"""Single batches, behind the line of TRAIN."""

VALIDATION = "#E69F00"
TRAIN_DASH = "solid"
VALIDATION_DASH = "dot"
ACCENT = "#D55E00"
"""The one thing chosen or guessed."""

MUTED = "#8A8A8A"
"""Lines and labels that recede; readable on white and on near black."""

DARK_TEXT = "#000000"  # black and white: on any colour one of them reaches a contrast of 4.5
LIGHT_TEXT = "#FFFFFF"
TRANSPARENT = "rgba(0,0,0,0)"

QUALITATIVE = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999"]
"""Things of one kind told apart: Okabe and Ito's colours, safe for colour-blind readers."""
