"""Which undeclared small letters are vectors: those that make products legal that scalars leave unfinished.

In A*x, (w'*x - y)^2 or norm(X*w - y) nothing declares x, w or y. All readings are tried, each letter as a scalar and as
a vector. The one with the fewest strains is taken, with the fewest vectors; of two such ones a person has to choose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from derivgen.language.inference import ShapeInference
from derivgen.language.names import PI
from derivgen.language.notation import NotationError, Syntax
from derivgen.language.shapes import ONE, SCALAR, Shape, describe
from derivgen.language.unification import carriers

MAX_LETTERS = 8  # 256 readings
OF_VECTORS = frozenset({"softmax", "logsumexp", "norm", "norm1", "norminf"})
"""What takes vectors: an undeclared small letter in it is one."""
_GATHERING = OF_VECTORS | {"diag", "prod", "sum"}
_ENTRYWISE = frozenset({"hadamard", "quotient", "elementwise_pow", "map_call"})
_BINDERS = {"sum": 0, "prod": 0, "every": 0, "lim": 0, "at": 1}
_PLACES = {"e": slice(None), "I": slice(None), "ones": slice(None), "zeros": slice(None), "shift": slice(None),
           "J": slice(None), "delta": slice(None), "eigvec": slice(1, None)}  # fmt: skip

Reading = frozenset[str]
Walk = Callable[[ShapeInference], None]


def vector_names(node: Syntax) -> set[str]:
    """The names that stand primed, with one index as in x[i], or alone in a function of vectors."""
    found: set[str] = set()
    for current in _walk(node):
        indexed = current.kind == "index" and len(current.children) == 2
        if (indexed or current.kind == "transpose") and current.children[0].kind == "name":
            found.add(current.children[0].value)
        if current.kind == "call" and current.value in OF_VECTORS:
            found |= {child.value for child in current.children if child.kind == "name"}
    return found


def choose_vectors(elaborator: ShapeInference, nodes: Sequence[Syntax], walk: Walk) -> Reading:
    """The names that are to be read as vectors beyond those that are vectors by the plain rule.

    ``walk`` finds the shapes of all texts. Raises NotationError where two readings are equally good.
    """
    letters = _open_letters(elaborator, nodes)
    if not letters or not elaborator.infer:
        return frozenset()
    trials: dict[Reading, int] = {}
    for reading in _subsets(letters):
        strains = _strains(elaborator, reading, letters, nodes, walk)
        if strains is not None:
            trials[reading] = strains
            if strains == 0 and not reading:
                return reading
    if not trials:
        return frozenset()  # the plain reading says what is wrong
    fewest = min(trials.values())
    best = [reading for reading, strains in trials.items() if strains == fewest]
    minimal = [reading for reading in best if not any(other < reading for other in best)]
    if len(minimal) > 1:
        _ask(elaborator, minimal, letters, nodes)
    return minimal[0]


def _subsets(letters: dict[str, Syntax]) -> Iterator[Reading]:
    """All choices of a few letters, small ones first; of many letters only none and all of them."""
    if len(letters) > MAX_LETTERS:
        yield from (frozenset(), frozenset(letters))
        return
    for size in range(len(letters) + 1):
        yield from map(frozenset, combinations(letters, size))


def _walk(node: Syntax) -> Iterator[Syntax]:
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(current.children))


def _open_letters(elaborator: ShapeInference, nodes: Sequence[Syntax]) -> dict[str, Syntax]:
    """The undeclared small letters that may be vectors, with their first places: no bound, index, size or exponent."""
    known = {*elaborator.given, *elaborator.dimensions, *elaborator.primed, "eps", PI.name}
    found: dict[str, Syntax] = {}
    for node in nodes:
        for current in _walk(node):
            if current.kind == "name" and current.value[0].islower():
                found.setdefault(current.value, current)
            known |= _scalars_by_place(current)
    return {name: place for name, place in found.items() if name not in known}


def _scalars_by_place(node: Syntax) -> set[str]:
    parts: tuple[Syntax, ...] = ()
    if node.kind == "index" or node.kind in ("pow", "elementwise_pow"):
        parts = node.children[1:]
    elif node.kind == "unsized":
        parts = node.children
    elif node.kind == "call" and node.value in _PLACES:
        parts = node.children[_PLACES[node.value]]
    elif node.kind == "call" and node.value in _BINDERS and len(node.children) > 2:
        k = _BINDERS[node.value]
        parts = (node.children[k], *(node.children[1:-1] if k == 0 else ()))
    return {inner.value for part in parts for inner in _walk(part) if inner.kind == "name"}


def _strains(
    elaborator: ShapeInference, reading: Reading, letters: dict[str, Syntax], nodes: Sequence[Syntax], walk: Walk
) -> int | None:
    """How many places of a reading look wrong; None if it is none at all."""
    trial = elaborator.trial(reading)
    try:
        walk(trial)
    except NotationError:
        return None
    for name, declaration in trial.inferred.items():
        rows, cols = trial.resolve(declaration.shape)
        vector = name in trial.primed and name not in trial.open
        if declaration.sort == "value" and (rows, cols) != SCALAR and (rows == ONE or (cols == ONE) != vector):
            return None  # a dimension is never taken to be 1 to make a sum or a product legal
        if vector and (rows, cols) == SCALAR:
            return None
    scalars = letters.keys() - reading
    return sum(_strained(trial, node, scalars) for node in _with_chains(nodes))


def _with_chains(nodes: Sequence[Syntax]) -> Iterator[Syntax]:
    """All nodes, of products the whole ones alone."""
    stack = list(nodes)
    while stack:
        current = stack.pop()
        yield current
        while current.kind == "times":
            stack.append(current.children[1])
            current = current.children[0]
        stack.extend(current.children if current.kind != "times" else ())


def _strained(trial: ShapeInference, node: Syntax, scalars: set[str]) -> bool:
    """Whether letters read as scalars stand where vectors are usual."""
    if node.kind == "times":
        cols = _shape(trial, node)[1]
        return cols != ONE and _misplaced(trial, node, scalars)
    gathering = node.kind == "norm" or (node.kind == "call" and node.value in _GATHERING and len(node.children) == 1)
    if gathering or node.kind == "map_call":
        inner = node.children[0]
        return _shape(trial, inner) == SCALAR and any(n.value in scalars for n in _walk(inner) if n.kind == "name")
    if node.kind == "transpose" or node.kind in _ENTRYWISE:
        operands = node.children[: 1 if node.kind in ("transpose", "elementwise_pow") else 2]
        return any(_shape(trial, part) == SCALAR and carriers(part) & scalars for part in operands)
    return False


def _misplaced(trial: ShapeInference, chain: Syntax, scalars: set[str]) -> bool:
    """Whether a letter read as a scalar stands behind a row or a matrix."""
    while chain.kind == "times":
        left, right = chain.children
        if _shape(trial, left)[1] != ONE and _shape(trial, right) == SCALAR and carriers(right) & scalars:
            return True
        chain = left
    return False


def _shape(trial: ShapeInference, node: Syntax) -> Shape:
    found = trial.seen.get(id(node))
    return SCALAR if found is None or found[1] is None else trial.resolve(found[1])


def _ask(
    elaborator: ShapeInference, readings: list[Reading], letters: dict[str, Syntax], nodes: Sequence[Syntax]
) -> None:
    """Refuse what can be read in several ways, and show the declarations of two of them."""
    first, second = readings[:2]
    moved = [name for name in letters if name in first ^ second]

    def declared(reading: Reading) -> str:
        return "; ".join(f"{name}: {'vector(n)' if name in reading else describe(SCALAR)}" for name in moved)

    hint = f'declare what is meant: "{declared(first)}" or "{declared(second)}"'
    elaborator.fail(f"{' and '.join(moved)} can be read in two ways", letters[moved[0]], hint)
