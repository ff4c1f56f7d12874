"""Explanations from assets/copy/architecture with the live values of the net in them."""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "assets" / "copy" / "architecture"


def explain(topic: str, **live: object) -> str:
    """Return the text of a topic; `{name}` in it becomes the live value, a sentence without its value is left out."""
    return fill(_topics()[topic], **live)


def fill(text: str, **live: object) -> str:
    """Put live values into a text; a paragraph that lacks one of its values is left out."""
    paragraphs = re.split(r"\n\s*\n", text)
    known = {name: value for name, value in live.items() if value not in (None, "")}
    kept = [paragraph for paragraph in paragraphs if set(re.findall(r"\{(\w+)\}", paragraph)) <= set(known)]
    return "\n\n".join(paragraph.format(**known) for paragraph in kept)


@cache
def _topics() -> dict[str, str]:
    """Topic -> text, from all files: "## topic", then its text."""
    text = "\n".join(path.read_text("utf-8") for path in sorted(FOLDER.glob("*.md")))
    parts = re.split(r"^## (\w+)\n", text, flags=re.MULTILINE)[1:]
    return {topic: words.strip() for topic, words in zip(parts[::2], parts[1::2], strict=True)}
