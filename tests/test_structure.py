"""The house's rules: which folder may import what, and how large things may grow."""

import ast
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
PACKAGE = PROJECT / "cnnviz"

MAX_FILE_LINES = 250
MAX_FUNCTION_LINES = 40
MAX_PAGE_LINES = 80
MIN_FILE_LINES = 40  # of a file beside its only importer: a smaller one belongs into that

# Library -> places (below the project) that may import it.
ALLOWED = {
    "streamlit": ("app.py", "pages", "cnnviz/ui", "cnnviz/bench/load.py"),
    "plotly": ("cnnviz/plots",),
    "cv2": ("cnnviz/imaging", "cnnviz/kernel_lab", "cnnviz/datasets/synthetic"),  # synthetic images are drawn by it
    "keras": (
        "cnnviz/models",
        "cnnviz/training/loop",
        "cnnviz/evaluation",
        "cnnviz/inspection",
        "cnnviz/datasets/sources",
    ),
    "tensorflow": ("cnnviz/models", "cnnviz/training/loop", "cnnviz/inspection"),
    "sqlalchemy": ("cnnviz/runs",),
    "alembic": ("cnnviz/runs/migrations",),
    "onnx": ("cnnviz/models",),
    "distributed": ("cnnviz/engine",),
    "dask": ("cnnviz/engine",),
}

# Places that give the environment to a process of their own; all others ask `cnnviz.settings`.
PASSES_ENVIRONMENT_ON = ("cnnviz/settings.py", "cnnviz/bench", "cnnviz/engine/workers")

# The folders and single modules of the package, from the lowest to the highest: one imports only from those before it.
ORDER = (
    "errors",
    "caching",
    "settings",
    "text",
    "access",
    "components",
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

# What the server process imports, all modules of it: none may bring TensorFlow in.
SERVER_FOLDERS = tuple(
    f"cnnviz.{folder}"
    for folder in (
        "components",
        "architecture",
        "imaging",
        "kernel_lab",
        "datasets",
        "runs",
        "plots",
        "engine",
        "reports",
        "web",
        "ui",
        "cli",
    )
)
LEFT_OUT = (
    "cnnviz.runs.migrations.",  # run by Alembic
    "cnnviz.ui.main",  # a script, not a module
    "cnnviz.engine.workers.cluster",  # the workers' own process
)


def _name(path: Path) -> str:
    """Dotted name of the module in a file."""
    return ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}
PAGES = sorted((PROJECT / "pages").glob("*.py"))
SOURCES = {_name(path): path for path in (PROJECT / "app.py", *PAGES)} | MODULES


