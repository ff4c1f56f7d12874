"""The suite itself: each test is of one kind, and the quick ones stay quick."""

from pathlib import Path

import pytest

from tests.helpers import run_python, until
from tests.kinds import KINDS, functions_with_keras, imports_keras

HERE = Path(__file__).parent
IN_FUNCTIONS = """
def helper():
    import keras


def test_directly():
    from cnnviz.models.build import build_model


def test_by_a_helper():
    helper()


def test_by_a_fixture(helper):
    pass


def test_of_a_marked_library():
    pytest.importorskip("torch")


def test_without():
    from cnnviz.architecture.analysis.analyze import analyze
"""


def test_every_test_is_of_exactly_one_kind(request: pytest.FixtureRequest) -> None:
    marks = {item.nodeid: [mark.name for mark in item.iter_markers()] for item in request.session.items}
    assert [test for test, names in marks.items() if len(set(names) & set(KINDS)) != 1] == []


def test_a_file_that_imports_keras_through_others_is_found() -> None:
    assert imports_keras(HERE / "models/test_build.py")
    assert imports_keras(HERE.parent / "cnnviz/models/build.py")
    assert not imports_keras(HERE / "test_structure.py")
    assert not imports_keras(HERE.parent / "cnnviz/ui/app/services.py")


def test_a_function_that_imports_keras_is_found_also_through_its_helpers_and_fixtures(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(IN_FUNCTIONS)
    found = {"helper", "test_directly", "test_by_a_helper", "test_by_a_fixture", "test_of_a_marked_library"}
    assert functions_with_keras(tmp_path / "test_some.py") == found


def test_a_pure_test_cannot_import_keras() -> None:
    name = "keras"
    with pytest.raises(ImportError, match="import of keras halted"):
        __import__(name)


def test_collecting_the_pure_tests_imports_no_keras() -> None:
    program = (
        "import pytest, sys; pytest.main(['-m', 'pure', '--collect-only', '-qq', '-n', '0']);"
        "print([name for name in ('keras', 'tensorflow', 'torch') if name in sys.modules])"
    )
    assert run_python(program) == "[]"


def test_a_wait_has_an_end() -> None:
    seen: list[int] = []
    until(lambda: seen.append(1) or len(seen) == 3)
    assert len(seen) == 3
    with pytest.raises(AssertionError, match=r"waited longer than 0\.02 s"):
        until(lambda: False, 0.02)
