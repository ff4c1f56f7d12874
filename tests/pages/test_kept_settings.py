"""What a visitor has set is there again in a new session of theirs: after a reload, and in another tab."""

import pytest

from cnnviz.architecture.export.url import encode
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.runs.uploads import keep_upload
from cnnviz.runs.visitor_settings import load_settings
from cnnviz.ui.app import services
from cnnviz.ui.session import visitor as sessions
from tests.helpers import DIGITS_NET, ENDLESS
from tests.runs.test_uploads import packed_images


@pytest.fixture
def with_cookie(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    """The browser of this test has the visitor's cookie."""
    monkeypatch.setattr(sessions, "cookie_secret", lambda: secret)


@pytest.mark.usefixtures("with_cookie")
def test_settings_net_and_seed_outlast_the_session(open_page) -> None:
    page = open_page("training")
    page.slider(key="training_epochs").set_value(7)
    page.number_input(key="training_seed").set_value(23)
    page.selectbox(key="training_optimizer").set_value("sgd").run()
    page.slider(key="training_momentum").set_value(0.5).run()
    page.text_input(key="training_learning_rate_text").set_value("1/50").run()
    again = open_page("training")
    assert not again.exception
    assert again.slider(key="training_epochs").value == 7
    assert again.number_input(key="training_seed").value == 23
    assert again.selectbox(key="training_optimizer").value == "sgd"
    assert again.slider(key="training_momentum").value == 0.5
    assert again.text_input(key="training_learning_rate_text").value == "0.02"


@pytest.mark.usefixtures("with_cookie")
def test_a_net_that_was_opened_is_the_one_of_the_next_session_unless_a_link_names_another(open_page) -> None:
    fashion, digits = (get_preset(name).architecture for name in ("conv64x2-fashion", "digits-small"))
    open_page("architecture", net=encode(fashion)).run()
    assert f"My net: {fashion.name}" in open_page("training").selectbox(key="training_net").options
    assert f"My net: {digits.name}" in open_page("training", net=encode(digits)).selectbox(key="training_net").options


@pytest.mark.usefixtures("with_cookie")
def test_own_images_outlast_the_session_and_a_preset_does_not_replace_them(open_page, visitor) -> None:
    path = str(keep_upload(services.store(), visitor, packed_images(1)))
    page = open_page("training")
    page.session_state["own_folder"] = path
    page.selectbox(key="training_dataset").set_value("own").run()
    again = open_page("images")
    assert again.selectbox(key="training_dataset").value == "own"
    assert again.session_state["own_folder"] == path

    page = open_page("training")
    page.selectbox(key="training_net").set_value("conv64x2-fashion").run()
    assert page.selectbox(key="training_dataset").value == "own"
    assert any("Your own images stay" in caption.value for caption in page.caption)


def test_of_a_browser_without_a_cookie_nothing_is_kept(open_page, visitor) -> None:
    page = open_page("training")
    page.slider(key="training_epochs").set_value(7).run()
    assert load_settings(services.store(), visitor) == {}


@pytest.mark.usefixtures("with_cookie")
def test_a_picked_run_stays_when_other_pages_are_looked_at(open_page, engine, finished_run) -> None:
    page = open_page("evaluation", run=finished_run.id)
    page = page.switch_page("../../pages/kernels.py").run()
    page.query_params.clear()
    page = page.switch_page("../../pages/inside.py").run()
    assert page.session_state["chosen_run"] == finished_run.id


@pytest.mark.usefixtures("with_cookie")
def test_a_way_to_fill_the_form_is_no_setting_that_is_brought_back(open_page) -> None:
    page = open_page("training").button(key="fill_with_plain").click().run()
    assert page.slider(key="training_epochs").value == 5
    again = open_page("training")
    assert not again.exception
    assert again.slider(key="training_epochs").value == 5
    assert not open_page("training").exception


def test_the_form_is_as_it_was_before_a_training_that_took_its_place(open_page, engine, visitor) -> None:
    """Streamlit forgets what stood in fields that are not drawn, as beside a training at work."""
    page = open_page("training")
    page.selectbox(key="training_dataset").set_value("shapes").run()
    names = ("training_epochs", "training_batch_size", "training_learning_rate", "training_schedule")
    before = [page.session_state[name] for name in names]
    assert before == [15, 32, 5e-3, "one_cycle"]
    run = engine.train(DIGITS_NET, ENDLESS, by=visitor)
    page.query_params["run"] = run.id
    for _ in range(3):
        page.run()
    assert not [slider for slider in page.slider if slider.key == "training_epochs"]
    engine.command(run.id, "stop", by=visitor)
    engine.wait(run.id)
    page.run()
    assert [page.session_state[name] for name in names] == before
    assert page.slider(key="training_epochs").value == 15
