"""Modules joined into one: which statements are understood, and which are refused with a sentence."""

import json
import re
from pathlib import Path

import pytest

from cnnviz.components.bundle import BundleError, bundle


def write(folder: Path, **files: str) -> Path:
    """Write NAME.js files (a "__" in a name is a folder) and return main.js."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.js"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder / "main.js"


def test_a_module_and_what_it_imports_become_one(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main='import { half as mean } from "./maths.js";\n\nexport default function main() {\n  return mean(4);\n}\n',
        maths="const TWO = 2;\nexport const half = (x) => x / TWO;\n",
    )
    assert bundle(main) == (
        "const $modules = {};\n"
        '$modules["maths.js"] = (() => {\n'
        "const TWO = 2;\nconst half = (x) => x / TWO;\n\n"
        "return { half };\n"
        "})();\n"
        '$modules["main.js"] = (() => {\n'
        'const { half: mean } = $modules["maths.js"];\n\n'
        "function main() {\n  return mean(4);\n}\n\n"
        "return { default: main };\n"
        "})();\n"
        'export default $modules["main.js"].default;\n'
    )


def test_each_module_is_there_once_and_after_those_it_imports(tmp_path: Path) -> None:
    main = write(
        tmp_path / "part",
        main='import { a } from "./a.js";\nimport { b } from "./deep/b.js";\nexport default a + b;\n',
        a='import { shared } from "../shared/s.js";\nexport const a = shared;\n',
        deep__b='import { shared } from "../../shared/s.js";\nexport const b = shared;\n',
    )
    write(tmp_path, shared__s="export const shared = 1;\n")
    text = bundle(main)
    places = [text.index(f'$modules["{name}"] =') for name in ("../shared/s.js", "a.js", "deep/b.js", "main.js")]
    assert places == sorted(places)
    assert text.count(" = (() => {") == 4


def test_a_module_for_a_worker_comes_as_the_text_of_its_own_bundle(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main='import text from "./deep/work.js?source";\n\nexport default text;\n',
        deep__work='import { a } from "../a.js";\n\nexport default `${a}"`;\n',
        a="export const a = 1;\n",
    )
    found = re.search(r"const \$default = (\".*\");", bundle(main))
    assert found is not None
    assert json.loads(found[1]) == bundle(tmp_path / "deep" / "work.js")


def test_a_worker_that_imports_its_own_text_is_refused(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main='import text from "./work.js?source";\nexport default text;\n',
        work='import text from "./work.js?source";\nexport default text;\n',
    )
    with pytest.raises(BundleError, match="in a circle"):
        bundle(main)


def test_a_worker_that_is_missing_is_named(tmp_path: Path) -> None:
    main = write(tmp_path, main='import text from "./work.js?source";\nexport default text;\n')
    with pytest.raises(BundleError, match=r"There is no module .*work\.js"):
        bundle(main)


def test_words_that_only_look_like_statements_stay(tmp_path: Path) -> None:
    text = '// import what you like, and export it\nexport default "import { a } from nowhere";\n  // export let b;\n'
    assert "// import what you like, and export it" in bundle(write(tmp_path, main=text))


WRONG = {
    "import './a.js';\nexport default 1;": "unknown form",
    'import "./a.js";\nexport default 1;': "unknown form",
    'import a, { b } from "./a.js";\nexport default 1;': "unknown form",
    'import { a } from "./a.js" with { type: "json" };\nexport default 1;': "unknown form",
    'export { a } from "./a.js";\nexport default 1;': "unknown form",
    'export * from "./a.js";\nexport default 1;': "unknown form",
    "export let a = 1;\nexport default 1;": "unknown form",
    "export const { a } = { a: 1 };\nexport default 1;": "unknown form",
    'export default () => import("./a.js");': "cannot be bundled",
    "export default import.meta.url;": "cannot be bundled",
    'import { a } from "three";\nexport default 1;': "not relative",
    'import { a } from "https://x.org/a.js";\nexport default 1;': "not relative",
    'import { "a b" as c } from "./a.js";\nexport default 1;': "cannot be read",
    'import { a } from "./missing.js";\nexport default 1;': r"no module missing\.js, imported by main\.js",
    'import { c } from "./a.js";\nexport default 1;': r"imports c from a\.js, which exports only: a, b",
    'import x from "./a.js";\nexport default 1;': "imports default from",
    "let a = 1;\nexport { a };\nexport default 1;": "no const, function or class",
    "const a = 1;\nexport { a };\nexport const b = 2;\nexport { b };\nexport default 1;": "exports `b` twice",
    "const a = 1;\nexport { a as default };\nexport default a;": "exports `default` twice",
    "const $modules = 1;\nexport default 1;": r"name \$modules",
    "export const a = 1;": "no default export",
    "export const a=1; export const c=2;\nexport default a;": "start of a line.*Received: export const c=2;",
    "function a() {} export default a;": "start of a line",
    "/* a */ export default 1;": "start of a line",
    "  export default 1;": "start of a line",
    'let b; import { a } from "./a.js";\nexport default a;': "start of a line",
    "export class extends Array {}\nexport default 1;": "unknown form",
    "export default await fetch('a');": "waits at its top level.*Received: await fetch",
    "const a = await load();\nexport default a;": "waits at its top level",
    "async function load() {}\nawait load();\nexport default load;": "waits at its top level",
    "if (1) {\n  for await (const a of b()) a();\n}\nexport default 1;": "waits at its top level",
    "const f = async ({ a } = {}) => a;\nexport default [await f()];": "waits at its top level",
}

# Each default export, and how it stands in the bundle.
DEFAULTS = {
    "export default class extends Array {}": "class $default extends Array {}",
    "export default class { a() {} }": "class $default { a() {} }",
    "export default class extendsNothing {}": "class extendsNothing {}",
    "export default class A extends Array {}": "class A extends Array {}",
    "export default function () {}": "function $default() {}",
    "export default function() {}": "function $default() {}",
    "export default function* () {}": "function* $default () {}",
    "export default function*steps() {}": "function*steps() {}",
    "export default async function () { await 1; }": "async function $default() { await 1; }",
    "export default functional;": "const $default = functional;",
}


@pytest.mark.parametrize("text", DEFAULTS)
def test_a_default_export_keeps_its_name_if_it_has_one(tmp_path: Path, text: str) -> None:
    bundled = bundle(write(tmp_path, main=f"{text}\n[1].map(String);\n"))
    assert f"(() => {{\n{DEFAULTS[text]}\n[1].map(String);" in bundled
    name = "$default" if "$default" in DEFAULTS[text] else re.search(r"(\w+)(?: extends \w+| ?\(\))? ?{", text)[1]
    assert f"return {{ default: {name} }};" in bundled


WAITING = """\
const first = async () => await load("} await");
const second = async ({ a = {} }) => ({ b: await a });
export const word = /["'({]await/.exec("await");
export default class {
  export() {}
  async load(path) {
    for (const part of [path]) {
      await fetch(part); // await; export let a;
    }
    return [1].map(async (one) => {
      if (one) await one;
    });
  }
}
/*
  export let c; await c;
*/
mount(".x", async (root) => {
  await root.await;
});
"""


def test_waiting_in_async_functions_and_words_in_comments_and_strings_are_no_fault(tmp_path: Path) -> None:
    bundled = bundle(write(tmp_path, main=WAITING))
    assert WAITING.replace("export const", "const").replace("export default class", "class $default") in bundled


def test_a_byte_order_mark_is_no_part_of_a_module(tmp_path: Path) -> None:
    plain = bundle(write(tmp_path, main="export default 1;\n"))
    assert bundle(write(tmp_path, main="\ufeffexport default 1;\n")) == plain


@pytest.mark.parametrize("text", WRONG)
def test_what_cannot_be_joined_is_refused_with_a_sentence(tmp_path: Path, text: str) -> None:
    main = write(tmp_path, main=text, a="export const a = 1;\nexport const b = 2;\n")
    with pytest.raises(BundleError, match=WRONG[text]):
        bundle(main)


def test_a_circle_is_refused_and_named(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main='import { a } from "./a.js";\nexport default a;\n',
        a='import { b } from "./b.js";\nexport const a = () => b;\n',
        b='import { a } from "./a.js";\nexport const b = () => a;\n',
    )
    with pytest.raises(BundleError, match=r"circle: a\.js -> b\.js -> a\.js"):
        bundle(main)
    with pytest.raises(BundleError, match=r"circle: main\.js -> main\.js"):
        bundle(write(tmp_path, main='import main from "./main.js";\nexport default 1;\n'))


def test_there_must_be_an_entry(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"no module main\.js\."):
        bundle(tmp_path / "main.js")
