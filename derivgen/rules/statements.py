"""Laws from statements: the text of a law, or an equation of a derivation, as patterns with holes, checked."""

from __future__ import annotations

import re
from collections.abc import Iterable

from derivgen.language.declarations import Declarations, suggest
from derivgen.language.elaborate import elaborate_all
from derivgen.language.names import PI
from derivgen.language.notation import NotationError
from derivgen.language.operators import DERIVED, OPERATORS
from derivgen.language.shapes import SCALAR, Dim, Shape, dim, substitute_dim
from derivgen.language.terms import Term, make, symbol, walk
from derivgen.rules.conditions import KNOWN_CONDITIONS
from derivgen.rules.law import EPS, BookError, Law, SideCondition


def make_law(name: str, statement: str, names: Declarations, *, file: str = "", line: int = 0, **facts: object) -> Law:
    """A law from its statement's text, checked. Raises BookError."""
    body, _, condition = statement.partition(" if ")
    relation = next((r for r in (" <=> ", " => ") if r in body), None)
    try:
        sides = [part.strip() for part in body.split(relation)] if relation else [body.strip()]
        terms, _ = elaborate_all(sides, names, infer=False, source=f"{file}:{line}", pattern=True)
        conditions, texts = _conditions(condition, names, f"{file}:{line}")
    except NotationError as error:
        raise BookError(f"{file}:{line}: {name}: {error}") from None
    left, right = terms if relation else _equation_sides(terms[0], name, file, line)
    patterns = patternize(left, names), patternize(right, names)
    law = Law(
        name,
        *patterns,
        (relation or "=").strip(),
        _order(left, right),
        _implied(names, *patterns) + conditions,
        statement=(left, right),
        declarations=names,
        condition_texts=texts,
        file=file,
        line=line,
        **facts,  # type: ignore[arg-type]
    )
    return law


def _equation_sides(t: Term, name: str, file: str, line: int) -> tuple[Term, Term]:
    if t.op != "=":
        raise BookError(f"{file}:{line}: {name}: a law is an equation or an implication between equations")
    return t.args[0], t.args[1]


def _order(left: Term, right: Term) -> int | None:
    """k where the right side ends in O(eps^k) and the left side does not: such a law is not read backwards."""
    orders = [int(str(t.data)) for _, t in walk(right) if t.op == "O"]
    if not orders or right.op == "=" or max(orders) in _endings(left):
        return None
    return max(orders)


def _endings(t: Term) -> set[int]:
    """The k for which a term, or one of its entries, is known up to O(eps^k) by what it says itself."""
    if t.op == "O":
        return {int(str(t.data))}
    parts = t.args if t.op == "plus" else t.args[:1] if t.op == "index" else ()
    return {k for a in parts for k in _endings(a)}


def _conditions(text: str, names: Declarations, source: str) -> tuple[tuple[SideCondition, ...], tuple[str, ...]]:
    found: list[SideCondition] = []
    texts = [part.strip() for part in re.split(r"\s+and\s+", text.strip()) if part.strip()]
    for part in texts:
        match = re.fullmatch(r"(\w+)\((.*)\)", part)
        if match is None or match.group(1) not in KNOWN_CONDITIONS:
            known = (
                suggest(match.group(1) if match else part, KNOWN_CONDITIONS) or f"known: {', '.join(KNOWN_CONDITIONS)}"
            )
            raise BookError(f"{source}: unknown condition {part!r}", hint=known)
        subjects = [p.strip() for p in re.split(r"[;,](?![^(]*\))", match.group(2))]
        terms, _ = elaborate_all(subjects, names, infer=False, source=source, pattern=True)
        patterns = [patternize(t, names) for t in terms]
        found.append(SideCondition(match.group(1), patterns[0], tuple(patterns[1:])))
    return tuple(found), tuple(texts)


def patternize(t: Term, names: Declarations, bound: frozenset[str] = frozenset()) -> Term:
    """Declared names become holes, dimensions become dimension variables, free ``eps`` the hole of the perturbation."""
    shape = _pattern_shape(t.shape)
    if t.op == "symbol":
        name = str(t.data)
        if name in bound:
            return symbol(name, shape)
        if name in names or name == EPS:
            return make(_hole_kind(names, name), (), name, shape)
        return t if name == PI.name else make("hole", (), f"dim:{name}", SCALAR)
    data = t.data
    if t.op in ("apply", "map") and isinstance(data, tuple) and data[0] in names:
        data = (f"?{data[0]}", data[1])
    elif t.op in DERIVED and data in names:
        data = f"?{data}"
    binds = OPERATORS[t.op].binds
    args = [patternize(arg, names, bound | {str(t.data)} if k == binds else bound) for k, arg in enumerate(t.args)]
    return make(t.op, args, data, shape)


def _hole_kind(names: Declarations, name: str) -> str:
    properties = names[name].properties if name in names else frozenset()
    return next((kind for kind in ("steady", "small") if kind in properties), "hole")


def _implied(names: Declarations, *sides: Term) -> tuple[SideCondition, ...]:
    """The conditions that the declared kinds of holes carry: steady ones are free of eps, small ones vanish with it."""
    found: dict[Term, SideCondition] = {}
    for side in sides:
        for _, t in walk(side):
            if t.op == "steady":
                found[t] = SideCondition("free", t, (make("hole", (), EPS, SCALAR),))
            elif t.op == "small":
                found[t] = SideCondition("small", t)
    return tuple(found.values())


def _pattern_shape(shape: Shape) -> Shape:
    from_names = [d if d.number is not None else _renamed(d) for d in shape]
    return from_names[0], from_names[1]


def _renamed(d: Dim) -> Dim:
    return substitute_dim(d, {n: dim("?" + n) for n in d.names})


def local_law(
    name: str,
    equation: Term,
    arguments: Iterable[str] = (),
    words: str = "",
    news: int = 1,
    order: int | None = None,
) -> Law:
    """A definition or a lemma of one derivation as a law: an equation in which ``arguments`` are the only holes."""
    wanted = set(arguments)
    left, right = (_holes(side, wanted) for side in equation.args)
    return Law(
        name,
        left,
        right,
        "=",
        order if order is not None else _order(*equation.args),
        (),
        words,
        "lemma",
        news=news,
        statement=(equation.args[0], equation.args[1]),
    )


def _holes(t: Term, wanted: set[str]) -> Term:
    if t.op == "symbol":
        return make("hole", (), t.data, t.shape) if t.data in wanted else t
    return make(t.op, [_holes(arg, wanted) for arg in t.args], t.data, t.shape)
