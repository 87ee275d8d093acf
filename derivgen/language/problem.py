"""A problem: what is asked, by what variable, with which declarations and assumptions, in a checked form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from derivgen.language.contradictions import contradiction
from derivgen.language.declarations import (
    Declaration,
    Declarations,
    declarations_from,
    parse_declarations,
    split_outside,
    suggest,
)
from derivgen.language.elaborate import elaborate_all
from derivgen.language.largest import SPELLINGS, largest_part
from derivgen.language.names import PI, taken
from derivgen.language.notation import NotationError, is_latex
from derivgen.language.operators import OPERATORS
from derivgen.language.plain import plain
from derivgen.language.shapes import ONE, SCALAR, Dim, Shape, describe
from derivgen.language.terms import ZERO_TERM, Term, make, plus, symbol, walk

HOLDS = "holds"  # the predicate of an assumed equation
PREDICATES = (
    "positive", "nonzero", "invertible", "full_rank", "principal", "symmetric", "natural", "inverse", "simple",
    "largest",
)  # fmt: skip
METHODS = ("first principles", "differentials", "componentwise", "chain rule", "inverse function")
QUANTITIES = ("derivative", "gradient", "jacobian", "hessian", "differential", "directional")
CONVENTIONS = ("wirtinger", "gradient")
PARTS = ("conj", "re", "im")  # of a complex variable, by which one may differentiate
PERTURBATIONS = ("eps", "delta", "tau")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is asked. ``kind`` is derive, prove or expand; ``of`` is the expression, or the equation to be shown.

    ``given`` are the user's declarations, ``inferred`` what was found for the other names, ``introduced`` the names
    that
    the method brought in; ``fresh`` records which name was chosen for each role (perturbation, direction, function).
    ``premise`` is the equation a proof starts from. Gradients have the shape of their variable unless ``layout`` says
    so. In a differential the variables ``beside`` the first one vary, too. ``convention`` says what the derivative by a
    complex variable X is: "wirtinger" that with conj(X) held fixed, "gradient" d/dre(X) + 1i*d/dim(X), which is twice
    the one by conj(X); None where the variable is real.
    """

    kind: str
    of: Term
    wrt: Term | None = None
    quantity: str = "derivative"
    order: int = 1
    vary: str = "free"
    layout: str = "gradient"
    convention: str | None = None
    method: str | None = None
    given: Declarations = field(default_factory=Declarations)
    inferred: Declarations = field(default_factory=Declarations)
    introduced: Declarations = field(default_factory=Declarations)
    assume: tuple[tuple[str, Term], ...] = ()
    fresh: tuple[tuple[str, str], ...] = ()
    premise: Term | None = None
    along: Term | None = None
    target: Term | None = None
    via: tuple[Term, ...] = ()
    beside: tuple[Term, ...] = ()

    @property
    def variables(self) -> tuple[Term, ...]:
        """What varies: the variable, and for a differential those that vary beside it."""
        return () if self.wrt is None else (self.wrt, *self.beside)

    @property
    def varying(self) -> frozenset[str]:
        """The names of what varies; of an entry X[i,j] that of X."""
        return frozenset(str(variable_of(t).data) for t in self.variables)

    @property
    def member(self) -> Term | None:
        """The variable, where it is one member of a family."""
        return self.wrt if self.wrt is not None and self.wrt.op == "member" else None

    @property
    def declarations(self) -> Declarations:
        """All declarations: given, inferred and introduced."""
        return Declarations({**self.given, **self.inferred, **self.introduced})

    @property
    def names(self) -> frozenset[str]:
        """Every name that is taken: declared names and dimensions."""
        known = self.declarations
        return frozenset(known) | known.dimensions | self.of.free

    @property
    def perturbation(self) -> str:
        """The name of the small scalar."""
        return dict(self.fresh).get("perturbation", "eps")

    def introduce(
        self,
        role: str,
        wishes: Iterable[str],
        sort: str,
        shape: Shape,
        domain: tuple[Shape, ...] = (),
        properties: frozenset[str] = frozenset(),
        extent: Dim | None = None,
    ) -> tuple[Problem, str]:
        """This problem with a new name for a role: the first wish that is free, else the first with a number."""
        taken = self.names | {self.perturbation}
        options = list(wishes)
        name = next((w for w in options if w not in taken), None)
        k = 1
        while name is None:
            name = f"{options[0]}_{k}" if f"{options[0]}_{k}" not in taken else None
            k += 1
        declaration = Declaration(name, sort, shape, properties, domain, extent)
        changed = replace(self, introduced=self.introduced.extended(declaration), fresh=(*self.fresh, (role, name)))
        return changed, name


