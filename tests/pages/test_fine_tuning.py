"""Fine-tuning on the pages: from Inside and the Training page to a run that says where it began."""

import keras
import pytest
from keras import layers
from streamlit.testing.v1 import AppTest

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import Visitor, new_secret
from cnnviz.engine.own_nets import keep_net, read_own_net
from cnnviz.runs.records import Run, Status
from cnnviz.training.config import TrainingConfig
from cnnviz.ui.app import services


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Made and saved by plain Keras, for six classes of small colour pictures; it ends in plain numbers."""
    net = keras.Sequential(
        [
            keras.Input((16, 16, 3)),
            layers.Conv2D(4, 3, activation="relu", name="edges"),  # 3*3*3*4 + 4 = 112
            layers.MaxPooling2D(),
            layers.GaussianNoise(0.1, name="noise"),
            layers.Flatten(),  # 7*7*4 = 196
            layers.Dense(6, name="answer"),  # with ten classes 196*10 + 10 = 1970
        ]
    )
    path = tmp_path_factory.mktemp("nets") / "mine.keras"
    net.save(path)
    return path.read_bytes()


@pytest.fixture
def mine(engine, visitor: Visitor, file: bytes) -> Run:
    return keep_net(engine.store, read_own_net(file, file_name="mine.keras"), by=visitor)


def captions(page: AppTest) -> str:
    assert not page.exception
    return "\n".join(caption.value for caption in page.caption).replace("\\", "")


def test_a_net_of_ones_own_is_fine_tuned_from_inside(open_page, mine: Run, visitor: Visitor) -> None:
    page = open_page("inside", run=mine.id)
    page.button(key="own_net_tune").click().run()
    assert page.title[0].value == "Training"
    assert page.selectbox(key="training_net").value == f"from-{mine.id}"
    page = open_page("training", **page.query_params)  # Streamlit's client would go on with the page before
    page.selectbox(key="training_dataset").set_value("digits").run()
    said = captions(page)
    assert "It gets a new head: it tells 6 classes apart, these images have 10." in said
    assert "Only the new head learns: 1,970 parameters learn, 112 are frozen." in said
    assert "the images are brought to 16 × 16 × 3" in said
    page.segmented_control(key="training_frozen").set_value("nothing").run()
    assert "All layers and the new head learn: 2,082 parameters learn, 0 are frozen." in captions(page)
    page.slider(key="training_epochs").set_value(1).run()
    next(button for button in page.button if button.label == "Start").click().run()
    assert not page.error, page.error[0].value
    run = services.engine().wait("".join(page.query_params["run"]))
    assert (run.status, run.owner, run.name) == (Status.FINISHED, visitor.id, "mine (fine-tuned)"), run.message
    assert run.config.fine_tuning is not None
    assert (run.config.fine_tuning.run, run.config.fine_tuning.frozen) == (mine.id, "nothing")
    for name in ("training", "runs"):
        said = captions(open_page(name, run=run.id))
        assert "It began with the net mine. All layers and the new head learn: 2,082 parameters learn" in said, name
    table = open_page("runs", run=run.id).dataframe[0].value
    assert "mine" in list(table["Began with"])
    for name in ("inside", "evaluation"):
        page = open_page(name, run=run.id)
        assert not page.exception
        assert not page.error, page.error[0].value


def test_it_is_chosen_on_the_training_page_and_stands_in_its_link(open_page, mine: Run) -> None:
    page = open_page("training")
    assert any(option == "Fine-tune: mine (own net)" for option in page.selectbox(key="training_net").options)
    page.selectbox(key="training_net").set_value(f"from-{mine.id}").run()
    assert "".join(page.query_params["from"]) == mine.id
    assert "Fast recipe" not in [button.label for button in page.button], "it would replace the net"
    assert page.slider(key="training_epochs").value == TrainingConfig().epochs
    page.selectbox(key="training_net").set_value("mine").run()
    assert "from" not in page.query_params
    page = open_page("training", **{"from": mine.id})
    assert page.selectbox(key="training_net").value == f"from-{mine.id}"
    services.engine().delete(mine.id, by=Visitor(mine.owner))
    page.run()
    assert not page.exception
    assert page.selectbox(key="training_net").value == "fast"


def test_a_head_is_kept_where_the_classes_fit(open_page, mine: Run) -> None:
    page = open_page("training", **{"from": mine.id})
    page.selectbox(key="training_dataset").set_value("shapes").run()
    assert "it tells 6 classes apart, these images have" not in captions(page)
    page.segmented_control(key="training_head").set_value("kept").run()
    said = captions(page)
    assert "Only the head that it has learns: 1,182 parameters learn" in said
    assert "matched in order: 0 is" in said


def test_another_one_s_link_gets_the_usual_sentence(open_page, mine: Run, visitor: Visitor) -> None:
    page = open_page("training", by=new_secret(), **{"from": mine.id})
    assert any("not kept here or not shared with you" in warning.value for warning in page.warning)
    assert page.selectbox(key="training_net").value == "fast"
    assert "Fast recipe" in [button.label for button in page.button]
    services.engine().share(mine.id, Sharing.LINK, by=visitor)
    page = open_page("training", by=new_secret(), **{"from": mine.id})
    assert any("belongs to somebody else" in warning.value for warning in page.warning)
    page = open_page("inside", by=new_secret(), run=mine.id)
    assert not [button for button in page.button if button.key == "own_net_tune"]


def test_a_net_that_is_not_whole_says_why_it_cannot(open_page, engine, visitor: Visitor, file: bytes) -> None:
    brought = read_own_net(file, file_name="mine.keras")
    lines = [{"name": "code", "operation": "Lambda", "shown": False, "note": "It carries code."}]
    brought.report.update(followed_to="code", layers=lines)
    cut = keep_net(engine.store, brought, by=visitor)
    page = open_page("inside", run=cut.id)
    assert page.button(key="own_net_tune").disabled
    assert "its layer 'code' is not shown here" in captions(page)
    page = open_page("training", **{"from": cut.id})
    assert any("cannot be fine-tuned" in warning.value for warning in page.warning)


def test_from_scratch_the_differences_are_said(open_page, mine: Run) -> None:
    page = open_page("inside", run=mine.id)
    said = captions(page)
    assert "its weights begin at random; its end gets a softmax, because a training needs probabilities" in said
    assert "left out (noise)" in said
    assert "regularisers and initialisers of its file are left out" in said
    page.button(key="own_net_scratch").click().run()
    assert page.session_state.net_moves.present.layers[-1].activation == "softmax"


def test_a_run_that_was_trained_here_can_be_fine_tuned(open_page, engine, visitor: Visitor) -> None:
    from cnnviz.architecture.presets.catalogue import get_preset

    config = TrainingConfig(epochs=1, limit=100)
    run = engine.wait(engine.train(get_preset("digits-small").architecture, config, by=visitor).id)
    page = open_page("runs", run=run.id)
    next(button for button in page.button if button.label == "Fine-tune it").click().run()
    assert page.title[0].value == "Training"
    assert page.selectbox(key="training_net").value == f"from-{run.id}"
    assert "Only the new head learns" in captions(page)
