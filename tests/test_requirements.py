"""What the code imports and what requirements.txt pins are the same libraries."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

PROJECT = Path(__file__).parents[1]
OWN = {"cnnviz"}
OTHER_BACKENDS = {"jax", "torch"}  # of Keras; who sets one has installed it
OPTIONAL = {"umap", "psycopg"}  # taken where it is installed; who asks for it elsewhere is told
OF_OTHERS = {"cryptography"}  # Dask imports it, for the certificate of the embedded cluster
OF_TESTS = {"playwright", "websockets"}  # a bench that needs one says so where tests/requirements.txt is not installed


def _pins(file: str) -> dict[str, str]:
    """Distribution, written as in its metadata, -> version; every line pins one."""
    lines = (PROJECT / file).read_text().split()
    assert all(re.fullmatch(r"[\w.-]+(\[\w+\])?==[\w.]+", line) for line in lines)
    return {_normal(name): version for name, _, version in (line.partition("==") for line in lines)}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _imported() -> set[str]:
    """Top-level names of other people's libraries."""
    names = set()
    for path in (PROJECT / "app.py", *(PROJECT / "pages").glob("*.py"), *(PROJECT / "cnnviz").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names) - OWN - OPTIONAL


def _distributions(names: set[str]) -> dict[str, set[str]]:
    providers = packages_distributions()
    return {name: {_normal(provider) for provider in providers.get(name, [])} for name in names}


def test_every_library_that_is_imported_is_pinned() -> None:
    pinned = _pins("requirements.txt").keys()
    unpinned = {
        name for name, found in _distributions(_imported() - OF_TESTS - OTHER_BACKENDS).items() if not found & pinned
    }
    assert not unpinned


def test_every_pinned_library_is_imported() -> None:
    used = set().union(*_distributions(_imported() - OTHER_BACKENDS).values())
    assert not _pins("requirements.txt").keys() - used - OF_OTHERS


def test_what_only_a_bench_needs_is_pinned_with_the_tests() -> None:
    assert _pins("tests/requirements.txt").keys() >= OF_TESTS


def test_the_readme_installs_the_postgres_driver_that_the_tests_run_with() -> None:
    (named,) = re.findall(r'pip install "(psycopg.+?)"', (PROJECT / "README.md").read_text())
    assert named in (PROJECT / "tests" / "requirements.txt").read_text().split()