class Reader(Protocol):
    """What makes terms of texts that share their names, as ``elaborate_all`` does."""

    def __call__(
        self,
        texts: list[str],
        declarations: Declarations | None = None,
        *,
        alike: tuple[int, int, str] | None = None,
    ) -> tuple[list[Term], Declarations]:
        """The terms and the declarations that were inferred."""
        ...


def read_declarations(let: str | Mapping[str, str] | None) -> Declarations:
    """Declarations from ``"A: matrix(n)"`` or ``{"A": "matrix(n)"}``. Raises NotationError."""
    if let is None:
        return Declarations()
    if isinstance(let, str):
        return parse_declarations(let)
    return declarations_from(let)


def read_problem(
    kind: str,
    of: str,
    wrt: str | None = None,
    *,
    let: str | Mapping[str, str] | None = None,
    assume: Iterable[str] = (),
    method: str | None = None,
    quantity: str | None = None,
    order: int = 1,
    vary: str = "free",
    layout: str = "gradient",
    convention: str | None = None,
    premise: str | None = None,
    along: str | None = None,
    target: str | None = None,
    via: Iterable[str] = (),
    read: Reader = elaborate_all,
) -> Problem:
    """A checked problem from texts; ``read`` makes terms of them, ``latex_input.read_formulas`` from LaTeX, too.

    Raises NotationError with the place for anything that cannot be read or does not fit.
    """
    given = read_declarations(let)
    _one_of("method", method, METHODS)
    _one_of("kind", quantity, QUANTITIES)
    _one_of("layout", layout, ("gradient", "numerator", "denominator"))
    _one_of("convention", convention, CONVENTIONS)
    _one_of("vary", vary, ("free", "structured"))
    texts: dict[str, str] = {"of": of}
    texts |= {
        k: v for k, v in (("wrt", wrt), ("premise", premise), ("along", along), ("target", target)) if v is not None
    }
    if wrt is not None:
        texts["wrt"], *others = split_outside(wrt, ",")
        if others and "" in (texts["wrt"], *others):
            raise NotationError("a variable is missing beside the comma", wrt, wrt.index(","), "write X, Y")
        texts |= {f"beside {k}": text for k, text in enumerate(others)}
    texts |= {f"via {k}": text for k, text in enumerate(via)}
    written = list(assume)
    split = [_split_assumption(text) for text in written]
    texts |= {f"assume {k}": text for k, (_, text) in enumerate(split)}
    keys = list(texts)
    alike = None
    if "wrt" in texts and "along" in texts:
        alike = keys.index("wrt"), keys.index("along"), "a direction has the shape of its variable"
    terms, inferred = read(list(texts.values()), given, alike=alike)
    found = dict(zip(texts, terms, strict=True))
    for name, text in texts.items():
        _refuse_zero_divisor(found[name], text)
        _refuse_every(found[name], text, name.startswith("assume "))
        if name.startswith("assume "):
            _refuse_no_equation(found[name], text)
            _refuse_no_part(split[int(name.removeprefix("assume "))][0], found[name], text)
    if kind == "derive" and any("eps" in t.free for t in terms) and "eps" not in given:
        inferred = inferred.extended(Declaration("eps", "value", SCALAR))  # the user's, as log(x + eps) is written
    perturbation = _first_free(PERTURBATIONS, Declarations({**given, **inferred}))
    facts = tuple((predicate, found[f"assume {k}"]) for k, (predicate, _) in enumerate(split))
    _refuse_contradiction(facts, written, Declarations({**given, **inferred}))
    problem = Problem(
        kind, found["of"], found.get("wrt"), quantity or "derivative", order, vary, layout, convention, method, given,
        inferred,
        assume=facts, fresh=(("perturbation", perturbation),), premise=found.get("premise"), along=found.get("along"),
        target=found.get("target"), via=tuple(t for name, t in found.items() if name.startswith("via ")),
        beside=tuple(t for name, t in found.items() if name.startswith("beside ")),
    )  # fmt: skip
    _check_variables(problem, wrt or "", given)
    _refuse_derivative(problem, of)
    problem = replace(problem, convention=_convention(problem, wrt or ""))
    if quantity == "hessian":
        return replace(problem, order=2)
    return replace(problem, quantity=quantity or _quantity(problem))


