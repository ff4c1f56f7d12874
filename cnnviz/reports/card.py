"""A model card: what a person says about a net, for those who are to use it, with what its own answers show.

References
----------
M. Mitchell et al., "Model Cards for Model Reporting", Conference on Fairness, Accountability, and Transparency, 2019.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from cnnviz.access.visitor import Visitor
from cnnviz.errors import CnnvizError, InvalidInput
from cnnviz.evaluation.confusion import confusion_text, worst_confusions
from cnnviz.evaluation.scores import evaluate
from cnnviz.runs.files import TEST_FILE, load_predictions
from cnnviz.runs.permitted import require_changeable
from cnnviz.runs.records import Run
from cnnviz.runs.store import RunStore
from cnnviz.text.markup import as_plain_markdown, one_line
from cnnviz.text.units import count_text, percent_text

CARD_FILE = "card.json"
MAX_ANSWER = 4000  # letters of one answer
NUM_WORST = 3
NO_ANSWER = "(no answer)"
SHOWN = "Its test images show:"
HARD_BREAK = "\\\n"  # each line of an answer stays one


class Prompt(NamedTuple):
    """A question of the card, and a hint at what a good answer says."""

    question: str
    hint: str


class Answer(NamedTuple):
    """A question of a card, what was written, "" for nothing, and what the test images show of it, in sentences."""

    question: str
    text: str
    shown: tuple[str, ...] = ()


PROMPTS: dict[str, Prompt] = {
    "purpose": Prompt("What is it for?", "Who uses it, on which pictures, to decide what?"),
    "failures": Prompt(
        "On whom does it fail?", "Which classes, people, places or kinds of pictures does it get wrong?"
    ),
    "limits": Prompt("Where must it not be used?", "What could go wrong, for whom, if its answer were believed?"),
    "data": Prompt("What data?", "Where are the pictures from, who is in them, who agreed, what is missing?"),
    "makers": Prompt("Who made it, when?", "Names or a class, a date, and whom to ask."),
}
"""Key of an answer -> what is asked, in the order in which it is asked."""

_SECTION = re.compile(r"^## (.*)\n((?:(?!## ).*(?:\n|\Z))*)", re.MULTILINE)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~\n])")  # as CommonMark has it: a sign, or the end of a line
_SHOWN = re.compile(rf"\n\s*{re.escape(SHOWN)}\s*\n\s*- ")  # a line of an answer that begins with - has it escaped
_HEADINGS = (
    f"A model card has the headings {', '.join(f'## {one.question}' for one in PROMPTS.values())}, each once. "
    "python -m cnnviz card RUN prints one with all of them."
)


def read_card(store: RunStore, run_id: str) -> dict[str, str]:
    """Give the answers that were written, by the keys of `PROMPTS`; empty where there are none, or none readable."""
    try:
        content = json.loads(store.load_file(run_id, CARD_FILE)) if store.has_file(run_id, CARD_FILE) else {}
    except ValueError:
        return {}
    if not isinstance(content, dict):
        return {}
    return {key: text for key in PROMPTS if isinstance(text := content.get(key), str) and text.strip()}


def write_card(store: RunStore, run_id: str, answers: Mapping[str, str], *, by: Visitor) -> None:
    """Keep the answers of a run's owner; empty ones count as none.

    Raises
    ------
    UnknownName, NotAllowed
        As `permitted.require_changeable`.
    InvalidInput
        There is no such prompt, or an answer is too long.
    """
    require_changeable(store, run_id, by)
    for key, text in answers.items():
        if key not in PROMPTS or len(text) > MAX_ANSWER:
            raise InvalidInput(
                f"A model card answers {', '.join(PROMPTS)}, each in at most {MAX_ANSWER:,} letters. Shorten it. "
                f"Received: {key[:40]!r} with {len(text):,} letters."
            )
    kept = {key: text.strip() for key, text in answers.items() if text.strip()}
    if kept:
        store.save_file(run_id, CARD_FILE, json.dumps(kept).encode())
    else:
        store.delete_file(run_id, CARD_FILE)


def merge_cards(before: Mapping[str, str], now: Mapping[str, str], mine: Mapping[str, str]) -> dict[str, str]:
    """Put together what was written in two windows at once, so that nothing of either is lost.

    Parameters
    ----------
    before, now, mine : mapping of str to str
        The answers that this window began with, those that another one has kept since, and those of this one.

    Returns
    -------
    dict of str to str
        Of an answer that only one window has changed, its text; else both texts, one after the other.
    """
    return {key: _merged(*(one.get(key, "").strip() for one in (before, now, mine))) for key in PROMPTS}


def _merged(before: str, now: str, mine: str) -> str:
    if now == before:
        return mine
    return now if mine in (before, now) else "\n\n".join(filter(None, (now, mine)))


def evidence(store: RunStore, run: Run) -> list[str]:
    """Say in sentences what the run's own test images show of its failures; empty where it has answered none."""
    if not store.has_file(run.id, TEST_FILE):
        return []
    try:
        test = load_predictions(store, run.id)
        scores = evaluate(test.probabilities, test.labels, test.classes)
    except CnnvizError:  # its file is damaged: the Evaluation page says so
        return []
    seen = [one for one in scores.per_class if one.support and one.recall is not None and one.recall < 1]
    worst = sorted(seen, key=lambda one: one.recall or 0.0)[:NUM_WORST]
    right = f"Of {count_text(len(test.labels), 'test image')} it gets {percent_text(scores.accuracy, digits=1)} right."
    recalls = [
        f"Of class {one.name} it finds {percent_text(one.recall)} ({count_text(one.support, 'image')})."
        for one in worst
    ]
    confused = [f"{confusion_text(one, test.classes)}." for one in worst_confusions(scores.confusion, NUM_WORST)]
    return [right, *recalls, *confused]


