"""The interface that documents, tests and other programs rely on.

Derive, prove, expand, check, and the Result they give.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from derivgen.engine.derivation_error import DerivationError, OpenEquationError
from derivgen.engine.trace import Derivation, Step
from derivgen.language.abbreviations import definitions
from derivgen.language.declarations import Declarations, suggest
from derivgen.language.elaborate import elaborate_all, parse
from derivgen.language.notation import NotationError, is_latex
from derivgen.language.plain import plain
from derivgen.language.problem import HOLDS, Problem, Reader, read_declarations, read_problem
from derivgen.language.shapes import describe
from derivgen.language.terms import ZERO_TERM, Term, equivalent, make, zeros
from derivgen.methods.choose import solve
from derivgen.rules.book import RuleBook, load_rules, standard_book
from derivgen.rules.ranges import fact
from derivgen.rules.stated import stated

if TYPE_CHECKING:
    from derivgen.check.report import Report
    from derivgen.present.catalogue import Catalogue
    from derivgen.present.lines import Outline
    from derivgen.present.notation_style import Notation

Let = str | Mapping[str, str] | None


Expression = Any
"""A text in the notation or in LaTeX, a SymPy expression, or the result of another derivation."""


class Formula:
    """A term that prints itself in the notation: ``str(d.result) == "A'*B'"``."""

    __slots__ = ("term",)

    def __init__(self, term: Term) -> None:
        self.term = term

    def __str__(self) -> str:
        return plain(self.term)

    def __repr__(self) -> str:
        return f"Formula({plain(self.term)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Formula) and self.term == other.term

    def __hash__(self) -> int:
        return hash(self.term)


class Result:
    """A derivation with what one does with it. ``checked`` is None until ``check`` was called on it."""

    def __init__(self, derivation: Derivation, book: RuleBook, symbols: Mapping[str, Any] | None = None) -> None:
        self.derivation, self.book = derivation, book
        self._symbols = symbols  # of SymPy's, where the question was put in them
        self.checked: Report | None = None

    def __repr__(self) -> str:
        problem = self.derivation.problem
        by = f" by {', '.join(plain(one) for one in problem.variables)}" if problem.variables else ""
        checked = "not checked" if self.checked is None else "checked" if self.checked else "refused by the check"
        return f"<{problem.kind} {plain(problem.of)}{by}: {self.result}, {len(self.steps)} steps, {checked}>"

    @property
    def result(self) -> Formula:
        """The answer: the right side of the last line; for a proof the equation that was shown."""
        end = self.derivation.result
        return Formula(end if self.derivation.problem.kind == "prove" else end.args[1])

    @property
    def steps(self) -> tuple[Step, ...]:
        """All rewrites in order, one law each."""
        return self.derivation.steps

    @property
    def assumed(self) -> tuple[str, ...]:
        """What the derivation assumes beyond the declarations, in words; nothing that follows from the rest."""
        facts = stated(((c.predicate, c.term) for c in self.derivation.assumed), self.derivation.problem.declarations)
        return tuple(fact(predicate, term) for predicate, term in facts)

    @property
    def unused(self) -> tuple[str, ...]:
        """The equations that were to be assumed, and that no step used: they made the result no shorter."""
        used = {c.term for c in self.derivation.assumed}
        given = ((p, t) for p, t in self.derivation.problem.assume if p == HOLDS)
        return tuple(fact(p, t) for p, t in given if not any(equivalent(t, other) for other in used))

    def lines(self, detail: str = "lecture", language: str | Catalogue = "en") -> Outline:
        """The lines a reader sees: "lecture", "worked" or "full", in "en", "de", "fr" or "es".

        Raises CatalogueError for another language.
        """
        from derivgen.present.catalogue import catalogue
        from derivgen.present.outline import outline

        words = catalogue(language) if isinstance(language, str) else language
        return outline(self.derivation, self.book, detail, words)

    def text(self, detail: str = "lecture", language: str | Catalogue = "en") -> str:
        """The derivation for a terminal."""
        from derivgen.present.catalogue import catalogue
        from derivgen.present.text import text

        words = catalogue(language) if isinstance(language, str) else language
        return text(self.lines(detail, words), names=detail != "lecture", words=words)

    def latex(
        self,
        detail: str = "worked",
        notation: Notation | Mapping[str, str] | None = None,
        language: str | Catalogue = "en",
    ) -> str:
        """The derivation as LaTeX: an align* for each block.

        ``notation`` holds settings such as {"determinant": "det"}. Raises ValueError for one that is not known.
        """
        from derivgen.present.latex_lines import latex_lines
        from derivgen.present.style import style

        chosen = style(notation, language)
        return latex_lines(self.lines(detail, chosen.words), chosen)

    def html(
        self,
        detail: str = "worked",
        notation: Notation | Mapping[str, str] | None = None,
        language: str | Catalogue = "en",
    ) -> str:
        """The derivation as a web page of its own, with MathML; ``notation`` as for ``latex``."""
        from derivgen.present.html_page import html_page
        from derivgen.present.style import style

        chosen = style(notation, language)
        return html_page(self.lines(detail, chosen.words), chosen)

    def code(self, target: str = "numpy") -> str:
        """The result as the text of a function that runs; ``target`` is "numpy".

        The parameters are the names of the question as they come in reading, so that a function and its gradient take
        the same arguments. Raises BorderError for what has no value in numbers.
        """
        from derivgen.interop.numpy_code import numpy_code

        self._known_target(target)
        problem = self.derivation.problem
        names = "".join(f", with {plain(equation)}" for equation in definitions(self.derivation.result))
        title = plain(self.derivation.result) + names + "".join(f", if {fact}" for fact in self.assumed)
        return numpy_code(self.result.term, problem.declarations, self._function_name(), [problem.of], title)

    def function(self, target: str = "numpy") -> Callable[..., Any]:
        """The function of ``code``, ready to be called. Raises BorderError."""
        from derivgen.interop.numpy_code import numpy_function

        self._known_target(target)
        problem = self.derivation.problem
        return numpy_function(self.result.term, problem.declarations, self._function_name(), [problem.of])

    def to_sympy(self) -> Any:
        """The result as a SymPy expression. Raises BorderError that names what SymPy cannot say."""
        from derivgen.interop.sympy import to_sympy

        return to_sympy(self.result.term, self.derivation.problem.declarations, self._symbols)

    def _known_target(self, target: str) -> None:
        from derivgen.interop.errors import BorderError

        if target != "numpy":
            raise BorderError(f"there is no code for {target!r}", 'write code("numpy")')

    def _function_name(self) -> str:
        problem = self.derivation.problem
        return problem.quantity if problem.kind == "derive" else "value"

    def to_json(self) -> str:
        """The trace as JSON "derivgen/1"; the text alone suffices to read it again and to check it."""
        from derivgen.engine.trace_json import to_json

        return to_json(self.derivation)

    @classmethod
    def from_json(cls, text: str, rules: RuleBook | None = None) -> Result:
        """A derivation read from JSON, unchecked. Raises TraceError with the place."""
        from derivgen.engine.trace_json import from_json

        return cls(from_json(text), rules or standard_book())


def book(rules: Iterable[str | FilePath] = ()) -> RuleBook:
    """The standard book with a user's rule files. Raises BookError with file and line."""
    laws = [law for path in rules for law in load_rules(FilePath(path))]
    return standard_book().extended(laws) if laws else standard_book()