def _refuse_derivative(problem: Problem, text: str) -> None:
    """Raise NotationError where LaTeX says the derivative that is asked for once more; D(..) is written on purpose."""
    if problem.kind == "derive" and is_latex(text) and problem.of.op == "D" and problem.of.args[1] == problem.wrt:
        inner, variable = plain(problem.of.args[0]), plain(problem.of.args[1])
        hint = f"leave it out: {inner}; for the second derivative write D({inner}, {variable}), or order 2"
        raise NotationError(f"the statement already holds the derivative by {variable}", text, 0, hint)


def _refuse_zero_divisor(t: Term, text: str) -> None:
    """Raise NotationError where something is divided by a written zero."""
    if any(node.op == "div" and node.args[1] == ZERO_TERM for _, node in walk(t)):
        place = re.search(r"/\s*\(*\s*0(?![.\d])", text)
        raise NotationError("division by zero", text, place.start() if place else 0)


def _refuse_every(t: Term, text: str, assumed: bool) -> None:
    """Raise NotationError where every(i, 1, N, ..) is part of an expression: it is what a fact is about."""
    while assumed and t.op == "every":
        t = t.args[2]
    if t.has("every"):
        hint = 'a fact is assumed "for i=1..N": y[i] != 0 for i=1..N'
        raise NotationError("every(..) has no value", text, max(0, text.find("every")), hint)


def _refuse_no_equation(t: Term, text: str) -> None:
    """Raise NotationError for an assumed equation about nothing, or about one thing twice."""
    while t.op == "every":
        t = t.args[2]
    if t.op == "=" and (not t.free or t.args[0] == t.args[1]):
        raise NotationError("this equation assumes nothing", text, 0, "assume an equation between names: sum(t) = 1")


def _refuse_contradiction(facts: Sequence[tuple[str, Term]], written: list[str], known: Declarations) -> None:
    """Raise NotationError for the first assumption that another one, or the declaration of a name, excludes."""
    positive = [d for d in known.values() if d.shape == SCALAR and d.properties & {"positive", "natural"}]
    declared = [("positive", symbol(d.name)) for d in positive]
    pair = contradiction([*declared, *facts])
    if pair is None:
        return
    later, earlier = (k - len(declared) for k in pair)
    if later == earlier:
        raise NotationError("this holds nowhere", written[later], 0, "leave it out, or correct it")
    other = written[earlier] if earlier >= 0 else f"the declaration of {positive[earlier].name}"
    raise NotationError(f"this contradicts {other}", written[later], 0, "leave one of the two out")


def _refuse_no_part(predicate: str, t: Term, text: str) -> None:
    """Raise NotationError where what is called the largest is the size of no column, row or entry."""
    if predicate == "largest" and largest_part(t) is None:
        raise NotationError("this is the size of no column, row or entry", text, 0, f"write {SPELLINGS}")


def _one_of(what: str, value: str | None, known: tuple[str, ...]) -> None:
    if value is not None and value not in known:
        raise NotationError(
            f"there is no {what} {value!r}", value, 0, suggest(value, known) or f"known: {', '.join(known)}"
        )


def _first_free(wishes: tuple[str, ...], given: Declarations) -> str:
    return next((w for w in wishes if w not in given and w not in given.dimensions), "eps_1")


