"""Of which kind a test is, so that nobody needs to say it: from its fixtures, and from what it imports.

`pure` tests need neither of the others; `keras` ones import Keras, TensorFlow or PyTorch into this process; `worker`
ones train on or ask a Dask worker; `browser` ones need Chromium. A test that does such a thing in a program of its own
(as text) says so with a mark.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
KINDS = ("browser", "worker", "keras", "pure")
FIXTURES = {"browser": {"browser", "start_server"}, "worker": {"scheduler", "own_cluster"}}
HEAVY = ("keras", "tensorflow", "torch")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def find_kind(item: pytest.Item) -> str:
    """One of KINDS: the mark of the test or its file, or else the first whose condition holds."""
    for kind in KINDS:
        if item.get_closest_marker(kind):
            return kind
    for kind, fixtures in FIXTURES.items():
        if fixtures & set(getattr(item, "fixturenames", ())):
            return kind
    return "keras" if imports_keras(item.path) or item.originalname in functions_with_keras(item.path) else "pure"


@cache
def imports_keras(path: Path) -> bool:
    """Whether importing a file would import Keras; its imports are followed without running anything."""
    seen, left = set(), [path]
    while left:
        names = {name for node in _outside_of_functions(_parse(left.pop())) for name in _imported(node)}
        if any(name.split(".")[0] in HEAVY for name in names):
            return True
        files = {file for name in names for file in _files(name)} - seen
        seen |= files
        left += files
    return False


@cache
def functions_with_keras(path: Path) -> set[str]:
    """Names of the functions of a file that import Keras when they run, or use one of the file that does."""
    functions = {node.name: node for node in _parse(path).body if isinstance(node, (*FUNCTIONS, ast.ClassDef))}
    found = {name for name, node in functions.items() if any(map(_imports_keras, ast.walk(node)))}
    while more := {name for name, node in functions.items() if found & _names(node)} - found:
        found |= more
    return found


@cache
def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def _outside_of_functions(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, FUNCTIONS):
            yield child
            yield from _outside_of_functions(child)


def _imported(node: ast.AST) -> list[str]:
    """Names of the modules that a statement imports; `from a import b` may mean a module b."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "importorskip":
        return [node.args[0].value]
    return []


def _imports_keras(node: ast.AST) -> bool:
    names = _imported(node)
    return any(name.split(".")[0] in HEAVY for name in names) or any(
        imports_keras(file) for name in names for file in _files(name)
    )


def _names(function: ast.AST) -> set[str]:
    """What a function uses, its fixtures included."""
    nodes = list(ast.walk(function))
    return {node.id for node in nodes if isinstance(node, ast.Name)} | {
        node.arg for node in nodes if isinstance(node, ast.arg)
    }


@cache
def _files(module: str) -> tuple[Path, ...]:
    """Files of this project that importing a module runs: its own and those of the packages around it."""
    parts = module.split(".")
    if parts[0] not in ("cnnviz", "tests"):
        return ()
    packages = [PROJECT.joinpath(*parts[:length], "__init__.py") for length in range(1, len(parts) + 1)]
    return tuple(file for file in (*packages, PROJECT.joinpath(*parts).with_suffix(".py")) if file.exists())
