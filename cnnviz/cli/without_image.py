"""Options of `inspect` with which no image is named."""

from argparse import Action, ArgumentParser, Namespace
from typing import Any


class WithoutImage(Action):
    """Stores as usual, and lets the image be left out.

    An image of `nargs="?"` would be taken for missing where it stands behind an option.
    """

    def __init__(self, *, image: Action, **options: Any) -> None:
        super().__init__(**options)
        self.image = image

    def __call__(self, _parser: ArgumentParser, options: Namespace, values: Any, _name: str | None = None) -> None:
        setattr(options, self.dest, True if self.nargs == 0 else values)
        self.image.required = False
