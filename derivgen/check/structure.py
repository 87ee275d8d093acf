"""What a derivation must be beyond its steps: chains that join, lemmas that were shown,
a result that is the last line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from derivgen.check.report import RefusedError
from derivgen.engine.trace import Chain, Derivation
from derivgen.language.declarations import Declaration, Declarations
from derivgen.language.elaborate import parse
from derivgen.language.operators import NAMING, OPERATORS, SCALAR_FUNCTIONS
from derivgen.language.partials import is_partial
from derivgen.language.plain import plain
from derivgen.language.problem import CONVENTIONS, HOLDS, PARTS, Problem, is_complex_variable
from derivgen.language.shapes import ONE, SCALAR
from derivgen.language.terms import Term, equivalent, make, symbol, walk
from derivgen.rules.book import Law, local_law
from derivgen.rules.equations import equation_laws
from derivgen.rules.members import member_laws
from derivgen.rules.ranges import fact, ranges_of

RELATIONS = ("=", "<=", ">=")
KINDS = ("derive", "prove", "expand")


def check_frame(derivation: Derivation) -> None:
    """Everything that no single chain can show. Raises RefusedError."""
    problem = derivation.problem
    if problem.kind not in KINDS:
        raise RefusedError(f"there is no kind of problem {problem.kind!r}")
    if problem.vary not in ("free", "structured") or problem.layout not in ("gradient", "numerator", "denominator"):
        raise RefusedError(f"the check knows no meaning for vary {problem.vary!r} with layout {problem.layout!r}")
    _check_convention(problem)
    if problem.vary == "structured" and (problem.kind != "derive" or problem.quantity != "gradient"):
        raise RefusedError("only a gradient is taken within the structure of its variable")
    if problem.method is not None and derivation.method != problem.method:
        raise RefusedError(f"the problem asks for {problem.method}, the derivation is by {derivation.method}")
    _check_names(problem, derivation)
    known = Known.of(problem)
    for t in _terms(derivation):
        check_term(t, known)
    _check_definitions(derivation, known)
    _check_lemmas(derivation)
    _check_assumed(derivation)
    if not derivation.chains:
        raise RefusedError("the derivation has no chain")
    check_result(derivation)


def _check_convention(problem: Problem) -> None:
    """A derivative by a complex name says which it is; nothing else has a convention. Raises RefusedError."""
    own = problem.kind == "derive" and is_complex_variable(problem) and problem.wrt is not None
    own = own and problem.wrt.op not in PARTS and problem.quantity not in ("differential", "directional")  # type: ignore[union-attr]
    if (problem.convention in CONVENTIONS) != own or (problem.convention and not own):
        raise RefusedError(f"the check knows no meaning for the convention {problem.convention!r} here")
    if problem.wrt is not None and problem.wrt.op in PARTS and not is_complex_variable(problem):
        raise RefusedError("the variable is real, and has no parts to differentiate by")
    if own and problem.vary == "structured":
        raise RefusedError("a complex variable moves freely")


def _terms(derivation: Derivation) -> Iterator[Term]:
    """All terms but those inside steps, which follow from their neighbours, and the problem's own."""
    problem = derivation.problem
    yield from (t for t in (problem.of, *_asides(problem)) if t is not None)
    yield derivation.result
    yield from (t for _, t, _ in derivation.lemmas)
    yield from (c.term for c in derivation.assumed)
    for chain in derivation.chains:
        yield chain.start
        yield from (step.after for step in chain.steps)


def _asides(problem: Problem) -> tuple[Term | None, ...]:
    """What the problem says beside its expression."""
    assumed = [t for _, t in problem.assume]
    return problem.wrt, problem.premise, problem.along, problem.target, *problem.via, *problem.beside, *assumed


# -- names ---------------------------------------------------------------------------------------------------
def _check_names(problem: Problem, derivation: Derivation) -> None:
    theirs = Declarations({**problem.given, **problem.inferred})
    for name in problem.given.keys() & problem.inferred.keys():
        raise RefusedError(f"{name} is given, so it cannot be inferred")
    used = frozenset(theirs) | theirs.dimensions | problem.of.free
    for other in _asides(problem):
        used |= other.free if other is not None else frozenset()
    for name in (*problem.introduced, problem.perturbation):
        if name in used - {problem.perturbation if name != problem.perturbation else ""} and name not in _own(
            problem, name
        ):
            raise RefusedError(f"the introduced name {name} already stands in the problem")
    if problem.perturbation in problem.declarations:
        raise RefusedError(f"the perturbation {problem.perturbation} is declared as something else")
    for _, name in problem.fresh:
        if name != problem.perturbation and name not in problem.introduced:
            raise RefusedError(f"{name} was chosen as a fresh name but is not declared")
    chosen = {name for _, name in problem.fresh}
    for name in problem.introduced:
        if name not in chosen:
            raise RefusedError(f"{name} is introduced but has no role")


