"""Numbers on the command line are read as on the pages."""

import pytest

from cnnviz.cli.parser import main, make_parser


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
