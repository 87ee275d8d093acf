"""First principles for a vector or matrix variable X: perturb it in an arbitrary direction U.

Three shapes of the story, found from the expression: a linear f by its directional derivative; an f = log(..) whose
expansion splits off f(X) exactly by the difference f(X + eps*U) - f(X); any other by f(X + eps*U) for a local name f.
"""

from __future__ import annotations

from derivgen.engine.context import Context
from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.phases import Phase
from derivgen.engine.trace import Chain, Derivation
from derivgen.engine.trail import Trail
from derivgen.language.problem import Problem
from derivgen.language.shapes import ONE, SCALAR
from derivgen.language.terms import Term, equivalent, make, plus, product, substitute, symbol
from derivgen.methods import first_principles as scalar
from derivgen.methods.adjoints import move_adjoints
from derivgen.methods.componentwise import bilinear_lemma
from derivgen.methods.law_sets import (
    CLEAN,
    DEFINED,
    DISTRIBUTE,
    DIVISIONS,
    INVERSES,
    LINEAR,
    NORMAL,
    PREPARE,
    PUSH_TRANSPOSES,
    TIDY,
)
from derivgen.methods.trace_form import to_trace_form, transposes_in
from derivgen.rules.binding import Abstraction, Binding
from derivgen.rules.book import RuleBook, local_law

PRODUCTS = ("times", "dot", "hadamard", "div", "hadamard_div")
LINEAR_OPERATORS = frozenset({"tr", "transpose", "neg", "plus", "total", *PRODUCTS})


def is_affine(t: Term, name: str) -> bool:
    """Whether a term is linear in a symbol up to constants.

    Each summand holds it at most once, below linear operators only.
    """
    if name not in t.free:
        return False
    if t.op == "symbol":
        return True
    if t.op == "plus":
        return all(name not in a.free or is_affine(a, name) for a in t.args)
    if t.op in PRODUCTS:
        holding = [a for a in t.args if name in a.free]
        return len(holding) == 1 and is_affine(holding[0], name) and not (t.op in DIVISIONS and holding[0] is t.args[1])
    return t.op in LINEAR_OPERATORS and is_affine(t.args[0], name)


class Story:
    """The parts of one derivation in the making: chains, lemmas and definitions."""

    def __init__(self, problem: Problem, book: RuleBook) -> None:
        assert problem.wrt is not None
        self.variable = problem.wrt
        self.vector = self.variable.shape[1] == ONE
        wishes = ("u", "v", "w") if self.vector else ("U", "V", "W")
        self.problem, name = problem.introduce("direction", wishes, "value", self.variable.shape)
        self.direction = symbol(name, self.variable.shape)
        self.context = Context.of(self.problem, book)
        self.chains: list[Chain] = []
        self.lemmas: list[tuple[str, Term, int]] = []
        self.definitions: list[tuple[str, Term]] = []

    @property
    def moved(self) -> Term:
        """X + eps*U."""
        return plus(self.variable, product(symbol(self.problem.perturbation), self.direction))

    def replace_problem(self, problem: Problem) -> None:
        """Go on with more names, keeping what was assumed and shown."""
        old = self.context
        self.problem, self.context = problem, Context.of(problem, old.book)
        self.context.assumed, self.context.local = old.assumed, old.local

    def add(self, trail: Trail) -> int:
        """Keep a finished chain; its index."""
        self.chains.append(trail.chain())
        return len(self.chains) - 1

    def lemma(self, trail: Trail, words: str) -> str:
        """Keep a chain and make its equation a law of this derivation; the law's name."""
        equation = make("=", [trail.start, trail.term])
        name = f"lemma {len(self.lemmas) + 1}"
        self.lemmas.append((name, equation, self.add(trail)))
        self.context.local[name] = local_law(name, equation, words=words, news=2)
        return name

    def define(self) -> str:
        """Give the expression a local name f(X); the law's name."""
        wishes = ("f", "g", "h") if self.vector else ("L", "F", "f")
        shape = self.variable.shape
        problem, name = self.problem.introduce("function", wishes, "function", SCALAR, (shape,))
        self.replace_problem(problem)
        equation = make("=", [make("apply", [self.variable], (name, (0,)), SCALAR), problem.of])
        law = f"definition {len(self.definitions) + 1}"
        self.definitions.append((law, equation))
        self.context.local[law] = local_law(
            law, equation, [str(self.variable.data)], words=f"put in the argument of {name}", news=1
        )
        return law

    def finish(self, equation: Term, law: str, body: Term, unfold: str | None = None) -> Derivation:
        """Read the gradient off an equation that an earlier chain showed, and simplify."""
        trail = Trail("conclusion", equation, self.context)
        name = str(self.variable.data)
        trail.need(
            law,
            "read off",
            {
                "F": Abstraction((name,), body),
                "x" if self.vector else "X": self.variable,
                "u" if self.vector else "U": self.direction,
            },
        )
        if unfold:
            trail.need(unfold, "unfold")
        trail.run(
            Phase(
                "properties",
                ("symmetric_transpose", "hadamard_ones", "hadamard_pow_one", *PUSH_TRANSPOSES, *TIDY, "reorder"),
                within=lambda t, path: path[:1] == (1,),
            )
        )
        self.add(trail)
        return Derivation(
            self.problem,
            "first principles",
            tuple(self.chains),
            trail.term,
            tuple(self.lemmas),
            tuple(self.definitions),
            tuple(self.context.assumed.values()),
        )


def derive_gradient(problem: Problem, book: RuleBook) -> Derivation:
    """The gradient of a scalar by a vector or matrix from first principles. Raises DerivationError."""
    if problem.of.shape != SCALAR:
        raise DerivationError(
            "first principles need a scalar expression here",
            problem.of,
            hint="use the method differentials or componentwise",
        )
    story = Story(problem, book)
    if is_affine(problem.of, str(story.variable.data)):
        return _linear(story)
    if problem.of.op == "log":
        split = _split(story)
        if split is not None:
            return split
    return _by_expansion(story)


