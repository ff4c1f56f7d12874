"""Reads the curves of the panel of a training."""

from playwright.sync_api import Page

FIND = """[...document.querySelectorAll("*")].map((one) => one.shadowRoot?.querySelector(".live-run")).find(Boolean)"""
LINE = f"([name, trace]) => ({FIND})?.liveRun?.lines(name).find((line) => line.name === trace)?.points ?? []"
READ = f"([name, trace]) => ({LINE})([name, trace]).map((point) => point[AXIS])"


def positions(page: Page, name: str = "loss", trace: str = "each batch") -> list[float]:
    """Where the points of a curve lie, in epochs."""
    return page.evaluate(READ.replace("AXIS", "0"), [name, trace])


def wait_until_marked(page: Page, kind: str) -> None:
    """Wait until the curves have a mark of a kind, as "rewind": what was before it is gone from them by then."""
    page.wait_for_function(f"(kind) => ({FIND})?.liveRun?.history.marks.some((mark) => mark.kind === kind)", arg=kind)


def wait_until_curve(
    page: Page, condition: str, bound: float, *, name: str = "loss", trace: str = "each batch"
) -> None:
    """Wait for a condition in JavaScript on `x`, `y` (arrays of the curve) and `bound`."""
    read_x, read_y = (f"({READ.replace('AXIS', axis)})([name, trace])" for axis in "01")
    page.wait_for_function(
        f"([name, trace, bound]) => {{ const x = {read_x}, y = {read_y}; return {condition}; }}",
        arg=[name, trace, bound],
    )
