"""Every place for a file says how large it may be, and the server takes as much."""

import ast
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from tests.helpers import PROJECT

CONFIG = PROJECT / ".streamlit" / "config.toml"


def places() -> list[tuple[str, str | None]]:
    """Module and constant of each `st.file_uploader`."""
    found = []
    for path in sorted(Path(PROJECT, "cnnviz").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "file_uploader"
            ):
                limit = next((each.value for each in node.keywords if each.arg == "max_upload_size"), None)
                module = ".".join(path.relative_to(PROJECT).with_suffix("").parts)
                found.append((module, limit.id if isinstance(limit, ast.Name) else None))
    return found


def test_there_are_places_for_nets_pictures_and_images() -> None:
    assert len(places()) >= 5


@pytest.mark.parametrize(("module", "constant"), places())
def test_a_place_for_files_promises_no_more_than_the_server_takes(module: str, constant: str | None) -> None:
    assert constant, f"{module}: max_upload_size is a named constant"
    assert getattr(import_module(module), constant) <= tomllib.loads(CONFIG.read_text())["server"]["maxUploadSize"]


def test_a_net_may_be_as_large_as_resnet50_and_twice_that() -> None:
    assert import_module("cnnviz.ui.inside.own_net").MAX_MEGABYTES == 200
