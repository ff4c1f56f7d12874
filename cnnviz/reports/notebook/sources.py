"""The code that makes or reads images, taken from the modules that do it here, so that a notebook has the same images.

What is taken must not need anything else of this program: `tests/reports/notebook` runs it by itself.
"""

import ast
import inspect
from collections.abc import Collection
from types import ModuleType

from cnnviz.datasets.synthetic import glyphs, handwriting, shapes
from cnnviz.imaging import decode, preprocess

_BOXING = ("fit_box", "centre_mass", "SIDE", "BOX")
_ENLARGING = ("enlarge_digit", "UPSCALING", "GAIN", "EDGE", "FAINTEST")


def digits_code() -> str:
    """Return code that defines `enlarge_digit`."""
    parts = (
        source_of(decode, ("resize",)),
        source_of(preprocess, _BOXING),
        source_of(handwriting, _ENLARGING),
    )
    return "\n\n\n".join(parts)


def writing_code() -> str:
    """Return code that defines `draw_digit` and `warp_digit`, for where `digits_code` stands before it."""
    pens = ("draw_digit", "warp_digit", "_hand", "_vary", "ZOOM", "PEN", "SUBPIXEL_BITS")
    return "\n\n\n".join((source_of(glyphs), source_of(handwriting, pens).replace("glyphs.write", "write")))


def shapes_code() -> str:
    """Return code that defines `draw_shape`."""
    return source_of(shapes)


def photo_code() -> str:
    """Return code that defines `prepare_photo`, which brings a picture into a net's size."""
    names = ("prepare_photo", "_rgb", "OPAQUE")
    return "\n\n\n".join((source_of(decode, ("resize", "to_grey", "on_paper")), source_of(preprocess, names)))


def source_of(module: ModuleType, names: Collection[str] = ()) -> str:
    """Return the source of functions and constants of a module, in its order, without imports.

    Parameters
    ----------
    module : module
    names : collection of str
        Those that are wanted; all, if none is named.
    """
    text = inspect.getsource(module)
    lines = text.splitlines()
    parts: list[str] = []
    for node in ast.parse(text).body:
        name = _defined(node)
        if not name or (names and name not in names):
            continue
        is_function = isinstance(node, ast.FunctionDef)
        gap = "\n\n" if is_function or (parts and parts[-1].startswith("def ")) else ""
        parts.append(gap + "\n".join(lines[node.lineno - 1 : node.end_lineno]))
    return "\n".join(parts).strip().replace("InvalidImage", "ValueError")


def _defined(node: ast.stmt) -> str:
    """Name of the function or constant that a statement defines; "" for any other statement."""
    if isinstance(node, ast.FunctionDef):
        return node.name
    target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
    return target.id if isinstance(target, ast.Name) else ""
