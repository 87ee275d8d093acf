"""Entries gathered to entries of one expression: exp(x[i])*y[i] is (exp.(x).*y)[i], and sums are products of matrices.

What an entrywise operator makes of entries at one place is an entry of what it makes of their matrices. Its law is read
from right to left there: the gathered entry is put up, and the law must give back exactly what stands in the term.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from derivgen.engine.phases import Phase
from derivgen.engine.rewrite import steps_of
from derivgen.engine.trace import Step
from derivgen.engine.trail import Trail
from derivgen.language.operators import SCALAR_FUNCTIONS
from derivgen.language.shapes import SCALAR, Shape
from derivgen.language.terms import ONE_TERM, Path, Term, at, equivalent, make, product, put, walk

FOLD = ("<entry_mul_vector", "<entry_transpose_mul", "<entry_mul", "<inner_sum")
TOTALS = ("<entry_row_sum", "<entry_column_sum", "<total_vector")
LINEAR = (
    "<entry_neg",
    "<entry_neg_vector",
    "<entry_scale_vector",
    "<entry_plus_vector",
    "<entry_scale",
    "<entry_plus",
)
Gathered = tuple[Path, Term, str]  # a place, the entry to stand there, and the law that says so


@dataclass(frozen=True, slots=True)
class Wanted:
    """The entry to which all is gathered: its place, and the shape of what it is an entry of."""

    places: tuple[Term, ...]
    shape: Shape

    def indices(self, t: Term) -> frozenset[str]:
        """The names of the place, and those that sums bind."""
        asked = (name for place in self.places for name in place.free)
        return frozenset((*asked, *(str(n.data) for _, n in walk(t) if n.op == "sum")))


def gather(trail: Trail, wanted: Wanted) -> None:
    """Fold sums and entries as far as they go: entries at one place first, then sums, constants last."""
    sums = Phase("fold", ("sum_scale", *FOLD))
    while (
        _once(trail, wanted, _functions) or trail.run(sums) or _once(trail, wanted, _products) or _last(trail, wanted)
    ):
        pass


def _last(trail: Trail, wanted: Wanted) -> int:
    """What is done only where nothing else is left: outer products, multiples and sums, transposes, constants."""
    for phase in (
        Phase("fold", TOTALS),
        Phase("fold", ("<entry_outer",), accept=_in_order(wanted.places)),
        Phase("fold entries", LINEAR, accept=_steady(wanted)),
    ):
        if made := trail.run(phase):
            return made
    return _once(trail, wanted, _transposed) or _once(trail, wanted, _constants)


def _steady(wanted: Wanted) -> Callable[[Step], bool]:
    """Accepts steps whose scalar holds no index: of a multiple, a quotient, a power."""

    def accept(step: Step) -> bool:
        scalar = step.binding.get("s")
        return not (isinstance(scalar, Term) and scalar.free & wanted.indices(step.before))

    return accept


def _in_order(asked: tuple[Term, ...]) -> Callable[[Step], bool]:
    """Accepts outer products but those with the places that are asked for in the other order."""
    return lambda step: (step.binding["j"], step.binding["i"]) != asked


def _once(trail: Trail, wanted: Wanted, found: Callable[[Term, Wanted], Iterator[Gathered]]) -> int:
    """Put up the first gathered entry that its law confirms; the number of steps."""
    for path, whole, name in found(trail.term, wanted):
        law, part = trail.context.law(name), at(trail.term, path)
        for step in steps_of(law, whole, trail.context):
            if step.path == () and equivalent(step.after, part):
                after = put(trail.term, path, whole)
                trail.steps.append(
                    replace(step, path=path, before=trail.term, after=after, forward=False, phase="fold entries")
                )
                return 1
    return 0


def _functions(whole: Term, wanted: Wanted) -> Iterator[Gathered]:
    """Functions, powers and quotients of entries, innermost first."""
    names = wanted.indices(whole)
    for path, t in _outside_entries(whole):
        if not t.args or t.args[0].op != "index":
            continue
        base, *places = t.args[0].args
        for made, law in _of_entry(t, base, names):
            yield path, make("index", [made, *places]), law


def _of_entry(t: Term, base: Term, names: frozenset[str]) -> Iterator[tuple[Term, str]]:
    """(matrix, law) for an operator whose first argument is an entry of a matrix: of which t is an entry."""
    last = t.args[-1]
    if t.op in SCALAR_FUNCTIONS and len(t.args) == 1:
        yield make("map", [base], (t.op, 0)), "entry_map"
    elif t.op == "apply" and len(t.args) == 1 and isinstance(t.data, tuple):
        yield make("map", [base], (t.data[0], t.data[1][0])), "entry_map"
    elif t.op == "pow" and not last.free & names:
        yield make("hadamard_pow", [base, last]), "entry_hadamard_pow"
    elif t.op == "div" and not last.free & names:
        yield make("div", [base, last]), "entry_div"
    elif t.op == "div" and _at_one_place(t.args[0], last):
        yield make("hadamard_div", [base, last.args[0]]), "entry_hadamard_div"


def _at_one_place(a: Term, b: Term) -> bool:
    """Whether two scalars are entries at one place, of matrices of one shape."""
    return a.op == b.op == "index" and a.args[1:] == b.args[1:] and a.args[0].shape == b.args[0].shape


def _products(whole: Term, wanted: Wanted) -> Iterator[Gathered]:
    """Products of two entries at one place."""
    for path, t in _outside_entries(whole):
        if t.op != "times":
            continue
        for (p, a), (q, b) in combinations(enumerate(t.args), 2):
            if _at_one_place(a, b):
                entry = make("index", [make("hadamard", [a.args[0], b.args[0]]), *a.args[1:]])
                yield (*path, (p, q)) if len(t.args) > 2 else path, entry, "entry_hadamard"


def _transposed(whole: Term, wanted: Wanted) -> Iterator[Gathered]:
    """In a sum of products of two entries, or beside entries of others: A[j,i] where A'[i,j] is wanted."""
    asked = wanted.places
    for path, t in _outside_entries(whole):
        if t.op == "sum" and t.args[-1].op == "times" and len(t.args[-1].args) == 2:
            inner = (*path, len(t.args) - 1)
            yield from _turned_factors(inner, t.args[-1].args, str(t.data), asked)
        elif len(asked) == 2 and t.op == "index" and t.args[1:] == asked[::-1]:
            yield path, make("index", [make("transpose", [t.args[0]]), *asked]), "entry_transpose"


