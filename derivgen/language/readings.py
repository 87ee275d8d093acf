"""Which undeclared small letters are vectors: those that make products legal that scalars leave unfinished.

In A*x, (w'*x - y)^2 or norm(X*w - y) nothing declares x, w or y. All readings are tried, each letter as a scalar and as
a vector. The one with the fewest strains is taken, with the fewest vectors; of two such ones a person has to choose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from itertools import combinations

from derivgen.language.declarations import Declarations
from derivgen.language.inference import ShapeInference
from derivgen.language.names import CONSTANTS, PI
from derivgen.language.notation import NotationError, Syntax
from derivgen.language.places import OF_VECTORS, bounds, matrix_names, member_ranges, names_in, nodes_in, vector_names
from derivgen.language.shapes import ONE, SCALAR, Shape
from derivgen.language.unification import carriers

MAX_LETTERS = 8  # 256 readings
_GATHERING = OF_VECTORS | {"diag", "prod", "sum"}
_ENTRYWISE = frozenset({"hadamard", "quotient", "elementwise_pow", "map_call"})
_BINDERS = {"sum": 0, "prod": 0, "every": 0, "lim": 0, "at": 1}
_PLACES = {"e": slice(None), "I": slice(None), "ones": slice(None), "zeros": slice(None), "shift": slice(None),
           "J": slice(None), "delta": slice(None), "eigvec": slice(1, None)}  # fmt: skip

Reading = frozenset[str]
Letters = Mapping[str, Syntax]
Walk = Callable[[ShapeInference], None]


def note_places(elaborator: ShapeInference, nodes: Sequence[Syntax]) -> None:
    """Tell the elaborator what the places of undeclared names say: sizes, matrices, vectors and possible families."""
    if not elaborator.infer:
        return
    known = elaborator.given
    ranges: dict[str, set[tuple[str, str] | None]] = {}
    for node in nodes:
        small = {name for name in matrix_names(node) if name[0].islower()}
        elaborator.open |= small
        elaborator.primed |= {name for name in vector_names(node) if name[0].islower()} - small
        limits = {name for name in bounds(node) if name not in known and name not in CONSTANTS}
        elaborator.dimensions |= limits
        elaborator.counted |= limits
        for name, found in member_ranges(node).items():
            ranges.setdefault(name, set()).update(found)
    for name, found in ranges.items():
        counted = [place for place in found if place is not None]
        free = name[0].islower() and name != PI.name and name not in known and name not in elaborator.open
        if free and len({high for _, high in counted}) == 1 and _is_size(known, counted[0][1]):
            elaborator.families[name] = min(counted)
    _demand_families(elaborator, nodes)


def _demand_families(elaborator: ShapeInference, nodes: Sequence[Syntax]) -> None:
    """Read as families what certainly is one; refuse what is counted in two ways."""
    wanted = elaborator.of_vectors - elaborator.given.keys()
    if unclear := wanted - elaborator.families.keys():
        node = next(name for root in nodes for name in names_in(root) if name.value in unclear)
        hint = f"declare it: let {node.value}[i=1..N]: vector(n)"
        elaborator.fail(f"how many {node.value}[i] there are does not follow from a sum from 1 to N", node, hint)
    elaborator.take_as_vectors(frozenset(wanted))
    for name in wanted:
        del elaborator.families[name]


def _is_size(known: Declarations, name: str) -> bool:
    """Whether the bound of a sum may be the number of the members of a family."""
    return name not in known or "natural" in known[name].properties


def choose_vectors(elaborator: ShapeInference, nodes: Sequence[Syntax], walk: Walk) -> Reading:
    """The names that are to be read as vectors beyond those that are vectors by the plain rule.

    What may be a family x[1], .., x[N] is one of vectors in a reading that holds its name. Such readings are tried
    where the letters alone leave something to be wished for. ``walk`` finds the shapes of all texts. Raises
    NotationError where two readings are equally good, and where the only one left takes no notice of a sign.
    """
    letters = _open_letters(elaborator, nodes)
    if not elaborator.infer or not (letters or elaborator.families):
        return frozenset()
    trials = _trials(elaborator, letters, nodes, walk)
    if elaborator.families and (not trials or min(trials.values())):
        places = {name.value: name for node in nodes for name in names_in(node) if name.value in elaborator.families}
        letters = {**letters, **places}
        trials = _trials(elaborator, letters, nodes, walk)
    if not trials:
        return frozenset()  # the plain reading says what is wrong
    fewest = min(trials.values())
    best = [reading for reading, strains in trials.items() if strains == fewest]
    minimal = [reading for reading in best if not any(other < reading for other in best)]
    if len(minimal) > 1:
        _ask(elaborator, minimal, letters, nodes)
    if fewest:
        _refuse_unnoticed(elaborator, minimal[0], letters, nodes, walk)
    return minimal[0]


def _trials(elaborator: ShapeInference, letters: Letters, nodes: Sequence[Syntax], walk: Walk) -> dict[Reading, int]:
    """The strains of all readings that fit; as soon as the plain one has none, of that alone."""
    trials: dict[Reading, int] = {}
    for reading in _subsets(letters):
        strains = _strains(elaborator, reading, letters, nodes, walk)
        if strains is not None:
            trials[reading] = strains
            if strains == 0 and not reading:
                break
    return trials


def _refuse_unnoticed(
    elaborator: ShapeInference, reading: Reading, letters: Letters, nodes: Sequence[Syntax], walk: Walk
) -> None:
    """Raise NotationError where a sum, a norm or a dot would do nothing, as its letters are read as scalars.

    The error is that of the reading in which they are vectors, which does not fit.
    """
    trial = elaborator.trial(reading)
    walk(trial)
    scalars = (letters.keys() | trial.families.keys()) - reading
    unnoticed = [node for node in _with_chains(nodes) if _does_nothing(trial, node, scalars)]
    if not unnoticed:
        return
    wanted = {n.value for node in unnoticed for n in names_in(node.children[0])} & scalars
    walk(elaborator.trial(reading | wanted))
    places = [name for name in names_in(unnoticed[0]) if name.value in wanted]
    hint = f"declare what is meant, such as {elaborator.as_declared(places[0].value)}"
    elaborator.fail(f"this is something of vectors, but {places[0].value} was read as a scalar", unnoticed[0], hint)


def _does_nothing(trial: ShapeInference, node: Syntax, scalars: Set[str]) -> bool:
    """Whether something of vectors stands on letters alone that are read as scalars."""
    if not (_is_gathering(node) or node.kind in ("map_call", "elementwise_pow")):
        return False
    inner = node.children[0]
    inside = {n.value for n in names_in(inner)} - _scalars_by_place_in(inner)
    return bool(inside) and inside <= scalars and _shape(trial, inner) == SCALAR


def _subsets(letters: Letters) -> Iterator[Reading]:
    """All choices of a few letters, small ones first; of many letters only none and all of them."""
    if len(letters) > MAX_LETTERS:
        yield from (frozenset(), frozenset(letters))
        return
    for size in range(len(letters) + 1):
        yield from map(frozenset, combinations(letters, size))


def _open_letters(elaborator: ShapeInference, nodes: Sequence[Syntax]) -> dict[str, Syntax]:
    """The undeclared small letters that may be vectors, with their first places: no bound, index, size or exponent."""
    known = {*elaborator.given, *elaborator.dimensions, *elaborator.primed, *elaborator.open, "eps", PI.name}
    found: dict[str, Syntax] = {}
    for node in nodes:
        for current in nodes_in(node):
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
    return {inner.value for part in parts for inner in names_in(part)}


def _scalars_by_place_in(node: Syntax) -> set[str]:
    return set().union(*(_scalars_by_place(inner) for inner in nodes_in(node)))


def _strains(
    elaborator: ShapeInference, reading: Reading, letters: Letters, nodes: Sequence[Syntax], walk: Walk
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
    scalars = (letters.keys() | trial.families.keys()) - reading
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


def _strained(trial: ShapeInference, node: Syntax, scalars: Set[str]) -> bool:
    """Whether letters read as scalars stand where vectors are usual."""
    if node.kind == "times":
        cols = _shape(trial, node)[1]
        return cols != ONE and _misplaced(trial, node, scalars)
    if _is_gathering(node) or node.kind == "map_call":
        inner = node.children[0]
        return _shape(trial, inner) == SCALAR and any(n.value in scalars for n in names_in(inner))
    if node.kind == "transpose" or node.kind in _ENTRYWISE:
        operands = node.children[: 1 if node.kind in ("transpose", "elementwise_pow") else 2]
        return any(_shape(trial, part) == SCALAR and carriers(part) & scalars for part in operands)
    return False


def _is_gathering(node: Syntax) -> bool:
    """Whether a node is a function of a vector, not a sum over an index."""
    return node.kind == "norm" or (node.kind == "call" and node.value in _GATHERING and len(node.children) == 1)


def _misplaced(trial: ShapeInference, chain: Syntax, scalars: Set[str]) -> bool:
    """Whether a letter read as a scalar stands behind a row or a matrix."""
    while chain.kind == "times":
        left, right = chain.children
        if _shape(trial, left)[1] != ONE and _shape(trial, right) == SCALAR and _carried(right) & scalars:
            return True
        chain = left
    return False


def _carried(node: Syntax) -> set[str]:
    """The names that give a term its shape, also by their members."""
    while node.kind == "group":
        node = node.children[0]
    return carriers(node.children[0] if node.kind == "index" and len(node.children) == 2 else node)


def _shape(trial: ShapeInference, node: Syntax) -> Shape:
    found = trial.seen.get(id(node))
    return SCALAR if found is None or found[1] is None else trial.resolve(found[1])


def _ask(elaborator: ShapeInference, readings: list[Reading], letters: Letters, nodes: Sequence[Syntax]) -> None:
    """Refuse what can be read in several ways, and show the declarations of two of them."""
    first, second = readings[:2]
    moved = [name for name in letters if name in first ^ second]

    def declared(reading: Reading) -> str:
        return "; ".join(elaborator.as_declared(name, vector=name in reading) for name in moved)

    hint = f'declare what is meant: "{declared(first)}" or "{declared(second)}"'
    elaborator.fail(f"{' and '.join(moved)} can be read in two ways", letters[moved[0]], hint)
