"""The colours of both themes can be read (WCAG 2.2), controls are neutral, and one typeface is named everywhere."""

import colorsys
import re
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
THEME = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
ASSETS = PROJECT / "assets"
CAPTION = 0.6  # opacity that Streamlit gives to captions
TEXT, CONTROL = 4.5, 3.0  # least contrast, WCAG 1.4.3 and 1.4.11
ON_PRIMARY = {"light": "#ffffff", "dark": "#12161c"}  # page_frame.css, --on-ink


def _rgb(text: str) -> tuple[float, ...]:
    return tuple(int(text[at : at + 2], 16) / 255 for at in (1, 3, 5))


def _over(color: str, ground: str, share: float) -> str:
    mixed = (share * one + (1 - share) * other for one, other in zip(_rgb(color), _rgb(ground), strict=True))
    return "#" + "".join(f"{round(255 * part):02x}" for part in mixed)


def _contrast(one: str, other: str) -> float:
    def luminance(color: str) -> float:
        linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _rgb(color))
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_has_the_contrast_of_the_standard() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_words_captions_buttons_and_borders_can_be_told_from_their_ground(name: str) -> None:
    theme = THEME[name]
    for ground in (theme["backgroundColor"], theme["secondaryBackgroundColor"]):
        assert _contrast(_over(theme["textColor"], ground, CAPTION), ground) >= TEXT
        assert _contrast(theme["linkColor"], ground) >= TEXT
        assert _contrast(theme["borderColor"], ground) >= CONTROL
        assert _contrast(theme["primaryColor"], ground) >= CONTROL
    assert _contrast(theme["primaryColor"], ON_PRIMARY[name]) >= TEXT
    assert _contrast(theme["blueTextColor"], theme["blueBackgroundColor"]) >= TEXT


@pytest.mark.parametrize("name", ["light", "dark"])
def test_controls_are_neutral(name: str) -> None:
    _, _, saturation = colorsys.rgb_to_hls(*_rgb(THEME[name]["primaryColor"]))
    assert saturation < 0.3  # the blue of convolutions has 1.0


def test_pages_components_and_canvases_name_one_typeface() -> None:
    style = (ASSETS / "style" / "typeface.css").read_text("utf-8")
    canvas = (ASSETS / "components" / "shared" / "canvas.js").read_text("utf-8")
    families = set(re.findall(r"@font-face \{\s*font-family: (\w+);", style))
    assert families == {THEME["font"].split(",")[0]} == set(re.findall(r'TYPEFACE = "(\w+),', canvas))