def _law(story: Story, name: str) -> str:
    return name + "_vector" if story.vector else name


def _linear(story: Story) -> Derivation:
    problem = story.problem
    statement = make("directional", [problem.of, story.variable, story.direction])
    trail = Trail("directional", statement, story.context)
    trail.need("def_directional", "definition", {"F": Abstraction((str(story.variable.data),), problem.of)})
    scalar.multiply_out(trail)
    if scalar.leaves_a_rest(trail.term, story.problem.perturbation):
        trail.run(Phase("cancel", NORMAL, assume=False))
    scalar.collect(trail)
    scalar.take_limit(trail)
    _bring_to_trace_form(story, trail)
    story.lemma(trail, "the directional derivative")
    return story.finish(make("=", [statement, trail.term]), _law(story, "read_directional"), problem.of)


def _expanded(story: Story, trail: Trail) -> None:
    """Expand, multiply out, drop the squares of eps."""
    scalar.expand(trail, exact=False)
    scalar.demand_settled(trail)
    accept = scalar.opens_perturbation(story.context)
    rules = ("absorb", "drop2", *CLEAN, *LINEAR, *DISTRIBUTE)
    trail.run(
        Phase("multiply out", rules, accept=accept),
        Phase("simplify inverses", INVERSES, assume=False),
        Phase("cancel", ("neg_plus", "like_terms", "arithmetic")),
    )


def _split(story: Story) -> Derivation | None:
    """log(..): exact laws split off f(X); the rest is expanded in the difference f(X + eps*U) - f(X)."""
    of, name = story.problem.of, str(story.variable.data)
    start = substitute(of, {name: story.moved})
    trail = Trail("expansion", start, story.context)
    accept = scalar.opens_perturbation(story.context)
    trail.run(
        Phase(
            "prepare",
            (*PREPARE, "drop2"),
            inner=True,
            within=scalar.inside_function,
            accept=scalar.opens_no_shift(accept),
        ),
        *scalar.factor_out(story.problem.perturbation),
    )
    term = trail.term
    if term.op != "plus" or not any(equivalent(a, of) for a in term.args):
        return None
    if not any(s.phase == "split" for s in trail.steps):
        return None
    lemma = story.lemma(trail, "the expansion above")
    difference = Trail("difference", plus(start, make("neg", [of])), story.context)
    difference.need(lemma, "lemma")
    difference.run(Phase("lemma", ("like_terms",)))
    _expanded(story, difference)
    scalar.collect(difference)
    _bring_to_trace_form(story, difference)
    story.lemma(difference, "the difference above")
    equation = make("=", [difference.start, difference.term])
    return story.finish(equation, _law(story, "read_difference"), of)


def _by_expansion(story: Story) -> Derivation:
    """f(X + eps*U) for a local name f."""
    definition = story.define()
    law = story.context.local[definition]
    applied = story.definitions[0][1].args[0]
    start = substitute(applied, {str(story.variable.data): story.moved})
    trail = Trail("expansion", start, story.context)
    trail.need(definition, "substitute", path=())
    _expanded(story, trail)
    given: Binding = {str(story.variable.data): story.variable}
    if not trail.use(law.name, "fold", given, forward=False):
        _match_leading_part(story, trail)
        trail.need(law.name, "fold", given, forward=False)
    scalar.collect(trail)
    if story.direction.free.isdisjoint(_first_order(trail.term)):
        raise DerivationError(
            f"the expression does not change with {story.variable.data}: its gradient is zero",
            trail.term,
            trail.steps,
        )
    _bring_to_trace_form(story, trail)
    story.lemma(trail, "the expansion above")
    return story.finish(make("=", [start, trail.term]), _law(story, "read_gradient"), applied, definition)


def _first_order(t: Term) -> frozenset[str]:
    """The names in the summands beside O(eps^2)."""
    return frozenset().union(*(a.free for a in (t.args if t.op == "plus" else ()) if a.op != "O"))


def _match_leading_part(story: Story, trail: Trail) -> None:
    """The part without eps is f(X) in another form: bring both to one form, and write f(X) for it."""
    eps = story.problem.perturbation
    parts = trail.term.args if trail.term.op == "plus" else (trail.term,)
    chosen = tuple(k for k, a in enumerate(parts) if eps not in a.free)
    if not chosen:
        raise DerivationError("the expansion does not show f(X) again", trail.term, trail.steps)
    lead = plus(*[parts[k] for k in chosen])
    sides = [Trail("lemma", start, story.context) for start in (story.problem.of, lead)]
    for side in sides:
        side.run(Phase("definitions", DEFINED), Phase("normal form", NORMAL, assume=False))
    if not equivalent(sides[0].term, sides[1].term):
        raise DerivationError("the expansion does not show f(X) again", trail.term, trail.steps)
    names = [story.lemma(side, "the same expression") if side.steps else None for side in sides]
    path = (chosen,) if len(chosen) > 1 else chosen
    if names[1]:
        trail.need(names[1], "fold", path=path if len(parts) > len(chosen) else ())
    if names[0]:
        trail.need(names[0], "fold", forward=False)


def _bring_to_trace_form(story: Story, trail: Trail) -> None:
    move_adjoints(trail, story.direction)
    if not story.vector:
        trail.run(transposes_in(story.direction))
        for equation in bilinear_lemma(story.context, trail.term, story.direction):
            name = story.lemma(equation, "the identity above")
            trail.need(name, "lemma")
    to_trace_form(trail, story.direction)