def _own(problem: Problem, name: str) -> frozenset[str]:
    """A problem about an expansion may speak of the perturbation itself."""
    return (
        frozenset((problem.perturbation,)) if name == problem.perturbation and problem.kind != "derive" else frozenset()
    )


@dataclass(frozen=True)
class Known:
    """The names that terms may use, and what was looked at already."""

    declarations: Declarations
    dimensions: frozenset[str]
    perturbation: str
    seen: set[tuple[Term, frozenset[str]]] = field(default_factory=set)

    @classmethod
    def of(cls, problem: Problem) -> Known:
        """The names of a problem."""
        declarations = problem.declarations
        return cls(declarations, declarations.dimensions, problem.perturbation)


def check_term(t: Term, known: Known, bound: frozenset[str] = frozenset()) -> None:
    """Every name is declared with its shape, or bound. Raises RefusedError."""
    stack: list[tuple[Term, frozenset[str]]] = [(t, bound)]
    while stack:
        node, inside = stack.pop()
        if (node, inside) in known.seen:
            continue
        known.seen.add((node, inside))
        if node.op == "symbol":
            _check_symbol(node, inside, known)
        elif node.op == "map" and node.data[0] in SCALAR_FUNCTIONS:  # type: ignore[index]
            _check_elementary(node)
        elif node.op in NAMING:
            _check_function(node, known.declarations)
        elif node.op == "member":
            _check_member(node, known.declarations)
        elif node.op == "abbreviation":
            _check_abbreviation(node, known.declarations)
        for k, arg in enumerate(node.args):
            stack.append((arg, inside | {str(node.data)} if OPERATORS[node.op].binds == k else inside))


def _check_symbol(t: Term, inside: frozenset[str], known: Known) -> None:
    name = str(t.data)
    if name in inside:
        return
    declaration = known.declarations.get(name)
    if declaration is None:
        if name not in known.dimensions and name != known.perturbation:
            raise RefusedError(f"{name} is not declared")
        if t.shape != SCALAR:
            raise RefusedError(f"{name} is a scalar")
    elif declaration.sort == "function" or declaration.shape != t.shape:
        raise RefusedError(f"{name} is declared as {declaration}, and stands here as something else")


def _check_function(t: Term, known: Declarations) -> None:
    name, orders = t.data if isinstance(t.data, tuple) else (t.data, ())
    declaration = known.get(str(name))
    if declaration is None or declaration.sort != "function":
        raise RefusedError(f"{name} is not declared as a function")
    if t.op == "map":
        fits = declaration.domain == (SCALAR,) and declaration.shape == SCALAR
    else:
        fits = tuple(a.shape for a in t.args) == declaration.domain
        fits = fits and (t.op != "apply" or t.shape == declaration.shape)
    if t.op == "jac":
        fits = fits and t.shape == (declaration.shape[0], t.args[0].shape[0]) and declaration.shape[1] == ONE
    if t.op == "hess":
        fits = fits and declaration.shape == SCALAR
    if not fits or (t.op == "apply" and len(orders) != len(t.args)):
        raise RefusedError(f"{name} is declared as {declaration}, and stands here with other arguments")


def _check_elementary(t: Term) -> None:
    if t.data[1]:  # type: ignore[index]
        raise RefusedError(f"the derivative of an elementary function has no name of its own: {plain(t)}")


def _check_abbreviation(t: Term, known: Declarations) -> None:
    name = str(t.data[0])  # type: ignore[index]
    declaration = known.get(name)
    if declaration is None or declaration.sort != "abbreviation" or _defined(declaration, known).data != t.data:
        raise RefusedError(f"{name} is not declared as an abbreviation of {plain(t.args[0])}")


def _defined(abbreviation: Declaration, known: Declarations) -> Term:
    """An abbreviation as its declaration reads; one with members at the letter that counts them."""
    name, counter = abbreviation.name, abbreviation.counter
    if not counter:
        return parse(name, known)
    return parse(f"{name}[{counter}]", known.extended(Declaration(counter, "index", SCALAR)))


def _check_member(t: Term, known: Declarations) -> None:
    declaration = known.get(str(t.data))
    if declaration is None or declaration.sort != "members" or declaration.shape != t.shape:
        raise RefusedError(f"{t.data} is not declared as a family of such things")