_DOLLARS = re.compile(r"\s*\$+([^$]*)\$+\s*")
_COMPARISON = re.compile(r"^(.*?)(!=|>(?!=)|<(?!=))(.*)$", re.DOTALL)
_RANGE = re.compile(r"(\w+)\s*=\s*([^=,]+?)\s*\.\.\s*([^=,]+?)\s*(?:,|$)")
_FOR_EVERY = re.compile(rf"(.*\S)\s+for\s+((?:{_RANGE.pattern}\s*)+)", re.DOTALL)
_EQUATION = re.compile(r"(?<![<>=!])=(?!=)")
_PREDICATE = re.compile(r"^\s*([A-Za-z_]+)\s*\((.*)\)\s*$", re.DOTALL)


def _split_assumption(text: str) -> tuple[str, str]:
    """(predicate, text of the term) of ``det(X) > 0``, ``X invertible``, ``invertible(X)`` or ``A*A' = I(n)``.

    What holds ``for i=1..N`` is said of every(i, 1, N, ..).
    """
    if match := _FOR_EVERY.fullmatch(text):
        predicate, inner = _split_assumption(match.group(1))
        for name, low, high in reversed(_RANGE.findall(match.group(2))):
            inner = f"every({name}, {low}, {high}, {inner})"
        return predicate, inner
    if match := _DOLLARS.fullmatch(text):
        predicate, inner = _split_assumption(match.group(1))
        return predicate, f"${inner}$"
    if match := _COMPARISON.match(text):
        left, sign, right = match.groups()
        if sign == "<":
            left, right = right, left
        difference = left if right.strip() == "0" else f"({left}) - ({right})"
        return ("nonzero" if sign == "!=" else "positive"), difference
    if _EQUATION.search(text):
        return HOLDS, text
    if (match := _PREDICATE.match(text)) and match.group(1) in PREDICATES:
        return match.group(1), match.group(2)
    words = text.rsplit(None, 1)
    if len(words) == 2 and words[1] in PREDICATES:
        return words[1], words[0].removesuffix(" is")
    hint = "write det(X) > 0, c != 0, sum(t) = 1 or invertible(A*B)"
    raise NotationError("an assumption is not understood", text, 0, hint)


def _check_variables(problem: Problem, text: str, given: Declarations) -> None:
    if problem.kind != "derive":
        return
    if problem.wrt is None:
        raise NotationError("the variable is missing", "", 0, "add wrt X")
    place = 0
    for k, (variable, written) in enumerate(zip(problem.variables, split_outside(text, ","), strict=True)):
        place = text.index(written, place)
        _check_variable(problem, variable, text, place, given)
        if variable in problem.variables[:k]:
            raise NotationError(f"{written} stands twice among the variables", text, place, "name it once")
        place += len(written)
    if problem.beside and (problem.quantity not in ("derivative", "differential") or problem.along is not None):
        quantity = problem.quantity if problem.along is None else "directional derivative"
        hint = "leave kind and direction out for the differential, or take one variable after the other"
        raise NotationError(f"a {quantity} is taken by one variable", text, text.index(","), hint)


def _check_variable(problem: Problem, variable: Term, text: str, place: int, given: Declarations) -> None:
    base = variable_of(variable)
    if base.op == "abbreviation":
        hint = "take the derivative by a name that it holds, or declare it as a matrix, a vector or a scalar"
        reason = f"{plain(base)} is an abbreviation, so it does not vary by itself"
        raise NotationError(reason, text, place, hint)
    if base.op == "member":
        _check_member(problem, base, text, place)
    elif base.op != "symbol":
        known = "a derivative is taken by a name, an entry X[i,j], a member x[k] of a family, conj(X), re(X) or im(X)"
        raise NotationError(known, text, place)
    name = str(base.data)
    declared = problem.declarations.get(name)
    if declared is not None and declared.is_random:
        hint = "take the derivative by what is not random, such as w in E((y - w'*x)^2)"
        raise NotationError(f"{name} is random", text, place, hint)
    if problem.inferred.get(name) == PI:
        raise NotationError("pi is a constant", text, place, "declare it, such as pi: scalar, if it is none")
    if name in problem.of.free or (problem.quantity == "differential" and name in given):
        return
    zero = "the derivative would be zero"
    if problem.quantity == "differential":
        zero = f"declare {name} if the differential of a constant is meant"
    raise NotationError(
        f"{name} does not occur in the expression", text, place, suggest(name, sorted(problem.of.free)) or zero
    )