class _Asked:
    """Expressions of a question as texts; symbols of SymPy's bring their declarations, which ``let`` overrides."""

    def __init__(self, let: Let, *parts: Expression) -> None:
        self.symbols: dict[str, Any] = {}
        self._found: dict[str, str] = {}
        self.texts = [self._text(part) for part in parts]
        self.let = {**self._found, **read_declarations(let).texts()} if self._found else let

    def _text(self, part: Expression) -> str | None:
        if isinstance(part, list | tuple):
            return ", ".join(str(self._text(each)) for each in part)
        if part is None or isinstance(part, str | Formula):
            return None if part is None else str(part)
        from derivgen.interop.errors import BorderError

        try:
            from derivgen.interop.sympy_reader import from_sympy
        except ImportError as error:
            raise BorderError(f"{part!r} is no text, and SymPy is missing", "pip install 'derivgen[sympy]'") from error
        read = from_sympy(part)
        # an expression may say that a name is complex, where another one says nothing of it
        self._found |= {n: kind for n, kind in read.let.items() if self._found.get(n) != f"complex {kind}"}
        self.symbols |= read.symbols
        return read.text


def _reader(*texts: str | None) -> Reader:
    """What reads the texts; the reader of LaTeX is loaded only where LaTeX stands."""
    if not any(text is not None and is_latex(text) for text in texts):
        return elaborate_all
    from derivgen.language.latex_input import read_formulas

    return read_formulas


