"""The order of the layers: each imports only those before it. This is the architecture document that cannot rot."""

from __future__ import annotations

import ast
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1] / "derivgen"
ORDER = (  # documents rely on the interface, so api and the package itself (which names it) stand before them
    *("language", "rules", "engine", "methods", "check", "present", "interop", "api"),
    *("derivgen", "documents", "cli", "__main__"),
)
# The check stands beside the engine and trusts none of it; these are its trusted base.
ONLY = {"check": ("derivgen.language", "derivgen.rules", "derivgen.engine.trace")}
MAY_IMPORT_LATE = ("api", "cli", "interop")  # for the time it takes to start, not to hide a cycle
FILES = {
    ".".join(("derivgen", *p.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__"): p
    for p in ROOT.rglob("*.py")
}


def layer(module: str) -> str:
    """The layer of a module: ``rules`` for derivgen.rules.book, ``derivgen`` for the package itself."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else module


@cache
def tree(module: str) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(FILES[module].read_text("utf-8"))


@cache
def imports(module: str) -> tuple[tuple[str, bool, bool], ...]:
    """(imported module, inside a function, only for types) for each import of the package in a module."""
    nodes: list[tuple[ast.AST, bool, bool]] = [(tree(module), False, False)]
    found: list[tuple[str, bool, bool]] = []
    while nodes:
        node, late, types = nodes.pop()
        late |= isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        types |= isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        nodes += [(child, late, types) for child in ast.iter_child_nodes(node)]
        assert not (isinstance(node, ast.ImportFrom) and node.level), f"{module}: relative import"
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in FILES else str(node.module) for name in whole]
        else:
            continue
        found += [(name, late, types) for name in names if name.split(".")[0] == "derivgen"]
    return tuple(found)


def test_each_layer_imports_only_layers_before_it() -> None:
    for module in FILES:
        own = layer(module)
        for name, _, _ in imports(module):
            assert ORDER.index(layer(name)) <= ORDER.index(own), f"{module} imports {name}, which stands above it"
            allowed = ONLY.get(own)
            near = layer(name) == own or allowed is None
            known = near or any(name == a or name.startswith(f"{a}.") for a in allowed or ())
            assert known, f"{module} imports {name}; {own} knows only {allowed}"


def test_no_cycle() -> None:
    graph = {m: {name for name, _, types in imports(m) if not types and name != m} for m in FILES}
    TopologicalSorter(graph).prepare()  # raises CycleError with the modules


def test_no_import_inside_a_function_hides_one() -> None:
    late = [(m, name) for m in FILES for name, inside, _ in imports(m) if inside and layer(m) not in MAY_IMPORT_LATE]
    assert not late


def test_only_the_command_line_prints() -> None:
    for module, path in FILES.items():
        if layer(module) == "cli" or path.name == "system.py":  # system.py runs before derivgen is installed
            continue
        for node in ast.walk(tree(module)):
            assert not (isinstance(node, ast.Name) and node.id == "print"), f"{module}:{node.lineno}"


def test_heavy_libraries_stay_at_the_border() -> None:
    allowed = {
        **{"sympy": ("interop",), "numpy": ("interop", "check"), "contourpy": ("interop",)},
        **{"jinja2": ("documents",), "pylatex": ("documents",), "click": ("cli",)},
    }
    for module in FILES:
        for node in ast.walk(tree(module)):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                first = (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
                assert layer(module) in allowed.get(first.split(".")[0], ORDER), f"{module} imports {first}"
