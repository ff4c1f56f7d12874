"""Components of assets/components as single files: their JavaScript modules joined into one, their styles in a row.

Streamlit serves real files only for installed packages, and a report is one file. So a module becomes a function that
is called once and returns what it exports; its private names stay its own:

    $modules["../shared/numbers.js"] = (() => {
    ...
    return { clamp, valueText };
    })();

`import text from "./worker.js?source";` gives the bundle of worker.js as text, to be started in a Web Worker.
"""

import json
import os
from pathlib import Path

from cnnviz.components.javascript_module import SOURCE, BundleError, Module, parse

__all__ = ["ASSETS", "COMPONENTS", "BundleError", "bundle", "script", "style"]

ASSETS = Path(__file__).parents[2] / "assets"
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
    code, default = _joined(entry.resolve(), ())
    return f"{code}export default {default};\n"


def script(entry: Path, name: str) -> str:
    """Join the same as one classic script, whose default export becomes a global variable of that name.

    A page that was opened from a folder may not import modules; it may run scripts.
    """
    code, default = _joined(entry.resolve(), ())
    return f'"use strict";\n{code}globalThis.{name} = {default};\n'


def _joined(entry: Path, importers: tuple[Path, ...]) -> tuple[str, str]:
    """The code of all modules, and what the default export of the entry is in it."""
    modules = _modules(entry, importers)
    main = modules[entry]
    if "default" not in main.exports:
        raise BundleError(f"{main.name} is the entry and has no default export. Add `export default ...`.")
    parts = [module.text() for module in modules.values()]
    return "\n".join(["const $modules = {};", *parts, ""]), f"{main.reference}.default"


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
        code, default = _joined(path.with_name(path.name.removesuffix(SOURCE)), (*importers, path))
        text = f"{code}export default {default};\n"
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