def _check_member(problem: Problem, member: Term, text: str, place: int) -> None:
    """Raise NotationError unless a member of a family can be told from those that a sum counts."""
    (index,) = member.args
    if index.op not in ("symbol", "number"):
        raise NotationError("the index of the variable is a name or a number", text, place, "write mu[j]")
    if any(OPERATORS[t.op].binds is not None and t.data == index.data for _, t in walk(problem.of)):
        hint = "take a letter for the variable that counts nothing"
        raise NotationError(f"the index {index.data} counts something in the expression", text, place, hint)
    if problem.order != 1 or problem.along is not None or problem.beside:
        raise NotationError("by a member of a family there is the first derivative alone", text, place)


def variable_of(wrt: Term) -> Term:
    """What varies in a derivative by X, an entry X[i,j], conj(X), re(X) or im(X): X."""
    return wrt.args[0] if wrt.op in ("index", *PARTS) else wrt


def is_complex_variable(problem: Problem) -> bool:
    """Whether the variable is declared complex."""
    declared = problem.declarations.get(str(variable_of(problem.wrt).data)) if problem.wrt is not None else None
    return declared is not None and declared.is_complex


def _convention(problem: Problem, text: str) -> str | None:
    """The convention that is asked for, Wirtinger's for a complex variable by itself; none for a real variable."""
    wrt, wanted = problem.wrt, problem.convention
    if problem.kind != "derive" or wrt is None:
        return None
    name = variable_of(wrt).data
    if not is_complex_variable(problem):
        shape = describe(wrt.shape)
        if wrt.op in PARTS:
            raise NotationError(f"{name} is real", text, 0, f"declare it: let {name}: complex {shape}")
        if wanted is not None:
            hint = f"leave convention out, or declare it: let {name}: complex {shape}"
            raise NotationError(f"{name} is real, and has one derivative", text, 0, hint)
        return None
    if wrt.op in PARTS or problem.quantity in ("differential", "directional") or problem.along is not None:
        if wanted is not None:
            hint = f"leave convention out, or write wrt {name}"
            raise NotationError(f"a convention is about the derivative by {name} itself", text, 0, hint)
        return None
    return wanted or "wirtinger"


def _quantity(problem: Problem) -> str:
    if problem.kind != "derive" or problem.wrt is None:
        return "derivative"
    if problem.along is not None:
        return "directional"
    if problem.beside:
        return "differential"
    of, wrt = problem.of.shape, problem.wrt.shape
    if wrt == SCALAR and (of != SCALAR or problem.order != 2):
        return "derivative"
    if problem.order == 2:
        # the second derivative by a matrix is no matrix, but a form in dX: d^2 f
        return "differential" if problem.of.shape == SCALAR and ONE not in problem.wrt.shape else "hessian"
    if of == SCALAR:
        return "gradient"
    if of[1] == ONE and wrt[1] == ONE:
        return "jacobian"
    matrices = [name for name, d in problem.inferred.items() if d.sort == "value" and ONE not in d.shape]
    hint = "ask for kind differential"
    if of[0] == ONE == wrt[1]:
        hint = f"ask for the Jacobian of its transpose, ({plain(problem.of)})', or for kind differential"
    if unsaid := taken([], [name for name in matrices if name not in problem.varying]):
        hint += f"; {unsaid}"
    raise NotationError(f"the derivative of a {describe(of)} by a {describe(wrt)} is not a matrix", "", 0, hint)


def perturbed(problem: Problem, direction: Term | None) -> Term:
    """The variable plus eps times the direction, or plus eps for a scalar variable."""
    assert problem.wrt is not None
    eps = symbol(problem.perturbation)
    return plus(problem.wrt, eps if direction is None else make("times", [eps, direction]))
