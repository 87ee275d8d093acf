"""Terms as the text of a NumPy function that runs, and as the function itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from derivgen.interop.numpy_operators import NUMPY
from derivgen.interop.numpy_support import support
from derivgen.interop.numpy_writer import NumpyWriter, dimension, identifier
from derivgen.language.declarations import Declaration
from derivgen.language.names import PI
from derivgen.language.plain import plain
from derivgen.language.shapes import ONE, SCALAR, Dim, Shape
from derivgen.language.terms import Term, walk


def numpy_code(
    term: Term, declarations: Mapping[str, Declaration], name: str = "f", order: Iterable[Term] = (), title: str = ""
) -> str:
    """The text of a function ``name`` that computes a term.

    The parameters are the names of ``order`` and then of the term, as they come in reading; behind them differentials
    d_x, functions and their derivatives (f, f_1, f_11), and dimensions that no array shows. Scalars are numbers,
    vectors arrays with one dimension (or columns), matrices have two; a family x[i] has its members along the first
    axis. The value of a vector has one dimension. Raises BorderError for what has no value, such as O(eps^2).
    """
    sizes = {d for declared in declarations.values() for d in _sizes(declared)}
    found = _names([*order, term], declarations, sizes)
    values = [v for v in found if declarations.get(v) != PI]
    whole = [v for v in values if v in declarations and _is_whole(declarations[v])]
    structures = {name: declared.structure for name, declared in declarations.items()}
    complex_names = [name for name, declared in declarations.items() if declared.is_complex]
    writer = NumpyWriter(NUMPY, values, [*whole, *sizes], structures, complex_names)
    expression = writer.text(term)
    differentials = [(*found, _kind(declarations.get(name))) for name, found in writer.differentials.items()]
    known, lines = _arguments(values, whole, declarations, differentials)
    lines += [f"{PI.name} = np.pi"] if PI.name in found and PI.name not in values else []
    used = [*writer.dimensions, *sorted(name for name in term.free if name in sizes)]
    missing = [d for d in dict.fromkeys(used) if d not in known]
    parameters = [identifier(v) for v in values] + [d for d, _, _ in differentials]
    parameters += [*writer.callables.values(), *map(identifier, missing)]
    said = [title or plain(term), "", *(f"{identifier(v)}: {declarations[v]}" for v in values if v in declarations)]
    body = [*_docstring(said), *lines, *[f"{identifier(d)} = int({identifier(d)})" for d in missing]]
    body.append(f"return {_value(expression, term.shape)}")
    function = [f"def {name}({', '.join(parameters)}):", *(f"    {line}" if line else "" for line in body)]
    parts = [*support(list(writer.support)), "\n".join(function)]
    packages = [f"scipy.{part}" for part in ("linalg", "special") if any(f"scipy.{part}." in text for text in parts)]
    imports = "\n".join(["import numpy as np", *(f"import {package}" for package in packages)])
    return "\n\n\n".join([imports, *parts]) + "\n"


def numpy_function(
    term: Term, declarations: Mapping[str, Declaration], name: str = "f", order: Iterable[Term] = ()
) -> Callable[..., Any]:
    """The function of ``numpy_code``, ready to be called; its text is in ``function.source``."""
    source = numpy_code(term, declarations, name, order)
    scope: dict[str, Any] = {}
    exec(compile(source, f"<derivgen {name}>", "exec"), scope)
    function: Callable[..., Any] = scope[name]
    function.source = source  # type: ignore[attr-defined]
    return function


def _names(terms: Iterable[Term], declarations: Mapping[str, Declaration], sizes: set[str]) -> list[str]:
    """The free values and families of terms in the order of reading."""
    found: dict[str, None] = {}
    for term in terms:
        for _, node in walk(term):
            if node.op in ("symbol", "member") and str(node.data) in term.free:
                found.setdefault(str(node.data))
    return [name for name in found if name in declarations or name not in sizes]


def _sizes(declared: Declaration) -> frozenset[str]:
    extent = declared.extent.names if declared.extent is not None else frozenset()
    return declared.shape[0].names | declared.shape[1].names | extent


def _is_whole(declared: Declaration) -> bool:
    return declared.sort == "index" or bool(declared.properties & {"natural", "integer"})


def _arguments(
    values: list[str],
    whole: list[str],
    declarations: Mapping[str, Declaration],
    differentials: list[tuple[str, Shape, str]],
) -> tuple[set[str], list[str]]:
    """The dimensions that are known, and the lines that bring the arguments into shape and read dimensions off them."""
    known = set(whole)
    lines = [f"{identifier(name)} = int({identifier(name)})" for name in whole]
    for name in values:
        declared = declarations.get(name)
        if declared is not None and declared.sort == "members":
            lines += _array(identifier(name), declared.shape, known, declared.extent, _kind(declared))
        elif name not in known:
            shape = declared.shape if declared else SCALAR
            lines += _array(identifier(name), shape, known, kind=_kind(declared))
    for name, shape, kind in differentials:
        lines += _array(name, shape, known, kind=kind)
    return known, lines


def _kind(declared: Declaration | None) -> str:
    """The type of the numbers that a name stands for."""
    return "complex" if declared is not None and declared.is_complex else "float"


def _array(name: str, shape: Shape, known: set[str], extent: Dim | None = None, kind: str = "float") -> list[str]:
    if shape == SCALAR and extent is None:
        return [f"{name} = np.{'complex128' if kind == 'complex' else 'float64'}({name})"]
    as_array = f"np.asarray({name}, dtype={kind})"
    axes = [*([extent] if extent is not None else []), *shape]
    if extent is not None and shape == SCALAR:
        lines, axes = [f"{name} = {as_array}.ravel()"], [extent]
    elif extent is not None and shape[1] == ONE:
        lines, axes = [f"{name} = {as_array}"], [extent, shape[0]]
    elif shape[1] == ONE:
        lines = [f"{name} = {as_array}.reshape(-1, 1)"]
    elif shape[0] == ONE:
        lines = [f"{name} = {as_array}.reshape(1, -1)"]
    else:
        lines = [f"{name} = {as_array}"]
    return [*lines, *_read_off(name, axes, known)]


def _read_off(name: str, axes: list[Dim], known: set[str]) -> list[str]:
    """Lines that read new dimensions off an array and compare the known ones; a vector's second is always 1."""
    fresh: list[str] = []
    targets: list[str] = []
    for side in axes:
        variable = side.variable
        if variable is not None and variable not in known and variable not in fresh:
            fresh.append(variable)
            targets.append(identifier(variable))
        else:
            targets.append("_")
    known.update(fresh)
    lines = [f"{', '.join(targets)}{',' if len(targets) == 1 else ''} = {name}.shape"] if fresh else []
    if "_" not in targets or (axes[-1] == ONE and "_" not in targets[:-1]):
        return lines
    if not all(side.names <= known for side in axes):
        return lines
    wanted = ", ".join(map(dimension, axes)) + ("," if len(axes) == 1 else "")
    message = f'raise ValueError(f"{name} has the shape {{{name}.shape}}, not {{({wanted})}}")'
    return [*lines, f"if {name}.shape != ({wanted}):", f"    {message}"]


def _docstring(lines: list[str]) -> list[str]:
    while lines and not lines[-1]:
        lines = lines[:-1]
    escaped = [line.replace("\\", "\\\\").replace('"""', "'''") for line in lines]
    if len(escaped) == 1:
        return [f'"""{escaped[0]}."""']
    return [f'"""{escaped[0]}.', *escaped[1:], '"""']


def _value(expression: str, shape: Shape) -> str:
    if shape != SCALAR and shape[1] == ONE:
        return f"({expression}).ravel()"
    return expression
