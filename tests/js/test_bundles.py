"""A bundle does what the browser's own modules do."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from cnnviz.components.bundle import bundle

COMPONENTS = [
    "compare_nets",
    "compared_runs",
    "confusion_matrix",
    "drawing_pad",
    "home_net",
    "image_cards",
    "inside_net",
    "kernel_lab",
    "live_run",
    "net_diagram",
    "receptive_field",
    "robustness",
    "save_files",
]

# Every form of import and export; `log` notes in which order the modules run, and the names clash where they may.
FORMS = {
    "main.js": """import { add, Counter as Count, twice } from "./maths.js";
import * as maths from "./maths.js";
import {
  PI,
  half as mean,
} from "./deep/numbers.js";
import greet from "./greet.js";
import unnamed from "./unnamed.js";

log.push("main");
const hidden = "main's own";
const $ = { import: 1, export: 2 };

export const also = [hidden, $.import, $.export];

export default function main() {
  const count = new Count();
  count.up();
  const names = Object.keys(maths).sort();
  const { length } = `
   import { nothing } from "./nowhere.js";`;
  return [add(1, 2), count.value, twice(PI), mean(9), greet("you"), unnamed(), names, also, length, this === undefined];
}
""",
    "maths.js": """import { half } from "./deep/numbers.js";

log.push("maths");
const hidden = 2;

export function add(a, b) {
  return a + b;
}

export class Counter {
  value = 0;
  up() {
    this.value += 1;
  }
}

const twiceOf = (x) => hidden * x;

export { twiceOf as twice };
export const quarter = (x) => half(half(x));
export async function later() {}
export function* steps() {}
""",
    "deep/numbers.js": """log.push("numbers");
const hidden = 3;
export const PI = hidden, unused = 0;
function half(x) {
  return x / 2;
}
export { half };
""",
    "greet.js": """const hidden = "hello";
log.push("greet");
export default (name) => `${hidden} ${name}`;
""",
    "unnamed.js": """export default () => "no name";
""",
}
RUN = """async (path) => {
  window.log = [];
  const module = await import(path);
  return { answer: module.default(), log: window.log };
}"""


def serve(page: Page, texts: dict[str, str]) -> None:
    def answer(route: Route) -> None:
        name = route.request.url.partition("/forms/")[2]
        route.fulfill(content_type="text/javascript", body=texts[name])

    page.route("**/forms/**", answer)


def test_every_form_of_import_and_export_means_what_it_means_to_the_browser(modules: Page, tmp_path: Path) -> None:
    for name, text in FORMS.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    serve(modules, {**FORMS, "bundle.js": bundle(tmp_path / "main.js")})
    expected: Any = modules.evaluate(RUN, "/forms/main.js")
    assert expected["answer"][:6] == [3, 1, 6, 4.5, "hello you", "no name"]
    assert expected["log"] == ["numbers", "maths", "greet", "main"]
    assert modules.evaluate(RUN, "/forms/bundle.js") == expected


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_component_s_bundle_is_one_module_with_what_streamlit_calls(modules: Page, name: str) -> None:
    found = modules.evaluate(
        """async (name) => {
        const [bundled, files] = [await import(`/bundles/${name}.js`), await import(`/${name}/main.js`)];
        return [Object.keys(bundled), typeof bundled.default, Object.keys(files)]; }""",
        name,
    )
    assert found == [["default"], "function", ["default"]]


def test_every_folder_with_an_entry_is_a_component_here(components: Path) -> None:
    assert sorted(path.parent.name for path in components.glob("*/main.js")) == COMPONENTS
