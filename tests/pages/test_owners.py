"""Two visitors and an operator on the pages: what each of them sees, and what can be pressed."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.access.permission import READ_ONLY, READ_ONLY_TRAINING, Sharing
from cnnviz.access.visitor import OPERATOR, Visitor, new_secret, visitor_with_secret
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.engine.engine import Engine
from cnnviz.errors import UnknownName
from cnnviz.evaluation.accuracy import right_text
from cnnviz.reports.exports import EXPORTS
from cnnviz.runs.permitted import BUSY, set_label
from cnnviz.runs.records import Run, Status
from cnnviz.runs.store import RunStore
from cnnviz.runs.uploads import keep_upload
from cnnviz.training.config import TrainingConfig
from cnnviz.ui.app import services
from cnnviz.ui.inputs.dataset_picker import KEY
from tests.helpers import ENDLESS
from tests.pages.conftest import files_to_save
from tests.runs.test_uploads import packed_images

pytestmark = pytest.mark.usefixtures("finished_run")  # by the command line: everybody sees that one

NET = get_preset("digits-small").architecture
ADAS_NET = "adas-net"  # other tests train the same one in the same minute, to the same accuracy, for everybody
COMMANDS = ("Pause", "Resume", "1 batch", "1 epoch", "Stop")
ALL_NUMBERS = EXPORTS["json"].title
OWNERS = ("Rewind", "Share", "Edit", "Star", "Archive", "Delete")


@pytest.fixture(scope="module")
def ada() -> str:
    """The secret of whoever owns the run of this file."""
    return new_secret()


@pytest.fixture(scope="module")
def adas_run(engine: Engine, ada: str) -> Run:
    """A finished run that nobody else may see."""
    net = NET.model_copy(update={"name": ADAS_NET})
    return engine.wait(engine.train(net, TrainingConfig(epochs=2, limit=300), by=visitor_with_secret(ada)).id)


@pytest.fixture
def shared(engine: Engine, adas_run: Run) -> Run:
    """The same, for whoever has the link."""
    set_label(engine.store, adas_run.id, sharing=Sharing.LINK)
    yield adas_run
    set_label(engine.store, adas_run.id, sharing=Sharing.PRIVATE)


def _ended(page: AppTest) -> str:
    """What is said of the end: in green only where nothing speaks against it."""
    return [*page.success, *page.info][0].value


def _labels(page) -> set[str]:
    """Labels of all buttons and popovers."""
    return {button.label for button in page.button} | {popover.proto.popover.label for popover in page.get("popover")}


def _links(page) -> dict[str, str]:
    """To which run each link of a page leads."""
    return {link.proto.label: link.proto.query_string.removeprefix("run=") for link in page.get("page_link")}


def _links_to_trainings(page) -> list[tuple[str, str]]:
    """Label and run of each link to a training that goes on."""
    links = [(link.proto.label, link.proto.query_string.removeprefix("run=")) for link in page.get("page_link")]
    return [(label, run_id) for label, run_id in links if label.startswith("Go to ")]


def _button(page, label: str):
    return next(button for button in page.button if button.label == label)


def _texts(page) -> str:
    kinds = page.caption, page.markdown, page.info, page.warning, page.error, page.header, page.code
    return "\n".join(element.value for elements in kinds for element in elements)


@pytest.mark.parametrize("name", ["training", "inside", "evaluation", "runs"])
def test_a_link_to_somebody_elses_run_says_what_one_to_no_run_says(open_page, adas_run: Run, name: str) -> None:
    hidden, missing = open_page(name, run=adas_run.id), open_page(name, run="f" * 12)
    assert not hidden.exception
    assert [warning.value for warning in hidden.warning] == [
        warning.value.replace("f" * 12, adas_run.id) for warning in missing.warning
    ]
    assert hidden.warning
    assert ADAS_NET not in _texts(hidden)
    assert {chart.key for chart in hidden.get("plotly_chart")} == {chart.key for chart in missing.get("plotly_chart")}


@pytest.mark.parametrize("name", ["inside", "evaluation"])
@pytest.mark.usefixtures("finished_run")
def test_of_a_run_that_is_not_shown_the_address_keeps_nothing(
    open_page, adas_run: Run, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    of_run = {"index": "4", "layer": "conv_1", "unit": "2", "epoch": "1", "cell": "1-2"}
    page = open_page(name, run=adas_run.id, part="why" if name == "inside" else "mistakes", **of_run)
    assert "".join(page.query_params["run"]) != adas_run.id
    (part,) = {*page.query_params} - {"run"}
    assert part == ("view" if name == "inside" else "part"), "the newest net is shown there"
    monkeypatch.setattr(RunStore, "recent", lambda *_, **__: [])
    page = open_page(name, run=adas_run.id, part="mistakes", **of_run)
    assert not {*page.query_params}


def test_the_owner_finds_it_after_a_reload_and_in_a_second_tab(open_page, ada: str, adas_run: Run) -> None:
    for _ in range(2):
        page = open_page("training", by=ada, run=adas_run.id)
        assert right_text(adas_run.metrics) in _ended(page)
        assert {"Rewind", "Share"} <= _labels(page)
        assert not _button(page, "Train on from here").disabled


def test_no_list_shows_it_to_others_and_all_lists_show_it_to_its_owner(open_page, ada: str, adas_run: Run) -> None:
    marks = {"runs": None, "inside": "Trained net", "evaluation": "Trained net", "kernels": "Trained net"}
    for by, is_there in ((ada, True), (new_secret(), False)):
        for name, label in marks.items():
            page = open_page(name, by=by)
            if name == "kernels":
                page.button(key="compare_filters").click().run()
            options = page.dataframe[0].value["Belongs to"] if label is None else _options(page, label)
            found = "you" in list(options) if label is None else any(ADAS_NET in one for one in options)
            assert found is is_there, name


def _options(page, label: str) -> list[str]:
    return [option for box in page.selectbox if box.label == label for option in box.options]


def test_runs_of_others_are_no_nets_to_compare_with(open_page, ada: str, adas_run: Run) -> None:
    for by, is_there in ((ada, True), (new_secret(), False)):
        page = open_page("architecture", by=by)
        page.session_state["net_tab"] = "Compare"
        page.run()
        assert any(adas_run.id[:6] in option for box in page.selectbox for option in box.options) is is_there


def test_who_has_the_link_of_a_shared_run_sees_it_and_can_press_nothing_that_changes_it(open_page, shared: Run) -> None:
    page = open_page("training", run=shared.id)
    assert right_text(shared.metrics) in _ended(page)
    assert all(_button(page, label).disabled for label in COMMANDS)
    assert not _button(page, "Start").disabled
    assert not set(OWNERS) & _labels(page)
    assert READ_ONLY_TRAINING in _texts(page)
    assert "on the Training page" not in _texts(page)
    for name in ("inside", "evaluation"):
        page = open_page(name, run=shared.id)
        assert not page.warning
        assert page.selectbox[0].value == shared.id
    page = open_page("runs", run=shared.id)
    assert shared.id in {element.proto.query_string[-12:] for element in page.get("page_link")}
    assert not set(OWNERS) & _labels(page)
    assert READ_ONLY in _texts(page)


def test_train_on_from_here_makes_a_copy_of_ones_own_and_follows_it(
    open_page, engine: Engine, visitor: Visitor, shared: Run
) -> None:
    page = open_page("training", run=shared.id)
    page.selectbox(key=f"rewind-{shared.id}").set_value(1).run()
    _button(page, "Copy it and train on").click().run()
    assert not page.error
    copy_id = page.query_params["run"]
    copy_id = copy_id[0] if isinstance(copy_id, list) else copy_id
    copy = engine.wait(copy_id)
    assert copy_id != shared.id
    assert (copy.owner, copy.status) == (visitor.id, Status.FINISHED)
    original = engine.store.curves(shared.id).epochs
    assert engine.store.curves(copy_id).epochs[0] == original[0]
    assert len(engine.store.curves(copy_id).epochs) == 2
    assert engine.store.get(shared.id).status is Status.FINISHED
    assert not _button(open_page("training", run=copy_id), "Train on from here").disabled


def test_sharing_gives_a_link_and_taking_it_back_ends_it(open_page, ada: str, adas_run: Run) -> None:
    own = open_page("training", by=ada, run=adas_run.id)
    for sharing, is_seen in ((Sharing.LINK, True), (Sharing.EVERYBODY, True), (Sharing.PRIVATE, False)):
        before = _sharing(adas_run)
        own.radio(key=f"sharing-{adas_run.id}-{before}").set_value(sharing).run()
        assert _sharing(adas_run) is sharing
        assert any(f"training?run={adas_run.id}" in code.value for code in own.code) is is_seen
        assert (not open_page("training", run=adas_run.id).warning) is is_seen
        assert _listed(open_page("runs", search=adas_run.id)) is (sharing is Sharing.EVERYBODY)


def _listed(page: AppTest) -> bool:
    """Whether runs of others are in the list, which is to hold but this file's: other files leave some for all."""
    return any("somebody else" in list(table.value.get("Belongs to", [])) for table in page.dataframe)


