"""Components of assets/components, registered with Streamlit, each with its JavaScript modules joined into one.

Streamlit serves real files only for installed packages, so a module becomes a function that is called once and
returns what it exports; its private names stay its own:

    $modules["../shared/numbers.js"] = (() => {
    ...
    return { clamp, valueText };
    })();

`import text from "./worker.js?source";` gives the bundle of worker.js as text, to be started in a Web Worker.
"""

import json
import os
from pathlib import Path
from typing import Any

import streamlit as st

from cnnviz.ui.components.javascript_module import SOURCE, BundleError, Module, parse

__all__ = ["COMPONENTS", "BundleError", "bundle", "register", "style"]

ASSETS = Path(__file__).parents[3] / "assets"
COMPONENTS = ASSETS / "components"


def bundle(entry: Path) -> str:
    """Join a module and all that it imports.

    Parameters
    ----------
    entry : Path
        The module whose default export becomes that of the bundle.

    Returns
    -------
    str
        One ES module without imports.

    Raises
    ------
    BundleError
        If a file is missing, modules import each other in a circle, a name is imported that is not exported, the
        entry has no default export, or a statement is of a form that is not known here.
    """
    return _joined(entry.resolve(), ())


def _joined(entry: Path, importers: tuple[Path, ...]) -> str:
    modules = _modules(entry, importers)
    main = modules[entry]
    if "default" not in main.exports:
        raise BundleError(f"{main.name} is the entry and has no default export. Add `export default ...`.")
    parts = [module.text() for module in modules.values()]
    return "\n".join(["const $modules = {};", *parts, f"export default {main.reference}.default;", ""])


def _modules(entry: Path, importers: tuple[Path, ...] = ()) -> dict[Path, Module]:
    """A module and all that it imports, each after those that it imports itself."""
    modules: dict[Path, Module] = {}
    _load(entry, importers, entry.parent, modules)
    return modules


def _load(path: Path, importers: tuple[Path, ...], root: Path, modules: dict[Path, Module]) -> None:
    """Add a module to `modules`, after all that it imports."""
    if path in importers:
        circle = [*importers[importers.index(path) :], path]
        chain = " -> ".join(os.path.relpath(module, root) for module in circle)
        raise BundleError(f"Modules import each other in a circle: {chain}. Move what both need into one of their own.")
    if path in modules:
        return
    if path.name.endswith(SOURCE):
        text = _joined(path.with_name(path.name.removesuffix(SOURCE)), (*importers, path))
        modules[path] = Module(path, root, {"default": "$default"}, body=f"const $default = {json.dumps(text)};")
        return
    module = parse(path, root, importers[-1] if importers else None)
    for target, names in module.imports:
        _load(target, (*importers, path), root, modules)
        missing = sorted(set(names) - set(modules[target].exports))
        if missing:
            known = ", ".join(sorted(modules[target].exports)) or "nothing"
            raise BundleError(
                f"{module.name} imports {', '.join(missing)} from {modules[target].name}, which exports only: {known}."
            )
    modules[path] = module


def style(name: str) -> str:
    """The CSS of a component: the scale of all pages, the theme of all components, that of the folders of `shared` that
    its modules are in, its own, and that of its folders."""
    folder, shared = COMPONENTS / name, (COMPONENTS / "shared").resolve()
    used = sorted({path.parent for path in _modules((folder / "main.js").resolve())})
    common = [part for one in used if shared in one.parents for part in sorted(one.glob("*.css"))]
    parts = (ASSETS / "style" / "scale.css", shared / "theme.css", *common, folder / "component.css")
    return "\n".join(part.read_text("utf-8") for part in (*parts, *sorted(folder.glob("*/*.css"))))


def register(name: str) -> Any:
    """Register `assets/components/NAME`: component.html, main.js, and its `style`.

    Returns
    -------
    callable
        What mounts the component; see `st.components.v2.component`.
    """
    folder = COMPONENTS / name
    return st.components.v2.component(
        name,
        html=(folder / "component.html").read_text("utf-8"),
        css=style(name),
        js=bundle(folder / "main.js"),
    )