def _imports(path: Path) -> Iterator[str]:
    """Names of all modules that a file imports, also inside functions, or names in a text as "module:function"."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and re.fullmatch(r"cnnviz(\.\w+)+:\w+", str(node.value)):
            yield node.value.split(":")[0]
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module, f"{path}: relative imports hide where things come from"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else node.module for name in names)


IMPORTS = {name: sorted(set(_imports(path))) for name, path in SOURCES.items()}


def _rank(module: str) -> int:
    return ORDER.index(module.split(".")[1])


def _num_lines(path: Path) -> int:
    return path.read_text().count("\n")


@pytest.mark.parametrize("name", SOURCES)
def test_libraries_are_imported_only_where_they_belong(name: str) -> None:
    place = SOURCES[name].relative_to(PROJECT).as_posix()
    wrong = [
        other
        for other in IMPORTS[name]
        if (allowed := ALLOWED.get(other.split(".")[0])) and not place.startswith(allowed)
    ]
    assert not wrong


@pytest.mark.parametrize("name", [name for name in MODULES if name != "cnnviz"])
def test_imports_run_from_high_folders_to_low_ones(name: str) -> None:
    upward = [other for other in IMPORTS[name] if other.startswith("cnnviz.") and _rank(other) > _rank(name)]
    assert not upward


@pytest.mark.parametrize("name", SOURCES)
def test_the_environment_is_read_in_one_place(name: str) -> None:
    if not SOURCES[name].relative_to(PROJECT).as_posix().startswith(PASSES_ENVIRONMENT_ON):
        assert not re.findall(r"\bos\.(?:environ|getenv)|\bimport (?:environ|getenv)", SOURCES[name].read_text())


def _private_parts(program: str) -> Iterator[str]:
    """What a program imports, reads or replaces of cnnviz though its name begins with one underscore."""
    nodes, own = list(ast.walk(ast.parse(program))), set()
    for node in nodes:
        for alias in node.names if isinstance(node, ast.Import | ast.ImportFrom) else ():
            name = f"{getattr(node, 'module', '')}.{alias.name}".lstrip(".")
            if name.split(".")[0] == "cnnviz":
                own.add(alias.asname or alias.name.split(".")[0])
                yield from re.findall(r".*\._[^_]\w*", name)
    for node in nodes:
        path = ""
        if isinstance(node, ast.Attribute):
            path = ast.unparse(node)
        elif isinstance(node, ast.Call) and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
            path = f"{ast.unparse(node.args[0])}.{node.args[1].value}"  # setattr and its like
        if re.fullmatch(r"[\w.]+\._[^_]\w*", path) and path.split(".")[0] in own:
            yield path


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("store._x.clear()", ["store._x"]),
        ("Store.a._x", ["Store.a._x"]),
        ("import cnnviz.runs; cnnviz.runs._x", ["cnnviz.runs._x"]),
        ("from cnnviz.runs import _x", ["cnnviz.runs._x"]),
        ("patch.setattr(store, '_x', 1)", ["store._x"]),
        ("store.__doc__ or self._x or keras._x", []),
    ],
)
def test_a_private_part_is_found_however_it_is_reached(line: str, found: list[str]) -> None:
    imports = "import keras\nfrom cnnviz.runs import store\nfrom cnnviz.runs.store import RunStore as Store\n"
    assert list(_private_parts(imports + line)) == found


@pytest.mark.parametrize("path", sorted((PROJECT / "tests").rglob("*.py")), ids=str)
def test_no_test_reaches_into_private_parts_of_the_package(path: Path) -> None:
    assert not list(_private_parts(path.read_text()))


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {name: [other for other in others if other in MODULES] for name, others in IMPORTS.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"A circle of imports: {' <- '.join(error.args[1])}")


def test_no_folders_inside_a_folder_import_each_other_in_a_circle() -> None:
    """Of the rooms of one folder, say architecture/analysis and architecture/editing, one is always the lower."""
    graph: dict[str, set[str]] = defaultdict(set)
    for name, others in IMPORTS.items():
        for other in others:
            here, there = name.split(".")[:-1], other.split(".")[:-1]
            if other in MODULES and len(here) > 2 and len(there) > 2 and here[1] == there[1] and here[2] != there[2]:
                graph[here[2]].add(there[2])
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"A circle of rooms: {' <- '.join(error.args[1])}")


@pytest.mark.parametrize("name", MODULES)
def test_no_module_is_imported_by_a_name_in_a_text(name: str) -> None:
    """A text hides an import from the rules above, unless it is a "module:function" of a table."""
    text = MODULES[name].read_text()
    assert not [way for way in ("import_module(", "__import__(") if way in text]


@pytest.mark.parametrize("name", MODULES)
def test_no_file_to_save_is_left_to_streamlit(name: str) -> None:
    """Its file is gone once two more pages have been drawn, anybody's: see `web.offered_files`."""
    assert "download_button(" not in MODULES[name].read_text()


Function = ast.FunctionDef | ast.AsyncFunctionDef


def _code_lines(function: Function) -> int:
    """Lines of a function without its docstring."""
    first = function.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return function.end_lineno - function.lineno + 1 - is_docstring * (first.end_lineno - first.lineno + 1)


@pytest.mark.parametrize("name", SOURCES)
def test_files_and_functions_stay_short(name: str) -> None:
    assert _num_lines(SOURCES[name]) <= MAX_FILE_LINES
    functions = [node for node in ast.walk(ast.parse(SOURCES[name].read_text())) if isinstance(node, Function)]
    assert not [function.name for function in functions if _code_lines(function) > MAX_FUNCTION_LINES]


def test_no_small_file_lies_beside_its_only_importer() -> None:
    importers = Counter(other for others in IMPORTS.values() for other in others)
    small = [
        other
        for name, others in IMPORTS.items()
        for other in others
        if other in MODULES
        and importers[other] == 1
        and MODULES[other].parent == SOURCES[name].parent
        and MODULES[other].name != "__init__.py"
        and _num_lines(MODULES[other]) < MIN_FILE_LINES
    ]
    assert not small


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_pages_stay_thin(path: Path) -> None:
    assert _num_lines(path) <= MAX_PAGE_LINES
    assert not [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ClassDef)]


def test_the_server_process_imports_no_tensorflow() -> None:
    modules = [name for name in MODULES if name.startswith(SERVER_FOLDERS) and not name.startswith(LEFT_OUT)]
    heavy = "[name for name in ('tensorflow', 'keras') if name in sys.modules]"
    program = f"import sys, {', '.join(modules)}\nprint({heavy})"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"
