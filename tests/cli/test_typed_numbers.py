"""Numbers on the command line are read as on the pages."""

import io

import pytest

from cnnviz.cli.parser import main, make_parser
from cnnviz.cli.training_options import no_limit_text, parse_augmentation, typed_settings
from cnnviz.errors import InvalidConfig
from cnnviz.training.config import Augmentation


@pytest.mark.parametrize(("text", "number"), [("0,004", 0.004), ("1/250", 0.004), ("4e-3", 0.004), ("0.25", 0.25)])
def test_decimal_commas_and_fractions_are_numbers(text: str, number: float) -> None:
    options = make_parser().parse_args(
        ["train", "--preset", "dense", "--learning-rate", text, "--validation-share", text]
    )
    assert (options.learning_rate, options.validation_share) == (pytest.approx(number), pytest.approx(number))


@pytest.mark.parametrize("text", ["inf", "nan", "7" * 400, "2/0", "half"])
def test_what_is_no_number_is_refused_in_a_sentence(text: str, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit):
        main(["train", "--preset", "dense", "--learning-rate", text])
    assert "expected a number such as 0.01, 0,01, 1e-2 or 1/100. Received: " + text[:40] in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ("train", "--preset", "digits-fast", "--learning-rate", "1e9"),
        ("sweep", "--preset", "digits-fast", "--set", "learning_rate=0,01; 1e9"),
    ],
    ids=["train", "sweep"],
)
def test_a_learning_rate_beyond_reason_is_refused(arguments, capsys: pytest.CaptureFixture) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err == "cnnviz: Learning rate: expected 10 or less. Received: 1e+09\n"


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("７", 7), ("7,0", 7), ("14/2", 7), ("+7", 7)])
def test_whole_numbers_are_whole_however_they_are_written(text: str, number: int) -> None:
    options = make_parser().parse_args(["train", "--preset", "dense", "--epochs", text, "--batch-size", text])
    assert (options.epochs, options.batch_size) == (number, number)


@pytest.mark.parametrize("text", ["2,5", "1.000", "12,000", "½", "many", ""])
def test_what_may_be_a_thousand_or_one_is_refused_as_a_whole_number(text: str, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit):
        main(["train", "--preset", "dense", "--limit", text])
    assert f"expected a whole number such as 12, without a point or comma. Received: {text}" in capsys.readouterr().err


def test_a_limit_that_leaves_no_image_out_is_said_with_the_number_that_there_are() -> None:
    assert no_limit_text(99_999, 1437) == "There are 1,437 training images, so --limit 99999 leaves none out."
    assert [no_limit_text(limit, 1437) for limit in (None, 500, 1437)] == ["", "", ""]


@pytest.mark.parametrize("dash", ["-", "\N{EN DASH}", "\N{MINUS SIGN}"])
def test_a_negative_number_is_a_value_and_no_option(dash: str) -> None:
    options = make_parser().parse_args(["train", "--preset", "dense", "--momentum", f"{dash},5", "--seed", f"{dash}3"])
    assert (options.momentum, options.seed) == (-0.5, -3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("zoom=0,2", Augmentation(zoom=0.2)),
        ("zoom=0,25,flip", Augmentation(zoom=0.25, flip=True)),
        ("flip, rotation = 7,5, shift=1/8", Augmentation(flip=True, rotation=7.5, shift=0.125)),
        ("noise=½;shear=,1", Augmentation(noise=0.5, shear=0.1)),
    ],
)
def test_an_augmentation_has_the_same_numbers(text: str, expected: Augmentation) -> None:
    assert parse_augmentation(text) == expected


@pytest.mark.parametrize("text", ["zoom=0,2,3", "0,2", "zoom=a,2", "zoom=,flip", "rotation=-", "zoom=nan"])
def test_an_augmentation_that_could_mean_several_things_is_refused(text: str) -> None:
    with pytest.raises(InvalidConfig, match=r"each but flip with a number.*Received: "):
        parse_augmentation(text)


@pytest.mark.parametrize("text", ["48x64", "48×64", " 48 X 64", "48*64"])
def test_a_size_has_any_sign_between_its_sides(text: str) -> None:
    options = vars(make_parser().parse_args(["train", "--preset", "dense", "--image-size", text]))
    assert typed_settings(options)["images"] == {"size": (48, 64)}


@pytest.mark.parametrize("text", ["-1..1", "\N{EN DASH}1..1", "\N{MINUS SIGN}1…1", "-1...1"])
def test_a_range_of_pixels_has_any_dash_and_any_dots(text: str) -> None:
    assert make_parser().parse_args(["predict", "a.keras", "--scaling", text, "a.png"]).scaling == "-1..1"


@pytest.mark.parametrize(("encoding", "shape"), [("ascii", "28 x 28 x 6"), ("utf-8", "28 × 28 × 6")])
def test_a_terminal_that_knows_no_times_sign_gets_an_x(
    encoding: str, shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding=encoding))
    assert main(["analyze", "--preset", "lenet5"]) == 0
    assert shape in written.getvalue().decode(encoding)
