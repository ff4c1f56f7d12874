"""The report of a run as a file: what it says, that nothing in it is markup or an address, how large it is."""

import base64
import hashlib
import json
import re
import tomllib
import zlib
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import precision_recall_fscore_support

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.components.bundle import script
from cnnviz.errors import InvalidDataset
from cnnviz.models.net_file import read_manifest, read_weights, with_familiarity
from cnnviz.reports.card import Answer
from cnnviz.reports.html import contents
from cnnviz.reports.html.document import ENTRY, REPORTS
from cnnviz.reports.html_report import run_html
from cnnviz.runs.files import CHECKPOINT_FILE, TEST_FILE, net_name
from cnnviz.runs.records import Status
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from tests.reports.html.runs import (
    CLASSES,
    NET,
    OnlyImages,
    keep_run,
    random_answers,
    random_net,
    shown_text,
    unpacked,
    with_classes,
)

NAMES = ("</script><script>alert(1)</script>", "<img src=x onerror=alert(2)>", 'a"b&amp;', "\u202eevil")
MEGABYTE = 1_000_000


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path)


@pytest.fixture
def engine(store: RunStore) -> OnlyImages:
    rng = np.random.default_rng(1)
    return OnlyImages(store, rng.integers(0, 256, (40, *NET.input_shape), np.uint8), np.arange(40) % 4)


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def cells(text: str, key: str) -> list[list[str]]:
    table = re.search(rf'<table class="{key}">.*?<tbody>(.*?)</tbody>', text, re.DOTALL)
    assert table
    return [
        [unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in table[1].split("<tr>")[1:]
    ]


CARD = (
    Answer("On whom does it fail?", "On moths.\nAnd cats."),
    Answer("Unsaid", "", ("Of ant it finds <b>half</b>.",)),
)


def test_it_says_what_the_run_has_and_scores_as_scikit_learn(engine: OnlyImages) -> None:
    test = random_answers(engine.labels, CLASSES)
    run = keep_run(engine.store, random_net(NET, CLASSES), test)
    text = shown_text(run_html(engine, run, card=CARD))
    said = test.probabilities.argmax(1)
    expected = precision_recall_fscore_support(test.labels, said)
    rows = cells(text, "scores")
    for place, name in enumerate(CLASSES):
        assert rows[place] == [name, *(f"{column[place]:.3f}" for column in expected[:3]), "10"]
    means = precision_recall_fscore_support(test.labels, said, average="macro")
    assert rows[4] == ["Macro mean", *(f"{value:.3f}" for value in means[:3]), "40"]
    assert "<h1>small on Coloured shapes</h1>" in text
    assert f"{100 * run.metrics['accuracy']:.1f}\u202f% (" in text
    assert '<th scope="row">Seed</th><td class="number">5</td>' in text
    assert "<p>On moths.</p><p>And cats.</p>" in text
    assert '<h3>Unsaid</h3><p class="hint">(no answer)</p>' in text
    assert "<ul><li>Of ant it finds &lt;b&gt;half&lt;/b&gt;.</li></ul>" in text
    assert text.count('class="shot"') == min(12, int((said != test.labels).sum())) + 4
    assert cells(text, "layers")[0][:2] == ["Convolution", "conv_1"]


def test_the_net_the_images_and_the_matrix_come_along_exactly(engine: OnlyImages) -> None:
    net, test = random_net(NET, CLASSES), random_answers(engine.labels, CLASSES)
    given = unpacked(run_html(engine, keep_run(engine.store, net, test)))
    assert given["net"] == net
    assert given["images"].endswith(engine.images.tobytes())
    page = json.loads(given["page"])
    matrix = np.zeros((4, 4), int)
    for row, column, count in page["matrix"]["matrix"]["stops"][-1]["cells"]:
        matrix[row, column] = count
    expected = np.zeros((4, 4), int)
    np.add.at(expected, (test.labels, test.probabilities.argmax(1)), 1)
    assert np.array_equal(matrix, expected)
    assert [stop["title"] for stop in page["matrix"]["matrix"]["stops"][:-1]] == [
        f"Epoch {n}, test images" for n in (1, 2)
    ]
    assert page["curves"]["points"] == [[0.5, 1.5, 0.4, 0.001], [1.5, 1.5, 0.4, 0.001]]
    assert [image["index"] for image in page["matrix"]["rows"]] == list(range(40))


def test_names_from_outside_are_text_and_nothing_else(engine: OnlyImages) -> None:
    test = with_classes(random_answers(engine.labels, CLASSES), NAMES)
    run = keep_run(engine.store, random_net(NET, NAMES), test, name="</title><b>bold</b>")
    report = run_html(engine, run, images_name="<i>mine</i>", card=[Answer("<u>who</u>", "<b>all</b>")])
    text = shown_text(report)
    tags = Tags(text).found
    assert {tag for tag, _ in tags} <= {
        *("html", "head", "meta", "title", "style", "body", "main", "header", "section", "div", "script"),
        *("h1", "h2", "h3", "p", "button", "dl", "dt", "dd", "img", "span", "small", "strong"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
    assert all(options["src"].startswith("data:image/png;base64,") for tag, options in tags if tag == "img")
    assert not [name for _, options in tags for name in options if name.startswith("on")]
    assert sum(tag == "script" for tag, _ in tags) == 1 + len(unpacked(report))
    assert cells(text, "scores")[0][0] == NAMES[0]
    assert "\u202e" not in text
    assert json.loads(unpacked(report)["page"])["matrix"]["matrix"]["classes"] == list(NAMES)


def test_nothing_in_it_asks_a_host(engine: OnlyImages) -> None:
    report = run_html(engine, keep_run(engine.store, random_net(NET, CLASSES), random_answers(engine.labels, CLASSES)))
    given = unpacked(report)
    packed = b"".join(given[name] for name in ("code", "page")).decode()
    assert not re.findall(r"(?:https?:|wss?:)//", shown_text(report))
    assert set(re.findall(r"(?:https?:|wss?:)//([\w.-]+)", packed)) <= {"www.w3.org", "doi.org", "arxiv.org"}  # names
    policy = unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', shown_text(report))[1])
    assert "default-src 'none'" in policy
    assert not re.search(r"http|\*|'self'|unsafe-eval'(?<!wasm-unsafe-eval')", policy)
    start = re.search(r"<script>(.*?)</script>", report.decode(), re.DOTALL)[1]
    assert f"'sha256-{base64.b64encode(hashlib.sha256(start.encode()).digest()).decode()}'" in policy


def test_what_cannot_be_had_is_said_in_its_place(engine: OnlyImages, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> None:
        raise InvalidDataset("The folder <x> is gone.")

    run = keep_run(engine.store, random_net(NET, CLASSES), random_answers(engine.labels, CLASSES))
    monkeypatch.setattr(engine, "call", gone)
    monkeypatch.setattr(contents, "MAX_NET_BYTES", 100)
    report = run_html(engine, run)
    text = shown_text(report)
    assert "No test images came along. The folder &lt;x&gt; is gone." in text
    assert "The living net did not come along. This net is too large for a file that one takes along" in text
    assert not {"net", "images"} & unpacked(report).keys()
    assert 'id="confusion_matrix-place"' in text


def test_answers_that_cannot_be_read_leave_the_rest(engine: OnlyImages) -> None:
    run = keep_run(engine.store, random_net(NET, CLASSES), random_answers(engine.labels, CLASSES))
    engine.store.save_file(run.id, TEST_FILE, b"half a file")
    text = shown_text(run_html(engine, run))
    assert "Train the net again to evaluate it." in text
    assert 'id="inside_net-place"' in text
    assert "Scores of each class" not in text


def test_a_run_without_epochs_or_answers_shows_what_it_has(engine: OnlyImages) -> None:
    run = engine.store.create(NET, TrainingConfig(dataset="shapes"))
    engine.store.update(run.id, status=Status.FAILED)
    text = shown_text(run_html(engine, run))
    assert "The living net did not come along. This run has left no net." in text
    assert 'id="live_run-place"' not in text
    assert "Settings" in text


def test_what_is_familiar_comes_along_unless_it_makes_a_small_file_large(
    engine: OnlyImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    net = random_net(NET, CLASSES)
    run = keep_run(engine.store, net, random_answers(engine.labels, CLASSES))
    familiar = with_familiarity(net, {"layer": "conv_1", "steps": "A" * 9000})
    engine.store.publish(run.id, net_name(), familiar)
    report = run_html(engine, run)
    assert unpacked(report)["net"] == familiar
    assert contents.UNFAMILIAR not in shown_text(report)
    monkeypatch.setattr(contents, "SMALL_BYTES", 100)
    report = run_html(engine, run)
    taken = unpacked(report)["net"]
    assert contents.UNFAMILIAR in shown_text(report)
    assert "familiarity" not in read_manifest(taken)
    for layer, weights in read_weights(net).items():
        for name, values in weights.items():
            assert np.array_equal(read_weights(taken)[layer][name], values)


def test_kept_epochs_come_along_where_they_fit(engine: OnlyImages, monkeypatch: pytest.MonkeyPatch) -> None:
    net, first = random_net(NET, CLASSES), random_net(NET, CLASSES, seed=1)
    run = keep_run(engine.store, net, random_answers(engine.labels, CLASSES))
    assert "only the net as it ended came along" in shown_text(run_html(engine, run))
    for epoch, one in ((1, first), (2, net)):
        engine.store.save_file(run.id, CHECKPOINT_FILE.format(epoch), b"")
        engine.store.publish(run.id, net_name(epoch), one)
    report = run_html(engine, run)
    given = unpacked(report)
    assert [given["epoch-1"], given["net"]] == [first, net]
    assert "epoch-2" not in given, "it is the net as it ended"
    stops = json.loads(given["page"])["net"]["stops"]
    assert [(stop["title"], stop["url"]) for stop in stops] == [("Epoch 1", "epoch-1"), ("Epoch 2", "net")]
    assert "the epochs that came along: 1, 2 of" in shown_text(report)
    monkeypatch.setattr(contents, "SMALL_BYTES", 2 * len(zlib.compress(net, 1)))  # the net, and one of its epochs
    assert "epoch-1" not in unpacked(run_html(engine, run)), "a line needs two places"


def test_the_mnist_net_of_the_tutorial_takes_at_most_a_megabyte(store: RunStore) -> None:
    net, rng, classes = get_preset("conv32-64-128-mnist").architecture, np.random.default_rng(0), tuple("0123456789")
    inked = rng.uniform(size=(1000, 28, 28, 1)) < 0.12  # as many of a digit's pixels tell something
    images = np.where(inked, rng.integers(0, 256, inked.shape), 0).astype(np.uint8)
    engine = OnlyImages(store, images, np.arange(1000) % 10)
    run = keep_run(store, random_net(net, classes), random_answers(engine.labels, classes), architecture=net)
    report = run_html(engine, run)
    assert len(report) <= MEGABYTE
    page = unpacked(report)["page"].decode()
    extra = json.loads(page)["more_images"]
    assert len(extra) > 10, "of mistakes"
    assert {page.count(one["pixels"]) for one in extra} == {1}, "the net and its matrix show the same ones"


@pytest.mark.parametrize("name", ["light", "dark"])
def test_its_colours_are_those_of_the_pages(project: Path, name: str) -> None:
    theme = tomllib.loads((project / ".streamlit" / "config.toml").read_text("utf-8"))["theme"][name]
    rules = re.split(r"(?=color-scheme: (?:light|dark);)", (project / "assets" / "reports" / "report.css").read_text())
    for rule in (rule for rule in rules if rule.startswith(f"color-scheme: {name};")):
        for part in ("text", "background", "secondary-background", "border", "primary"):
            first, *more = f"{part}-color".split("-")
            assert f"--st-{part}-color: {theme[first + ''.join(map(str.title, more))]};" in rule


def test_it_says_which_images_were_corrected_and_what_was_held_out(engine: OnlyImages) -> None:
    net, test = random_net(NET, CLASSES), random_answers(engine.labels, CLASSES)
    changes = [("train", 0, None), ("train", 4, "square"), ("train", 9, "circle")]
    run = keep_run(engine.store, net, test, config=TrainingConfig(dataset="shapes", corrections=changes))
    said = shown_text(run_html(engine, run))
    assert (
        said.count("1 training image left out, 2 training images with another label") == 2
    )  # among the facts and the settings
    assert "Held out" not in said
    run = keep_run(engine.store, net, test, config=TrainingConfig(dataset="shapes", fold=(1, 3)))
    said = shown_text(run_html(engine, run))
    assert said.count("Part 2 of 3 of the training images") == 2
    assert "On the held-out training images" in said
    assert "held-out training images right" in said
    assert "test images right" not in said


def test_the_script_of_a_report_and_of_its_workers_is_that_of_the_components_without_lines_of_comments(
    engine: OnlyImages,
) -> None:
    run = keep_run(engine.store, random_net(NET, NAMES), random_answers(engine.labels, NAMES))
    packed = unpacked(run_html(engine, run))["code"].decode()
    whole = script(REPORTS / "run.js", ENTRY)
    workers = [
        [json.loads(text) for text in re.findall(r'= ("const \$modules(?:[^"\\\n]|\\.)*");', code)]
        for code in (whole, packed)
    ]
    assert len(workers[0]) == 2
    assert workers[1] == [re.sub(r"\n[ \t]*//.*", "", worker) for worker in workers[0]] != workers[0]