# -- definitions and lemmas ----------------------------------------------------------------------------------
def definition_parts(equation: Term) -> tuple[str, tuple[Term, ...], Term]:
    """(name, arguments, body) of f(x) = body. Raises RefusedError for anything else."""
    if equation.op != "=":
        raise RefusedError("a definition is an equation")
    left, body = equation.args
    if left.op != "apply" or any(left.data[1]):  # type: ignore[index]
        raise RefusedError(f"a definition says what f(x) is, not what {plain(left)} is")
    if any(a.op != "symbol" for a in left.args) or len({a.data for a in left.args}) != len(left.args):
        raise RefusedError("a definition has different names as arguments")
    return str(left.data[0]), left.args, body  # type: ignore[index]


def _check_definitions(derivation: Derivation, known: Known) -> None:
    problem = derivation.problem
    defined: set[str] = set()
    for k, (label, equation) in enumerate(derivation.definitions):
        name, arguments, body = definition_parts(equation)
        if label != f"definition {k + 1}":
            raise RefusedError(f"the definition {label!r} is number {k + 1}")
        if name not in problem.introduced or name in defined:
            raise RefusedError(f"{name} is not a new name, so it cannot be defined here")
        later = {definition_parts(other)[0] for _, other in derivation.definitions[k:]}
        if body.free & later:
            raise RefusedError(f"the definition of {name} is circular")
        if problem.perturbation in body.free:
            raise RefusedError(f"the definition of {name} speaks of the perturbation")
        check_term(equation, known, frozenset(str(a.data) for a in arguments))
        defined.add(name)


def _check_lemmas(derivation: Derivation) -> None:
    for k, (label, equation, index) in enumerate(derivation.lemmas):
        if label != f"lemma {k + 1}":
            raise RefusedError(f"the lemma {label!r} is number {k + 1}")
        if not isinstance(index, int) or not 0 <= index < len(derivation.chains):
            raise RefusedError(f"{label} names a chain that does not exist")
        if equation != proved(derivation.chains[index]):
            raise RefusedError(f"{label} is not what chain {index + 1} shows")


def proved(chain: Chain) -> Term:
    """What a chain shows: start = end, or the equation that it ends in."""
    return chain.end if chain.start.op in RELATIONS else make("=", [chain.start, chain.end])


def local_laws(derivation: Derivation, before: int) -> dict[str, Law]:
    """The premise, the definitions, and the lemmas shown by chains before the given one."""
    found = equation_laws(derivation.problem.assume) | member_laws(derivation.problem.wrt)
    if derivation.problem.premise is not None:
        found["premise"] = local_law("premise", derivation.problem.premise)
    for label, equation in derivation.definitions:
        _, arguments, _ = definition_parts(equation)
        found[label] = local_law(label, equation, [str(a.data) for a in arguments])
    premise = derivation.problem.premise
    if premise is not None and premise.op == "=":
        found["premise"] = local_law("premise", premise)
    for label, equation, index in derivation.lemmas:
        if index < before:
            found[label] = local_law(label, equation)
    return found


def pointwise(derivation: Derivation, before: int) -> dict[str, frozenset[str]]:
    """The names of the equations that lemmas shown before a chain rely on: where these vary, the lemmas say nothing."""
    found: dict[str, frozenset[str]] = {}
    for label, _, index in derivation.lemmas:
        if index < before:
            steps = derivation.chains[index].steps
            used = [c.term.free for step in steps for c in step.conditions if c.predicate == HOLDS]
            found[label] = frozenset().union(*used, *[found.get(step.rule, frozenset()) for step in steps])
    return {label: names for label, names in found.items() if names}


def _check_assumed(derivation: Derivation) -> None:
    """What is listed as assumed is what the steps assume, no more and no less."""
    for predicate, t in derivation.problem.assume:
        if (predicate == HOLDS) != (ranges_of(t)[1].op == "="):
            raise RefusedError(f"the check knows no meaning for the assumption {fact(predicate, t)}")
    used = [c for step in derivation.steps for c in step.conditions if c.basis == "assumed"]
    for c in derivation.assumed:
        if c.basis != "assumed" or not any(u.predicate == c.predicate and equivalent(u.term, c.term) for u in used):
            raise RefusedError(f"{fact(c.predicate, c.term)} is listed as assumed, but no step assumes it")
    for u in used:
        if not any(u.predicate == c.predicate and equivalent(u.term, c.term) for c in derivation.assumed):
            raise RefusedError(f"{fact(u.predicate, u.term)} is assumed but not listed")


# -- chains --------------------------------------------------------------------------------------------------
def check_start(derivation: Derivation, index: int) -> None:
    """A chain of equations starts from something known. Raises RefusedError."""
    start = derivation.chains[index].start
    if start.op in RELATIONS and not _known(start, derivation, index):
        raise RefusedError(f"nothing shows the equation that the chain starts from: {plain(start)}")


