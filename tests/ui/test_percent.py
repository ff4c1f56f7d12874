"""Per cent is written in one way: in the columns of tables, and by what writes texts."""

import re
from pathlib import Path

from cnnviz.text.units import percent_text
from cnnviz.ui.shared.elements import percent, percent_column


def test_a_column_writes_a_share_as_sentences_do() -> None:
    for digits in (1, 2):
        column = percent_column(digits=digits)
        assert column["type_config"]["format"] % percent(0.93891) == percent_text(0.93891, digits=digits)
    assert percent(None) is None
    assert percent_column(help="Of all")["help"] == "Of all"


def test_no_table_writes_per_cent_in_another_way(project: Path) -> None:
    for path in (project / "cnnviz" / "ui").rglob("*.py"):
        text = path.read_text()
        assert 'format="percent"' not in text, path
        assert "%%" not in text or path.name == "elements.py", path


def test_no_text_has_another_space_before_the_sign(project: Path) -> None:
    for path in (project / "assets").rglob("*.js"):
        lines = [line for line in path.read_text().splitlines() if not line.strip().startswith("//")]
        assert not [line for line in lines if re.search("[0-9}] %", line.partition(" // ")[0])], path
    for path in (project / "cnnviz").rglob("*.py"):
        if "bench" not in path.parts:
            assert not re.search(r":\.\d%\}", path.read_text()), path