def card_answers(store: RunStore, run: Run, *, is_form: bool = False) -> list[Answer]:
    """Give the questions of a card with what was answered; where the net fails also what its test images show.

    None where nothing was answered. That question stands in every card, also unanswered; all stand in a form.
    """
    written = read_card(store, run.id)
    if not written and not is_form:
        return []
    shown = {"failures": tuple(evidence(store, run))}
    return [
        Answer(prompt.question, written.get(key, ""), shown.get(key, ()))
        for key, prompt in PROMPTS.items()
        if is_form or key in written or key in shown
    ]


def card_text(
    store: RunStore, run: Run, *, write: Callable[[str], str] = as_plain_markdown, is_form: bool = False
) -> str:
    """Give the card as Markdown in which all that was written shows as it was written; "" where nothing was.

    `write` is how a line is written for who reads it: a file, or a page (`as_markdown`). A form has all questions in
    any case, to be answered in the file and read by `parse_card`.
    """
    answers = card_answers(store, run, is_form=is_form)
    if not answers:
        return ""
    parts = [f"# Model card: {write(run.name)}"]
    for answer in answers:
        parts.append(f"## {answer.question}\n\n{_lines(answer.text, write) or NO_ANSWER}")
        if answer.shown:
            parts.append(f"{SHOWN}\n\n" + "\n".join(f"- {write(one)}" for one in answer.shown))
    return "\n\n".join(parts) + "\n"


def _lines(text: str, write: Callable[[str], str]) -> str:
    """Write the lines of an answer; an empty one parts two paragraphs, and each more of them stays an empty line."""
    paragraphs: list[str] = []
    num_empty = 0
    for line in text.splitlines():
        if not line.strip():
            num_empty += 1
        elif num_empty or not paragraphs:
            paragraphs.append(HARD_BREAK * (num_empty - 1) + write(line))
            num_empty = 0
        else:
            paragraphs[-1] += HARD_BREAK + write(line)
    return "\n\n".join(paragraphs)


def parse_card(text: str) -> dict[str, str]:
    """Read the answers of a card in Markdown, by the keys of `PROMPTS`: of each question what stands below its heading.

    What the test images show is left out: it is found anew.

    Raises
    ------
    InvalidInput
        A heading is none of the questions, one comes twice, or there is none.
    """
    keys = {prompt.question.casefold(): key for key, prompt in PROMPTS.items()}
    answers: dict[str, str] = {}
    for heading, answer in _SECTION.findall(text):
        key = keys.get(heading.strip().casefold())
        if key is None or key in answers:
            raise InvalidInput(f"{_HEADINGS} Received: {one_line(heading)[:60]!r}{'' if key is None else ' twice'}.")
        written = _ESCAPED.sub(r"\1", _SHOWN.split(answer)[0]).strip()
        answers[key] = "" if written == NO_ANSWER else written
    if not answers:
        raise InvalidInput(f"{_HEADINGS} Received: a text without one.")
    return answers
