"""One JavaScript module as a bundle needs it: what it imports and exports, and its code without saying so.

`import` and `export` are known by standing at the very start of a line. A function cannot wait, so no module may do so
at its top level.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SOURCE = "?source"
"""Ends the path of a module that is imported as text, to be started in a Web Worker."""

RESERVED = ("$modules", "$default")  # names that the bundle itself uses

_NAME = r"[A-Za-z_$][\w$]*"
_STATEMENT = re.compile(
    rf"""^(?:
      import \s+ (?: (?P<default>{_NAME}) | \* \s+ as \s+ (?P<all>{_NAME}) | \{{ (?P<names>[^{{}}]*) \}} )
        \s+ from \s+ "(?P<path>[^"\n]+)" ; [ \t]* $
    | export \s+ \{{ (?P<list>[^{{}}]*) \}} ; [ \t]* $
    | export \s+ (?P<is_default>default \s+)?
        (?P<declaration> (?:async\s+)? function (?: \s* \* \s* | \s+ ) | class \s+ (?! extends \b) | const \s+ )
        (?P<declared>{_NAME}) \b
    | export \s+ default \s+ (?P<nameless> (?:async\s+)? function \s* \*? | class ) (?= \s* [({{] | \s+ extends \b )
    | export \s+ default \b (?P<value>)
    | (?P<unknown>(?:import|export) \b [^\n]*)
    )""",
    re.MULTILINE | re.VERBOSE,
)
_PAIR = re.compile(rf"({_NAME})(?:\s+as\s+({_NAME}))?")
_OTHER_IMPORT = re.compile(r"\bimport\s*[(.].*")  # loaded while running, or `import.meta`
_NO_CODE = re.compile(
    r"""//[^\n]* | /\*[\s\S]*?\*/ | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' | `(?:\\[\s\S]|[^`\\])*`
    | (?: (?<=[(=:,[!&|?{};>]) | (?<=[(=:,[!&|?{};>][ ]) | (?<=\breturn[ ]) )
        /(?![*/]) (?: \\. | \[(?:\\.|[^\]\\\n])*\] | [^/\\\n[] )+ /""",
    re.VERBOSE,
)  # comments, strings and regular expressions
_NOT_FIRST = re.compile(r"(?:^[^\S\n]+|[;}][^\S\n]*)((?:import|export)\b(?!\s*[:=.,()])[^\n]*)", re.MULTILINE)
_TOKEN = re.compile(r"[\w$.]+|=>|\S")
_KNOWN = (
    'Write `import { a, b as c } from "./x.js";`, `import * as x from ...`, `import x from ...`, or `export` before '
    "function, class, const, default or { a, b as c }."
)


class BundleError(ValueError):
    """Modules that cannot be joined."""


@dataclass
class Module:
    """A module's code after its imports and exports were rewritten."""

    path: Path
    root: Path  # the folder of the entry: names are told from there
    exports: dict[str, str] = field(default_factory=dict)  # exported name -> name inside
    imports: list[tuple[Path, list[str]]] = field(default_factory=list)  # module, names taken from it
    body: str = ""

    @property
    def name(self) -> str:
        return Path(os.path.relpath(self.path, self.root)).as_posix()

    @property
    def reference(self) -> str:
        return f'$modules["{self.name}"]'

    def text(self) -> str:
        exported = ", ".join(
            name if name == inside else f"{name}: {inside}" for name, inside in sorted(self.exports.items())
        )
        return f"{self.reference} = (() => {{\n{self.body}\nreturn {{ {exported} }};\n}})();"

    def export(self, name: str, inside: str) -> None:
        if name in self.exports:
            raise BundleError(f"{self.name} exports `{name}` twice. Remove one.")
        self.exports[name] = inside


def parse(path: Path, root: Path, importer: Path | None) -> Module:
    module = Module(path, root)
    if not path.is_file():
        by = f", imported by {os.path.relpath(importer, root)}" if importer else ""
        raise BundleError(f"There is no module {module.name}{by}. Correct the path; it ends with .js.")
    source = path.read_text("utf-8-sig")
    if taken := next((name for name in RESERVED if name in source), None):
        raise BundleError(f"{module.name} uses the name {taken}, which the bundle needs for itself. Choose another.")
    if found := _OTHER_IMPORT.search(source):
        raise BundleError(f"{module.name} has an import that cannot be bundled. {_KNOWN} Received: {found[0]}")
    code = _NO_CODE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), source)
    if found := _NOT_FIRST.search(code):
        raise BundleError(
            f"{module.name} has an import or export that is not at the start of a line. Begin a line with it. "
            f"Received: {source[found.start(1) : found.end(1)]}"
        )
    if (place := _top_level_await(code)) is not None:
        raise BundleError(
            f"{module.name} waits at its top level, which cannot be bundled. Put `await` in an async function. "
            f"Received: {source[place:].splitlines()[0]}"
        )
    module.body = _STATEMENT.sub(lambda statement: _rewrite(statement, module, source), source)
    return module


def _top_level_await(code: str) -> int | None:
    """Find an `await` outside of all async functions, in code without comments and strings."""
    levels = [[False, False, False]]  # of each open bracket: in an async function, after `async`, a body
    before = ""
    for token in _TOKEN.finditer(code):
        word, level = token[0], levels[-1]
        if word == "await" and not (level[0] or level[1]):
            return token.start()
        if word in ("async", ";"):
            level[1] = word == "async"
        elif word in "([{":
            levels.append([level[0] or level[1], False, word == "{" and before in (")", "=>")])
        elif word in ")]}" and len(levels) > 1 and levels.pop()[2]:
            levels[-1][1] = False
        before = word
    return None


def _rewrite(statement: re.Match[str], module: Module, source: str) -> str:
    """Note what a statement imports or exports, and say the same without `import` and `export`."""
    if statement["unknown"]:
        raise BundleError(f"{module.name} has a statement of an unknown form. {_KNOWN} Received: {statement[0]}")
    if statement["path"]:
        return _rewrite_import(statement, module)
    if statement["list"] is not None:
        for inside, name in _pairs(statement["list"], module):
            own = rf"^(?:export )?(?:async )?(?:function\*?|class|const) {re.escape(inside)}(?![\w$])"
            if not re.search(own, source, re.MULTILINE):
                raise BundleError(f"{module.name} exports `{inside}`, which is no const, function or class of its own.")
            module.export(name, inside)
        return ""
    if statement["nameless"]:
        module.export("default", "$default")
        return f"{statement['nameless'].rstrip()} $default"
    if statement["declared"] is None:
        module.export("default", "$default")
        return "const $default ="
    module.export("default" if statement["is_default"] else statement["declared"], statement["declared"])
    return statement["declaration"] + statement["declared"]


def _rewrite_import(statement: re.Match[str], module: Module) -> str:
    if not statement["path"].startswith(("./", "../")):
        raise BundleError(
            f"{module.name} imports from a path that is not relative. Begin it with ./ or ../ "
            f"Received: {statement['path']}"
        )
    target = (module.path.parent / statement["path"]).resolve()
    pairs = [("default", statement["default"])] if statement["default"] else []
    pairs += _pairs(statement["names"] or "", module)
    module.imports.append((target, [name for name, _ in pairs]))
    local = ", ".join(name if name == inside else f"{name}: {inside}" for name, inside in pairs)
    return f"const {statement['all'] or f'{{ {local} }}'} = {Module(target, module.root).reference};"


def _pairs(names: str, module: Module) -> Iterator[tuple[str, str]]:
    """Each name of `a, b as c` with the name it gets."""
    for part in filter(None, (part.strip() for part in names.split(","))):
        pair = _PAIR.fullmatch(part)
        if not pair:
            raise BundleError(f"{module.name} has a name that cannot be read. {_KNOWN} Received: {part}")
        yield pair[1], pair[2] or pair[1]