def derive(
    of: Expression,
    wrt: Expression = None,
    *,
    let: Let = None,
    assume: Iterable[str] = (),
    method: str | None = None,
    kind: str | None = None,
    order: int = 1,
    vary: str = "free",
    layout: str = "gradient",
    convention: str | None = None,
    along: Expression = None,
    to: Expression = None,
    using: Iterable[str] = (),
    theorems: Iterable[str] = (),
    rules: RuleBook | None = None,
) -> Result:
    """Derive a derivative, step by step. A gradient has the shape of its variable.

    A differential may have several variables: ``wrt`` is "X, Y" or a list of names.

    ``of`` and ``wrt`` are texts in the notation or in LaTeX, or SymPy expressions; ``let`` declares names
    ({"A": "matrix(k,m)"} or "A: matrix(k,m)"), ``assume`` lists facts such as "det(X) > 0"; ``using`` names laws that
    are to be used before all others, ``theorems`` are laws that ``as_rule`` made of earlier results. Raises
    NotationError for what cannot be read and DerivationError, with the trace so far, for what cannot be derived.
    """
    asked = _Asked(let, of, wrt, along, to)
    of, wrt, along, to = asked.texts
    facts = tuple(assume)
    problem = read_problem("derive", of, wrt, let=asked.let, assume=facts, method=method, quantity=kind, order=order,
                           vary=vary, layout=layout, convention=convention, along=along, target=to,
                           read=_reader(*asked.texts, *facts))  # fmt: skip
    used = _citing(rules, using, theorems)
    return Result(_solved(problem, used), used, asked.symbols)


def expand(
    of: Expression, *, let: Let = None, assume: Iterable[str] = (), order: int = 1, rules: RuleBook | None = None
) -> Result:
    """Expand an expression in eps to first order, step by step. Raises NotationError and DerivationError."""
    asked = _Asked(let, of)
    facts = tuple(assume)
    read = _reader(*asked.texts, *facts)
    problem = read_problem("expand", str(asked.texts[0]), let=asked.let, assume=facts, order=order, read=read)
    used = rules or standard_book()
    return Result(solve(problem, used), used, asked.symbols)


def prove(
    show: Expression,
    *,
    let: Let = None,
    assume: Iterable[str] = (),
    via: Iterable[Expression] = (),
    given: Expression = None,
    using: Iterable[str] = (),
    theorems: Iterable[str] = (),
    rules: RuleBook | None = None,
) -> Result:
    """Prove an equation, or derive it from a ``given`` one.

    ``via`` are way-points; ``using`` names laws that bring the two sides together, in their order ("<name" from right
    to left, "right name" on the right side), ``theorems`` are laws that ``as_rule`` made. Raises NotationError
    and DerivationError.
    """
    asked = _Asked(let, show, given, *via)
    show, given, *points = asked.texts
    way = [point for point in points if point is not None]
    facts = tuple(assume)
    read = _reader(*asked.texts, *facts)
    problem = read_problem("prove", show, let=asked.let, assume=facts, premise=given, via=way, read=read)
    used = _citing(rules, using, theorems)
    return Result(_solved(problem, used), used, asked.symbols)


