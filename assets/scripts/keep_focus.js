// A button that steers a training cannot be pressed again once it was, and other buttons take its place: the keyboard's
// focus would fall to the top of the page. It goes to the first button of the row that can be pressed; to Stop only if
// there is no other. A press of a key or of the mouse ends that.
const ROW = ".st-key-training_controls";
const LONGEST = 120_000; // ms, for a training that waits for its turn
const EACH = 100;

let timer = 0;
let given = null;

function follow(until) {
  clearTimeout(timer);
  const all = [...document.querySelectorAll(`${ROW} .stButton button:not(:disabled)`)];
  const buttons = all.filter((button) => button.checkVisibility()); // Streamlit has each twice, with and without a hint
  const isStop = (button) => button.closest(".st-key-transport-stop") !== null;
  const next = buttons.find((button) => !isStop(button)) ?? buttons[0];
  const isLost = document.activeElement === document.body || document.activeElement === given;
  if (next && isLost && next !== document.activeElement) {
    given = next;
    next.focus({ preventScroll: true });
  }
  if (performance.now() < until) timer = setTimeout(follow, EACH, until);
}

function end() {
  clearTimeout(timer);
  given = null;
}

addEventListener("pointerdown", end, true);
addEventListener("keydown", end, true);
addEventListener("click", ({ target }) => {
  if (target.closest?.(`${ROW} .stButton`)) timer = setTimeout(follow, EACH, performance.now() + LONGEST);
}, true);
