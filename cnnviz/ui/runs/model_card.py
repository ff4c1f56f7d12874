"""The model card of a run: its owner answers a few questions, others read what was answered."""

from collections.abc import Mapping

import streamlit as st

from cnnviz.access.permission import may_change
from cnnviz.reports.card import MAX_ANSWER, PROMPTS, card_text, evidence, merge_cards, read_card, write_card
from cnnviz.runs.records import Run
from cnnviz.text.markup import as_markdown
from cnnviz.ui.app import services
from cnnviz.ui.app.page_frame import errors_shown
from cnnviz.ui.session.visitor import current_visitor
from cnnviz.ui.shared.elements import KEPT, as_part

PURPOSE = (
    "What whoever uses this net has to know, in your words: it goes along with the notebook, the report and the file "
    "Model card."
)
CHANGED = (
    "This card was changed in another window meanwhile. Keep it, and both texts stand in it: one after the other where "
    "both have changed an answer."
)
SAVED = "card_saved"
LOW, HIGH = 110, 200  # pixels of a field, and of one as high as what stands beside it


def show_model_card(run: Run) -> None:
    """Show the card folded: to be written by who may change the run, else to be read, if there is something to read."""
    is_own = may_change(current_visitor(), run)
    text = "" if is_own else card_text(services.store(), run, write=as_markdown)
    if not is_own and not text:
        return
    with st.expander("Model card", icon=":material/badge:", key=f"card-{run.id}"):
        if is_own:
            as_part(_write)(run)
        else:
            st.markdown(_without_title(text))


def _without_title(text: str) -> str:
    """The card for a page, whose headings are smaller and which says above of what run it is."""
    return text.partition("\n\n")[2].replace("## ", "##### ")


def _write(run: Run) -> None:
    store = services.store()
    kept, shown = read_card(store, run.id), evidence(store, run)
    _fill(run.id, kept)
    st.caption(PURPOSE)
    answers = {}
    for key, prompt in PROMPTS.items():
        written, beside = st.columns([3, 2]) if key == "failures" and shown else (st.container(), None)
        with written:
            answers[key] = st.text_area(
                prompt.question,
                key=_field(run.id, key),
                placeholder=prompt.hint,
                max_chars=MAX_ANSWER,
                height=LOW if beside is None else HIGH,
                **KEPT,
            )
        if beside is not None:
            beside.caption("Its test images show:\n" + "\n".join(f"- {as_markdown(one)}" for one in shown))
    with st.container(horizontal=True, vertical_alignment="center"):
        is_new = _written(answers) != kept
        if st.button("Keep the card", type="primary", disabled=not is_new, key=f"card-{run.id}-keep"):
            with errors_shown():
                _keep(run.id, answers)
        if is_new and st.session_state[_begun(run.id)] != kept:
            st.caption(f":material/call_merge: {CHANGED}")
        elif st.session_state.get(SAVED) == run.id and not is_new:
            st.caption(":material/check: Kept with the run.")


def _fill(run_id: str, kept: dict[str, str]) -> None:
    """Fill the fields before they are drawn: at first, and where another window has kept other answers since.

    What is written here and not kept yet stays.
    """
    fields = {key: _field(run_id, key) for key in PROMPTS}
    here = _written({key: st.session_state.get(field, "") for key, field in fields.items()})
    if here == st.session_state.setdefault(_begun(run_id), {}):
        st.session_state[_begun(run_id)] = kept
        for key, field in fields.items():
            if st.session_state.get(field, "").strip() != kept.get(key, ""):
                st.session_state[field] = kept.get(key, "")


def _keep(run_id: str, answers: dict[str, str]) -> None:
    """Keep the answers, together with those that another window has kept since this one began."""
    store = services.store()
    merged = merge_cards(st.session_state[_begun(run_id)], read_card(store, run_id), answers)
    write_card(store, run_id, merged, by=current_visitor())
    st.session_state[_begun(run_id)] = _written(answers)  # nothing here is left to keep: the fields are filled anew
    st.session_state[SAVED] = run_id
    st.rerun()  # the menu of files has it now


def _written(answers: Mapping[str, str]) -> dict[str, str]:
    return {key: text.strip() for key, text in answers.items() if text.strip()}


def _field(run_id: str, key: str) -> str:
    return f"card-{run_id}-{key}"


def _begun(run_id: str) -> str:
    """Key of the session: the answers that the fields were filled with."""
    return f"card-{run_id}-begun"