def _solved(problem: Problem, used: RuleBook) -> Derivation:
    """The derivation; where an equation was left open, the error says whether it holds in numbers."""
    try:
        return solve(problem, used)
    except OpenEquationError as error:
        from derivgen.check.agreement import DIFFER, disagreement

        found = disagreement(error.equation, problem.declarations, problem.assume)
        if found is None:
            raise
        told = DIFFER if found == DIFFER else f"{DIFFER}, e.g. {found}"
        reason = f"false: {told}" if found else f"true in numbers, but {error.reason}"
        steps, hint = ((), error.false) if found else (error.steps, error.hint)
        raise DerivationError(reason, error.equation, steps, hint) from error


def _citing(rules: RuleBook | None, using: Iterable[str], theorems: Iterable[str]) -> RuleBook:
    """The book with theorems of one's own, opened at the laws that are to be used."""
    from derivgen.methods.cited import demand_laws, laws_of

    used, items = rules or standard_book(), tuple(using)
    if own := laws_of(theorems):
        used = used.extended(own)
    demand_laws(used, items)
    return used.citing(items) if items else used


def as_rule(result: Result, name: str, words: str) -> str:
    """What a derivation shows as a law with a name, in the notation of rule files: later derivations may use it.

    Raises DerivationError where it shows no equation that holds for other terms too.
    """
    from derivgen.methods.cited import as_rule as theorem

    return theorem(result.derivation, name, words, result.book)


def rests_on(result: Result) -> tuple[str, ...]:
    """The laws of the book that a derivation uses."""
    from derivgen.methods.cited import rests_on as laws_used

    return laws_used(result.derivation.chains, result.book)


def proof(law: str, rules: RuleBook | None = None) -> Result:
    """The proof of a theorem of the book, by its name, from laws that stand earlier in it.

    Raises DerivationError for an unknown name and for a law that is no theorem.
    """
    from derivgen.methods.theorem import prove_law

    used = rules or standard_book()
    if law not in used:
        hint = suggest(law, list(used)) or "derivgen rules lists them all"
        raise DerivationError(f"there is no law {law!r}", hint=hint)
    return Result(prove_law(used[law], used), used)


def check(result: Result) -> Report:
    """Check every step by replay and by numbers.

    The report is truthy when all holds, and is kept in ``result.checked``. Raises TypeError for anything but a Result.
    """
    from derivgen.check import check as check_derivation

    if not isinstance(result, Result):
        raise TypeError(f"check takes what derive, prove or expand gave, not {result!r}")
    result.checked = check_derivation(result.derivation, result.book)
    return result.checked


def accepted(result: Result, form: str) -> Formula:
    """The answer in another form, which is shown to be equal by numbers at random points.

    Raises NotationError for a form that cannot be read or has another shape, DerivationError for another answer.
    """
    problem, answer = result.derivation.problem, result.result.term
    given = parse(form, problem.declarations)
    if given.shape != answer.shape:
        raise NotationError(f"the answer is a {describe(answer.shape)}, this a {describe(given.shape)}", form)
    if why := _refusal(make("=", (answer, given)), problem.declarations, problem.assume):
        raise DerivationError(f"this is not the answer {plain(answer)}: {why}")
    return Formula(given)


def holds(left: str, relation: str, right: str, let: Let = None) -> bool:
    """Whether two expressions are related by =, !=, <, <=, > or >=, by numbers at random points.

    ``right`` may be 0 for a zero matrix. Both sides must have values: what is nowhere defined is related to nothing.
    Raises NotationError for what cannot be read.
    """
    (one, other), inferred = elaborate_all([left, right], given := read_declarations(let))
    if other == ZERO_TERM and one.shape != other.shape:
        other = zeros(one.shape)
    known = Declarations({**given, **inferred})
    opposite = {"!=": "=", "<": ">=", ">": "<="}.get(relation)
    if opposite is None:
        return not _refusal(make(relation, (one, other)), known, ())
    if any(_refusal(make("=", (side, side)), known, ()) for side in (one, other)):
        return False
    return bool(_refusal(make(opposite, (one, other)), known, ()))


def _refusal(statement: Term, declarations: Declarations, assume: tuple[tuple[str, Term], ...]) -> str:
    from derivgen.check.agreement import agreement
    from derivgen.check.report import RefusedError

    try:
        agreement(statement, declarations, assume)
    except RefusedError as refusal:
        return str(refusal)
    return ""