def _turned_factors(path: Path, factors: tuple[Term, ...], bound: str, asked: tuple[Term, ...]) -> Iterator[Gathered]:
    """Two entries [a,j] and [j,b] for the index j of the sum, [a,j] the one whose a is the row that is asked for."""
    if any(f.op != "index" or len(f.args) != 3 for f in factors):
        return
    places = [f.args[1:] for f in factors]
    if any((bound in i.free) == (bound in j.free) for i, j in places):
        return
    rows_first = [places[k] if bound in places[k][1].free else places[k][::-1] for k in (0, 1)]
    left = 1 if rows_first[1][0] == asked[0] else 0
    for k, factor in enumerate(factors):
        wanted = rows_first[k] if k == left else rows_first[k][::-1]
        if places[k] != wanted:
            yield (*path, k), make("index", [make("transpose", [factor.args[0]]), *wanted]), "entry_transpose"


def _constants(whole: Term, wanted: Wanted) -> Iterator[Gathered]:
    """A number beside an entry, 1 + x[k] or 1/x[k], and a result that is one number, as entry of a constant matrix."""
    names = wanted.indices(whole)
    for path, t in _outside_entries(whole):
        if t.op not in ("plus", "div"):
            continue
        entry = next((a for a in t.args if a.op == "index" and a.free & names), None)
        for k, a in enumerate(t.args):
            if entry is not None and a.op != "index" and not a.free & names and (t.op == "plus" or k == 0):
                yield _constant((*path, k), a, entry.args[0].shape, entry.args[1:])
    if not whole.free & names:
        yield _constant((), whole, wanted.shape, wanted.places)


def _constant(path: Path, t: Term, shape: Shape, places: tuple[Term, ...]) -> Gathered:
    ones = make("ones", (), None, shape)
    if t == ONE_TERM:
        return path, make("index", [ones, *places]), "entry_ones"
    return path, make("index", [product(t, ones), *places]), "entry_constant"


def _outside_entries(t: Term, path: Path = ()) -> Iterator[tuple[Path, Term]]:
    """(place, scalar) innermost first, without what stands in the base or the places of an entry."""
    if t.op != "index":
        for k, a in enumerate(t.args):
            yield from _outside_entries(a, (*path, k))
    if t.shape == SCALAR:
        yield path, t