def _known(equation: Term, derivation: Derivation, index: int) -> bool:
    premise = derivation.problem.premise
    if premise is not None and equivalent(equation, premise):
        return True
    if equation.op == "=" and equivalent(*equation.args):
        return True
    return any(equivalent(equation, proved(chain)) for chain in derivation.chains[:index])


# -- the result ----------------------------------------------------------------------------------------------
def check_result(derivation: Derivation) -> None:
    """The result answers the problem and is the last line of the trace. Raises RefusedError."""
    last, result, problem = derivation.chains[-1], derivation.result, derivation.problem
    if result.op not in RELATIONS:
        raise RefusedError("the result is not an equation")
    if not equivalent(result, proved(last)) or result.args != proved(last).args:
        raise RefusedError(f"the last line of the trace is {plain(proved(last))}, the result says {plain(result)}")
    statement = asked(problem)
    if problem.kind == "prove":
        if not equivalent(result, statement):
            raise RefusedError(f"to be shown was {plain(statement)}, the result is {plain(result)}")
        _check_way(problem, last)
    elif result.op != "=" or not equivalent(result.args[0], statement):
        raise RefusedError(f"asked was {plain(statement)}, the result is about {plain(result.args[0])}")
    elif problem.kind == "derive" and equivalent(*result.args) and problem.quantity != "differential":
        raise RefusedError("the result says nothing but what was asked")
    elif problem.kind == "derive" and any(_is_open(t) for _, t in walk(result.args[1])):
        raise RefusedError("the result still holds a derivative or a limit")


def _is_open(t: Term) -> bool:
    """Whether a result may not hold this: a derivative that is not a partial derivative of an unknown function."""
    return t.op in ("D", "nabla", "structured", "tied", "lim", "directional", "O") and not is_partial(t)


def _check_way(problem: Problem, chain: Chain) -> None:
    """The way-points stand on the way, in their order. Raises RefusedError."""
    lines = iter([chain.start, *[step.after for step in chain.steps]])
    for point in problem.via:
        if not any(equivalent(line, point) for line in lines):
            raise RefusedError(f"the proof does not pass through {plain(point)}")


def asked(problem: Problem) -> Term:
    """What the left side of the result, or the equation to be shown, must be. Raises RefusedError."""
    if problem.kind != "derive":
        return problem.of
    if problem.wrt is None:
        raise RefusedError("the variable is missing")
    _check_quantity(problem, problem.wrt)
    if problem.quantity == "differential":
        once = make("d", [problem.of])
        return once if problem.order == 1 else make("d", [once])
    if problem.quantity == "directional":
        t, direction = problem.of, _direction(problem, problem.wrt)
        for _ in range(problem.order):
            t = make("directional", [t, problem.wrt, direction])
        return t
    t = problem.of
    kind = "structured" if problem.vary == "structured" else "nabla" if problem.convention == "gradient" else "D"
    for _ in range(problem.order):
        t = make(kind, [t, problem.wrt])
    return make("transpose", [t]) if _lies(problem, t) else t


def _lies(problem: Problem, derivative: Term) -> bool:
    """Whether the layout shows the transpose: of a gradient in the numerator's, of a Jacobian in the denominator's."""
    if problem.wrt is None or problem.wrt.shape == SCALAR or derivative.shape == SCALAR:
        return False
    return problem.layout == ("numerator" if problem.of.shape == SCALAR else "denominator")


def _direction(problem: Problem, variable: Term) -> Term:
    """The direction that is given, or the one that was introduced. Raises RefusedError where there is none."""
    if problem.along is not None:
        return problem.along
    declared = problem.introduced.get(dict(problem.fresh).get("direction", ""))
    if declared is None or declared.sort != "value" or declared.shape != variable.shape:
        raise RefusedError("the direction is missing")
    return symbol(declared.name, variable.shape)


def _check_quantity(problem: Problem, variable: Term) -> None:
    """The quantity asked for fits the shapes and the order. Raises RefusedError."""
    vectors = problem.of.shape[1] == variable.shape[1] == ONE and problem.of.shape != SCALAR
    fits = {
        "derivative": problem.order >= 1,
        "gradient": problem.of.shape == SCALAR != variable.shape and problem.order == 1,
        "jacobian": vectors and problem.order == 1,
        "hessian": problem.of.shape == SCALAR and problem.order == 2,
        "differential": problem.order in (1, 2),
        "directional": problem.order >= 1 and variable.op == "symbol",
    }
    if problem.along is not None and problem.quantity != "directional":
        raise RefusedError(f"a {problem.quantity} has no direction")
    if problem.beside and problem.quantity != "differential":
        raise RefusedError(f"a {problem.quantity} is taken by one variable")
    if not fits.get(problem.quantity, False):
        raise RefusedError(f"a {problem.quantity} of order {problem.order} does not fit the shapes")