def _sharing(run: Run) -> Sharing:
    return services.store().get(run.id).sharing


def test_an_open_page_of_a_run_that_is_shared_no_more_shows_it_no_more(open_page, engine: Engine, shared: Run) -> None:
    page = open_page("training", run=shared.id)
    set_label(engine.store, shared.id, sharing=Sharing.PRIVATE)
    page.run()
    assert not page.success
    assert "not kept here" in page.warning[0].value


def test_files_of_a_run_that_is_shared_no_more_are_not_given_to_a_page_that_is_still_open(
    open_page, engine: Engine, ada: str, shared: Run
) -> None:
    def offered(page: AppTest) -> dict[str, Callable[[], bytes]]:
        return {title: write for title, write in files_to_save(page).items() if write is not None}

    for name in ("training", "runs"):
        pages = open_page(name, by=ada, run=shared.id), open_page(name, run=shared.id)  # held, as a browser does
        own, files = map(offered, pages)
        assert set(files) == {EXPORTS[kind].title for kind in EXPORTS if kind not in ("start", "card")}
        assert all(write() for write in files.values())
        set_label(engine.store, shared.id, sharing=Sharing.PRIVATE)
        for write in files.values():
            with pytest.raises(UnknownName, match="There is no run"):
                write()
        assert all(write() for write in own.values())
        set_label(engine.store, shared.id, sharing=Sharing.LINK)


