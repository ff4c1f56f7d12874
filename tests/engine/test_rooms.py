"""The engine's rooms: imports run one way, and nobody reaches into another's private members."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ENGINE = Path(__file__).parents[2] / "cnnviz" / "engine"
# Each imports only from those before it; the files beside the rooms come last.
ROOMS = ("remote", "workers", "trainings")
# In `trainings`, from the lowest to the highest.
PARTS = (
    "queue", "capacity", "progress_text", "messages", "commands", "recorder", "event_loop", "fetching", "placing",
    "dispatcher",
)  # fmt: skip


def _files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def _imports(path: Path) -> Iterator[tuple[str, ...]]:
    """Places below cnnviz.engine that a file imports, lazily or not."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cnnviz.engine."):
            place = tuple(node.module.split(".")[2:])
            yield from ((*place, alias.name) for alias in node.names) if len(place) == 1 else (place,)


def _rank(room: str) -> int:
    return ROOMS.index(room) if room in ROOMS else len(ROOMS)


@pytest.mark.parametrize("path", _files(ENGINE), ids=lambda path: str(path.relative_to(ENGINE)))
def test_a_room_knows_only_those_below_it(path: Path) -> None:
    here = path.relative_to(ENGINE).parts[0]
    assert not [place for place in _imports(path) if _rank(place[0]) > _rank(here)]


@pytest.mark.parametrize("part", PARTS)
def test_the_parts_of_the_trainings_stand_in_a_row_and_in_no_ring(part: str) -> None:
    known = [place[1] for place in _imports(ENGINE / "trainings" / f"{part}.py") if place[0] == "trainings"]
    assert not [other for other in known if PARTS.index(other) >= PARTS.index(part)]


def test_all_parts_of_the_trainings_have_their_place_in_the_row() -> None:
    assert {path.stem for path in _files(ENGINE / "trainings")} - {"__init__"} == set(PARTS)


@pytest.mark.parametrize(
    "path", [*_files(ENGINE), *_files(Path(__file__).parent)], ids=lambda path: "/".join(path.parts[-3:])
)
def test_nobody_reaches_into_the_private_members_of_another(path: Path) -> None:
    wrong = [
        f"{node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr.startswith("_")
        and not node.attr.startswith("__")
        and not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"))
    ]
    assert not wrong
