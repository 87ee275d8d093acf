"""The command that says what works: it tries one small problem for each operator, method and request, now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click

from derivgen import DerivationError, api
from derivgen.cli.references import count_reference

Options = dict[str, object]


@dataclass(frozen=True, slots=True)
class Trial:
    """A small problem that shows whether something works: ``kind`` is derive, prove or expand."""

    of: str
    wrt: str = ""
    kind: str = "derive"
    options: Options = field(default_factory=dict)
    label: str = ""
    shows: str = ""  # what the result must contain

    @property
    def shown(self) -> str:
        """What is tried, in the notation."""
        return self.label or (f"{self.of} by {self.wrt}" if self.wrt else self.of)


def _let(text: str) -> Options:
    return {"let": text}


_OF_VECTORS = ("a'*x", "x'*M*x + b'*x", "(a'*x - c)^2", "exp(a'*x)", "x'*x/(b'*x)")
_FUNCTIONS = (
    *("exp", "log", "sqrt", "abs", "sin", "cos", "tan", "asin", "acos", "atan"),
    *("sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "gammaln", "digamma", "trigamma"),
)
_OF_A_LARGEST = (("norm1(X)", "norm1(X[:,k])"), ("norminf(X)", "norm1(X[p,:]')"), ("normmax(X)", "abs(X[p,q])"))
_OF_MATRICES = "G: function(matrix(p,q)) -> scalar; U: function(matrix(m,n)) -> matrix(p,q); X: matrix(m,n)"
_OF_COMPLEX = _let("A: complex matrix(m,n); x: complex vector(n); b: complex vector(m)")
_LATER = ("sigmoid(x)", "relu(x)", "max(x, y)", "sign(x)", "step(x)", "tetragamma(x)")
TRIALS: dict[str, tuple[Trial, ...]] = {
    "functions of a scalar": (
        *[Trial(f"{name}(c*x)", "x", label=name) for name in _FUNCTIONS],
        Trial("x^3 - 2*x + 1/x", "x", label="+ - * / and powers"),
        Trial("x^n", "x", options=_let("n: natural"), label="x^n"),
        Trial("a^x", "x", options=_let("a: positive scalar"), label="a^x"),
        Trial("f(g(x))", "x", options=_let("f, g: function"), label="unknown functions f(g(x))"),
        Trial("f(x)/g(x)", "x", options=_let("f, g: function"), label="quotients f(x)/g(x)"),
        Trial("sum(i, 1, n, x^i)", "x", options=_let("n: natural"), label="sum(i, 1, n, ..)"),
        Trial("prod(i, 1, n, x + i)", "x", options=_let("n: natural"), label="prod(i, 1, n, ..)"),
        *[Trial(text, "x", label=text) for text in _LATER],
    ),
    "vectors": (
        *[Trial(text, "x", options=_let("a, b, x: vector(n); M: matrix(n)")) for text in _OF_VECTORS],
        Trial("M*x", "x", options=_let("x: vector(n); M: matrix(m,n)")),
        Trial("x.*x", "x", options=_let("x: vector(n)")),
        Trial("norm(x)", "x", options=_let("x: vector(n)")),
        Trial("logsumexp(x)", "x", options=_let("x: vector(n)")),
        Trial("softmax(x)", "x", options=_let("x: vector(n)")),
        Trial(
            "[x[1]^2*x[2]; sin(x[2])]", "x", options=_let("x: vector(2)"), shows="[2*x[1]*x[2], (x[1])^2; 0, cos(x[2])]"
        ),
        Trial("[t; t^2]", "t", shows="[1; 2*t]"),
        Trial("F(x)", "x", options=_let("x: vector(n); F: function(vector(n)) -> scalar")),
        Trial("s(x)", "x", options=_let("x: vector(n); s: function(vector(n)) -> vector(m)")),
    ),
    "matrices": (
        Trial("tr(A*X*B)", "X"),
        Trial("tr(X'*A*X)", "X"),
        Trial("(a'*X*b)^2", "X", options=_let("a, b: vector(n); X: matrix(n)")),
        Trial("det(X)", "X"),
        Trial("log(det(X))", "X"),
        Trial("tr(inv(X)*A)", "X"),
        Trial("a'*inv(X)*b", "X", options=_let("a, b: vector(n); X: invertible matrix(n)")),
        Trial("tr(X^3)", "X"),
        Trial("tr(A*X*B)", "X[i,j]"),
        Trial("tr(A.*X)", "X"),
        Trial("norm(X)^2", "X"),
        Trial("norm2(X)", "X"),
        *[Trial(of, "X", options={"assume": [f"largest({part})"]}) for of, part in _OF_A_LARGEST],
        Trial("tr(expm(X))", "X"),
        Trial("tr(kron(A, X))", "X"),
        Trial("tr(A*triu(X))", "X"),
        Trial("E((y - w'*x)^2)", "w", options=_let("x: random vector(n); y: random scalar; w: vector(n)")),
        Trial("Var(w'*x)", "w", options=_let("x: random vector(n); w: vector(n)")),
        Trial("eig(S)[i]", "S", options=_let("S: symmetric matrix(n)")),
        Trial("a'*eigvec(S, i)", "S", options=_let("S: symmetric matrix(n)")),
        Trial("A*X*B", "X"),
        Trial("G(U(X))", "X[i,j]", options=_let(_OF_MATRICES), label="unknown functions G(U(X))"),
    ),
    "complex numbers": (
        Trial("z^2*conj(z)", "z", options=_let("z: complex scalar")),
        Trial("abs(z)", "conj(z)", options=_let("z: complex scalar")),
        Trial("norm(A*x - b)^2", "x", options=_OF_COMPLEX | {"convention": "gradient"}, label="--convention gradient"),
        Trial("tr(X*H(X))", "conj(X)", options=_let("X: complex matrix(m,n)")),
        Trial("tr(X*H(X))", "re(X)", options=_let("X: complex matrix(m,n)")),
        Trial("tr(X*H(X))", "im(X)", options=_let("X: complex matrix(m,n)")),
        Trial("f(z)", "re(z)", options=_let("z: complex scalar; f: holomorphic function")),
        Trial("z*conj(z)", "z", options=_let("z: complex scalar") | {"order": 2}, label="z*conj(z) by z, --order 2"),
        Trial("sqrt(z)", "z", options=_let("z: complex scalar")),
        Trial("abs.(x)", "x", options=_let("x: complex vector(n)")),
    ),
    "methods": (
        *[
            Trial("sin(x)", "x", options={"method": m}, label=f"{m} (sin(x))")
            for m in ("first principles", "chain rule")
        ],
        Trial("x'*M*x", "x", options={"method": "componentwise"}, label="componentwise (x'*M*x)"),
        Trial(
            "log(y)",
            "y",
            options={"method": "inverse function", "let": "y: positive scalar"},
            label="inverse function (log(y))",
        ),
        Trial("tr(A*X*B)", "X", options={"method": "differentials"}, label="differentials (tr(A*X*B))"),
    ),
    "requests": (
        Trial("x^3", "x", options={"order": 2}, label="--order 2 (x^3)"),
        Trial("x'*M*x", "x", options={"kind": "hessian"}, label="--kind hessian (x'*M*x)"),
        Trial("x'*M*x", "x", options={"kind": "differential"}, label="--kind differential (x'*M*x)"),
        Trial("X*Y", "X, Y", label='--wrt "X, Y" (X*Y)'),
        Trial(
            "tr(A*X*B)",
            "X",
            options={"along": "U", "let": "A: matrix(k,m); X, U: matrix(m,n); B: matrix(n,k)"},
            label="--along U (tr(A*X*B))",
        ),
        Trial(
            "M*x",
            "x",
            options={"let": "x: vector(n); M: matrix(m,n)", "layout": "numerator"},
            label="--layout numerator (M*x)",
        ),
        Trial(
            "M*x",
            "x",
            options={"let": "x: vector(n); M: matrix(m,n)", "layout": "denominator"},
            label="--layout denominator (M*x)",
        ),
        Trial(
            "tr(A*S)",
            "S",
            options={"let": "S: symmetric matrix(n)", "vary": "structured"},
            label="--vary structured (tr(A*S))",
        ),
        Trial(
            "tr(A*T)",
            "T",
            options={"let": "T: Toeplitz matrix(n)", "vary": "structured"},
            label="--vary structured (Toeplitz)",
        ),
    ),
    "proofs and expansions": (
        Trial("tr(A*B) = tr(B*A)", kind="prove"),
        Trial("(A*B)' = B'*A'", kind="prove"),
        Trial("E(A*x + b) = A*E(x) + b", kind="prove", options=_let("x: random vector(n); b: vector(m)")),
        Trial(
            "g'(y) = 1/f'(g(y))",
            kind="prove",
            options={"let": "f, g: function", "given": "g(f(x)) = x"},
            label="prove --from (inverse function)",
        ),
        Trial(
            "inv(A + u*v') = inv(A) - inv(A)*u*v'*inv(A)/(1 + v'*inv(A)*u)",
            kind="prove",
            options=_let("A: invertible matrix(n); u, v: vector(n)"),
            label="Sherman-Morrison",
        ),
        Trial("(x + eps)^n", kind="expand", options=_let("n: natural")),
        Trial("det(I(2) + eps*M)", kind="expand"),
        Trial("det(I(3) + eps*M)", kind="expand"),
        Trial("det(I(n) + eps*M)", kind="expand"),
        Trial("exp(x + eps)", kind="expand"),
        Trial("inv(A + eps*B)", kind="expand", options=_let("A: invertible matrix(n); B: matrix(n)")),
        Trial(
            "exp(x + eps)",
            kind="expand",
            options={"order": 2},
            label="expand --order 2 (exp(x + eps))",
            shows="O(eps^3)",
        ),
    ),
}


_REFUSALS = (ValueError, DerivationError, ArithmeticError, LookupError, NotImplementedError, RecursionError)


def attempt(trial: Trial) -> str:
    """Nothing where a trial is derived and passes the check, else the first line of the reason."""
    ask = {"derive": api.derive, "prove": api.prove, "expand": api.expand}[trial.kind]
    texts = (trial.of, trial.wrt) if trial.wrt else (trial.of,)
    try:
        result = ask(*texts, **trial.options)  # type: ignore[operator]
        report = api.check(result)
    except _REFUSALS as error:
        return (getattr(error, "reason", "") or f"{error}").split("\n")[0]
    if trial.shows not in str(result.result):
        return f"the result stops short: {result.result}"
    return "" if report else f"the check refuses it: {str(report).removeprefix('refused: ')}"


def outcomes() -> Iterator[tuple[str, Trial, str]]:
    """Every trial with its group and its outcome."""
    for group, trials in TRIALS.items():
        for trial in trials:
            yield group, trial, attempt(trial)


@click.command(short_help="Say what works and what is not there yet.")
@click.argument("source", required=False, type=click.Path(path_type=Path))
def coverage(source: Path | None) -> None:
    """Say what works and what is not there yet: a problem for each operator, method and request is tried now.

    With a SOURCE.md of the kind reference: how many of its entries are derived, in which form, and what is refused.

    \b
    Examples:
      derivgen coverage
      derivgen coverage | grep works
      derivgen coverage formulas.md
    """
    if source is not None:
        return count_reference(source)
    works = total = 0
    shown = ""
    for group, trial, reason in outcomes():
        if group != shown:
            click.echo(f"\n{group}" if shown else group)
            shown = group
        total, works = total + 1, works + (not reason)
        click.echo(f"  {'not yet' if reason else 'works  '}  {trial.shown}" + (f"   ({reason})" if reason else ""))
    click.echo(
        f"\n{works} of {total} work. Input: the notation, LaTeX. Output: text, latex, html, json, numpy; PDF by build."
    )
