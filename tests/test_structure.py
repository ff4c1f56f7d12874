"""The layout's rules: which folder may import what, and how large things may grow."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
PACKAGE = PROJECT / "cnnviz"

# Library -> places (below the project) that may import it.
ALLOWED = {
    "streamlit": ("app.py", "pages", "cnnviz/ui"),
    "streamlit_drawable_canvas": ("cnnviz/ui",),
    "plotly": ("cnnviz/plots", "cnnviz/ui/shared/figures.py"),
    "cv2": ("cnnviz/imaging", "cnnviz/kernel_lab", "cnnviz/datasets/synthetic"),  # synthetic images are drawn by it
    "keras": ("cnnviz/models", "cnnviz/training", "cnnviz/evaluation", "cnnviz/inspection", "cnnviz/datasets"),
    "tensorflow": ("cnnviz/models", "cnnviz/training/loop"),
    "sqlalchemy": ("cnnviz/runs",),
    "alembic": ("cnnviz/runs/migrations",),
    "distributed": ("cnnviz/engine",),
    "dask": ("cnnviz/engine",),
}

# Places that give the environment to a process of their own; all others ask `cnnviz.settings`.
PASSES_ENVIRONMENT_ON = ("cnnviz/bench", "cnnviz/engine/workers")

# The folders and single modules of the package, from the lowest to the highest: one imports only from those before it.
ORDER = (
    "errors",
    "caching",
    "settings",
    "text",
    "access",
    "architecture",
    "imaging",
    "kernel_lab",
    "datasets",
    "models",
    "evaluation",
    "training",  # scores while it trains, so `evaluation` knows nothing of trainings
    "inspection",
    "runs",
    "plots",
    "engine",
    "reports",
    "web",
    "ui",
    "bench",
    "cli",
    "__main__",
)

# Modules that the server imports: they must not bring TensorFlow in.
SERVER_MODULES = (
    "cnnviz.ui.app.services",
    "cnnviz.cli.commands",
    "cnnviz.engine.remote.questions",
    "cnnviz.engine.remote.training_task",
    "cnnviz.training.duration.probes",
    "cnnviz.ui.shared.answers",
)


def _sources() -> list[Path]:
    return [PROJECT / "app.py", *sorted((PROJECT / "pages").glob("*.py")), *sorted(PACKAGE.rglob("*.py"))]


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _rank(module: str) -> int:
    return ORDER.index(module.split(".")[1])


@pytest.mark.parametrize("path", _sources(), ids=lambda path: str(path.relative_to(PROJECT)))
def test_libraries_are_imported_only_where_they_belong(path: Path) -> None:
    place = path.relative_to(PROJECT).as_posix()
    wrong = [
        name
        for name in _imports(path)
        if (allowed := ALLOWED.get(name.split(".")[0])) and not place.startswith(allowed)
    ]
    assert not wrong


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PROJECT)))
def test_imports_run_from_high_folders_to_low_ones(path: Path) -> None:
    here = path.relative_to(PACKAGE).with_suffix("").parts[0]
    if here == "__init__":
        return
    upward = [name for name in _imports(path) if name.startswith("cnnviz.") and _rank(name) > ORDER.index(here)]
    assert not upward


@pytest.mark.parametrize("path", _sources(), ids=lambda path: str(path.relative_to(PROJECT)))
def test_the_environment_is_read_in_one_place(path: Path) -> None:
    place = path.relative_to(PROJECT).as_posix()
    if not place.startswith(PASSES_ENVIRONMENT_ON):
        assert not re.findall(r"\bos\.(?:environ|getenv)|\bimport (?:environ|getenv)", path.read_text())


@pytest.mark.parametrize("path", sorted((PROJECT / "pages").glob("*.py")), ids=lambda path: path.name)
def test_pages_stay_thin(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 80
    assert not [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef)]


def test_the_server_process_imports_no_tensorflow() -> None:
    program = (
        f"import sys, {', '.join(SERVER_MODULES)}; print([m for m in ('tensorflow', 'keras') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"