def test_where_the_images_of_a_run_lie_is_not_shown(open_page, engine: Engine, ada: str) -> None:
    owner = visitor_with_secret(ada)
    path = keep_upload(engine.store, owner, packed_images(12))
    config = TrainingConfig(dataset=str(path))
    run = engine.store.create(NET, config, owner=owner.id, sharing=Sharing.LINK)
    engine.store.update(run.id, status=Status.STOPPED, message="Stopped.")
    for name in ("training", "runs"):
        page = open_page(name, run=run.id)
        shown = [
            *(element.value for element in page.json),
            _texts(page),
            files_to_save(page)[ALL_NUMBERS]().decode(),
        ]
        assert owner.id not in "".join(shown)
        assert "own images" in "".join(shown)
    engine.store.delete(run.id)


def test_the_owner_renames_on_the_runs_page_and_markdown_in_a_name_stays_text(
    open_page, engine: Engine, visitor: Visitor
) -> None:
    run = engine.store.create(NET, TrainingConfig(), owner=visitor.id)
    engine.store.update(run.id, status=Status.STOPPED, message="Stopped.")
    page = open_page("runs", run=run.id)
    page.text_input(key=f"name-{run.id}-{run.name}").set_value("![x](http://evil.example/y.png)").run()
    _button(page, "Keep changes").click().run()
    assert not page.exception
    assert engine.store.get(run.id).name == "![x](http://evil.example/y.png)"
    assert "![x](" not in page.header[0].value
    engine.store.delete(run.id)


def test_one_training_a_visitor_also_in_a_second_tab(open_page, engine: Engine, visitor: Visitor) -> None:
    first = engine.train(NET, ENDLESS, by=visitor)
    page = open_page("training")
    _button(page, "Start").click().run()
    assert [error.value for error in page.error] == [BUSY.format(name=NET.name)]
    assert "run" not in page.query_params
    to_first = f"Go to your training **{NET.name}**", first.id
    assert _links_to_trainings(page) == [to_first]
    held = engine.store.create(NET, TrainingConfig(), owner=visitor.id)
    engine.store.update(held.id, status=Status.INTERRUPTED)
    page = open_page("training", run=held.id)
    _button(page, "Resume").click().run()
    assert page.error[0].value == BUSY.format(name=NET.name)
    assert _links_to_trainings(page) == [to_first]
    engine.command(first.id, "stop", by=visitor)
    engine.wait(first.id)
    engine.store.delete(held.id)


def test_the_operator_sees_all_runs_and_ends_them(
    open_page, engine: Engine, adas_run: Run, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "For the operator of this server" not in [one.label for one in open_page("runs").expander]
    monkeypatch.setenv("CNNVIZ_OPERATOR", "open sesame")
    page = open_page("runs", search=adas_run.id)
    page.text_input(key="operator_typed").set_value("open says me").run()
    _button(page, "Be the operator").click().run()
    assert "not the secret" in page.error[0].value
    assert not _listed(page)
    page.text_input(key="operator_typed").set_value("open sesame").run()
    _button(page, "Be the operator").click().run()
    assert not page.error
    assert _listed(page)
    active = engine.train(NET, ENDLESS, by=visitor_with_secret(ada))
    page.query_params["run"] = active.id
    page.run()
    _button(page, "Stop").click().run()
    assert engine.wait(active.id).status is Status.STOPPED
    page.run()  # until it has stopped it cannot be deleted
    _button(page, "Delete").click().run()
    assert active.id not in {run.id for run in engine.store.recent(OPERATOR)}
    _button(page, "Be an ordinary visitor again").click().run()
    assert not _listed(page)


def test_images_of_somebody_else_in_a_session_are_as_if_they_were_gone(open_page, engine: Engine, ada: str) -> None:
    path = keep_upload(engine.store, visitor_with_secret(ada), packed_images(9))
    for name in ("images", "training"):
        for by, is_usable in ((ada, True), (new_secret(), False)):
            page = open_page(name, by=by)
            page.session_state[KEY] = str(path)
            page.selectbox(key="training_dataset").set_value("own").run()
            assert not page.exception
            assert not page.error
            assert any("Upload a zip" in info.value for info in page.info) is not is_usable
            assert ("2 classes. They are: day, night." in _texts(page)) is is_usable


def test_pages_ask_for_runs_by_the_one_door(project: Path) -> None:
    """`cnnviz/ui/session/visitor.py` looks at who asks; the store does not."""
    around = re.compile(r"store\(?\)?\.(get|recent|find|update|delete|create)\(")
    files = [*(project / "pages").glob("*.py"), *(project / "cnnviz" / "ui").rglob("*.py")]
    found = {file.name for file in files if around.search(file.read_text())}
    assert found == {"visitor.py"}
