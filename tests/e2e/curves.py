"""Reads figures as the browser has drawn them."""

from playwright.sync_api import Page

FIND = """name => [...document.querySelectorAll('.js-plotly-plot')]
    .find(plot => plot.checkVisibility() && plot.layout?.yaxis?.title?.text === name)?._fullData ?? []"""
READ = f"([name, trace]) => Array.from(({FIND})(name).find(one => one.name === trace)?.[AXIS] ?? [])"


def positions(page: Page, name: str = "loss", trace: str = "batches") -> list[float]:
    """Where the points of a curve lie, in epochs."""
    return page.evaluate(READ.replace("AXIS", "'x'"), [name, trace])


def values(page: Page, name: str, trace: str) -> list[float]:
    """Values of the points of a curve."""
    return page.evaluate(READ.replace("AXIS", "'y'"), [name, trace])


def wait_until_curve(page: Page, condition: str, bound: float, *, name: str = "loss", trace: str = "batches") -> None:
    """Wait for a condition in JavaScript on `x`, `y` (arrays of the curve) and `bound`."""
    read_x, read_y = (f"({READ.replace('AXIS', repr(axis))})([name, trace])" for axis in "xy")
    page.wait_for_function(
        f"([name, trace, bound]) => {{ const x = {read_x}, y = {read_y}; return {condition}; }}",
        arg=[name, trace, bound],
    )
