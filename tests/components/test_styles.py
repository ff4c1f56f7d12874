"""Styles of components: those of a folder are about its own elements, and reach into no other's."""

import re
from pathlib import Path

import pytest

from cnnviz.components.bundle import COMPONENTS, style

SELECTORS = re.compile(r"^\s*([^{}@/]+)\{", re.MULTILINE)
CLASSES = re.compile(r'class: "([^"]*)"|class: `([^`]*)`|classList\.\w+\("([\w-]+)"')


def _selectors(css: str) -> list[set[str]]:
    """The classes of each selector; it applies only where all of them are."""
    parts = [part for selector in SELECTORS.findall(css) for part in selector.split(",")]
    return [classes for part in parts if (classes := set(re.findall(r"\.([\w-]+)", part)))]


def _used(script: str) -> set[str]:
    return {word for found in CLASSES.findall(script) for text in found for word in re.findall(r"[\w-]+", text)}


@pytest.mark.parametrize(
    "path", sorted(COMPONENTS.glob("*/*/*.css")), ids=lambda path: str(path.relative_to(COMPONENTS))
)
def test_a_folders_styles_name_no_element_of_another_folder(path: Path) -> None:
    selectors = _selectors(path.read_text("utf-8"))
    component = COMPONENTS / path.relative_to(COMPONENTS).parts[0]
    others = [script for script in component.rglob("*.js") if script.parent != path.parent]
    used = set().union(*(_used(script.read_text("utf-8")) for script in others))
    assert selectors
    assert [classes for classes in selectors if classes <= used] == []


def test_the_styles_of_all_folders_reach_the_component() -> None:
    css = style("inside_net")
    assert all(path.read_text("utf-8") in css for path in (COMPONENTS / "inside_net").glob("*/*.css"))


def test_the_styles_of_shared_folders_reach_the_components_that_use_them() -> None:
    css = (COMPONENTS / "shared" / "picture_input" / "picture_input.css").read_text("utf-8")
    assert css in style("inside_net")
    assert css not in style("home_net")
    assert style("inside_net").index(css) < style("inside_net").index(".inside-net {"), "a component has the last word"
