"""Random problems of the grammar, and points to judge them at."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import numpy as np

from tests.fuzz.forms import DIMENSIONS, FORMS, SIZES, Form, S, Sort, mat, unknown, unknown_of_vector, vec
from tests.judge.functions import Array

# What stands in the leaves beside the variable.
CONSTANTS: dict[Sort, tuple[str, ...]] = {
    S: ("s", "t", "2", "3"),
    vec("n"): ("a", "b", "e(j,n)", "ones(n,1)"),
    vec("m"): ("c", "h", "e(j,m)"),
    mat("n", "n"): ("A", "B", "I(n)", "J(j,k,n,n)"),
    mat("m", "m"): ("C", "D", "I(m)"),
    mat("m", "n"): ("W", "ones(m,n)", "J(j,k,m,n)"),
    mat("n", "m"): ("G", "zeros(n,m)"),
    vec("m*n"): ("w",),
    vec("m+n"): ("q",),
    Sort("1", "1", "positive"): ("t",),
    Sort("n", "1", "positive"): ("exp.(a)",),
    Sort("m", "1", "positive"): ("exp.(c)",),
    Sort("n", "n", "definite"): ("P",),
    Sort("m", "m", "definite"): ("R",),
}
MEMBERS = {S: "r[i]", vec("n"): "y[i]", mat("n", "n"): "Y[i]"}
DECLARED = {
    "s": "scalar", "t": "positive scalar", "a": "vector(n)", "b": "vector(n)", "c": "vector(m)", "h": "vector(m)",
    "A": "matrix(n)", "B": "matrix(n)", "C": "matrix(m)", "D": "matrix(m)", "W": "matrix(m,n)", "G": "matrix(n,m)",
    "w": "vector(m*n)", "q": "vector(m+n)", "P": "positive definite matrix(n)", "R": "positive definite matrix(m)",
    "f": "function", "F": "function(vector(n)) -> scalar", "j": "index", "k": "index", "p": "natural",
    "r[i=1..N]": "scalar", "y[i=1..N]": "vector(n)", "Y[i=1..N]": "matrix(n)",
}  # fmt: skip


@dataclass(frozen=True)
class Tree:
    """An expression: a form with arguments, or a leaf with its text."""

    sort: Sort
    form: Form | None = None
    args: tuple[Tree, ...] = ()
    leaf: str = ""

    @property
    def text(self) -> str:
        """The expression in the notation."""
        if self.form is None:
            return self.leaf
        sizes = {"rows": self.sort.rows, "cols": self.sort.cols}
        return self.form.text.format(*[arg.text for arg in self.args], **sizes)

    @property
    def operators(self) -> frozenset[str]:
        """All operators in it."""
        own: tuple[str, ...] = self.form.operators if self.form else ("member",) if self.leaf.endswith("[i]") else ()
        return frozenset(own).union(*[arg.operators for arg in self.args])

    @property
    def size(self) -> int:
        """The number of nodes."""
        return 1 + sum(arg.size for arg in self.args)

    @property
    def depth(self) -> int:
        """The number of forms inside each other."""
        return 0 if self.form is None else 1 + max(arg.depth for arg in self.args)

    def worth(self, env: dict[str, Any]) -> Array:
        """The value at a point."""
        if self.form is None:
            return env["leaves"](self.leaf, env)
        if self.form.binds:
            parts = [self.args[0].worth({**env, "i": i}) for i in range(1, SIZES["N"] + 1)]
            return self.form.worth(*parts)
        values = [arg.worth(env) for arg in self.args]
        needs = "env" in self.form.worth.__code__.co_varnames if hasattr(self.form.worth, "__code__") else False
        return self.form.worth(*values, env=env) if needs else self.form.worth(*values)

    def names(self) -> set[str]:
        """Words that occur in the text."""
        word, words = "", set()
        for c in self.text + " ":
            if c.isalnum() or c == "_":
                word += c
            else:
                words.add(word)
                word = ""
        return words


@dataclass(frozen=True)
class Problem:
    """A random problem. ``kind`` is gradient, jacobian, scalar, entry, hessian or differential."""

    kind: str
    tree: Tree
    variable: Sort

    @property
    def name(self) -> str:
        """The variable."""
        return "X" if self.variable.matrix else "x"

    @property
    def asked(self) -> dict[str, Any]:
        """The arguments of ``derivgen.derive``."""
        names = self.tree.names()
        let = {key: text for key, text in DECLARED.items() if key.partition("[")[0] in names or key in ("j", "k")}
        let = {key: text for key, text in let.items() if key not in ("j", "k") or key in names or self.kind == "entry"}
        v = self.variable
        let[self.name] = "scalar" if v.scalar else f"vector({v.rows})" if v.vector else f"matrix({v.rows},{v.cols})"
        found: dict[str, Any] = {"of": self.tree.text, "wrt": self.name, "let": let}
        if self.kind == "entry":
            found["wrt"] = f"{self.name}[j,k]"
        if self.kind == "hessian":
            found["order"] = 2
        if self.kind == "differential":
            found["kind"] = "differential"
        return found


SINGULAR = 1e9  # condition of a matrix
_ALIKE = Counter(form.operators for form in FORMS)
KINDS = ("gradient", "gradient", "jacobian", "scalar", "entry", "hessian", "differential")


@dataclass
class Grower:
    """Grows one expression; ``wanted`` are operators that are to occur, ``inside`` tells whether i is bound."""

    r: random.Random
    variable: Sort
    wanted: frozenset[str] = frozenset()
    inside: bool = False

    def tree(self, sort: Sort, depth: int) -> Tree:
        """A random tree of a sort."""
        if (depth <= 0 and sort in (*CONSTANTS, self.variable)) or sort.rows not in ("1", *DIMENSIONS):
            return self.leaf(sort)
        fitting = [(form, args) for form in FORMS if (args := form.target(sort, self.r)) is not None]
        if self.inside:
            fitting = [(form, args) for form, args in fitting if not form.binds]
        if not fitting:
            return self.leaf(sort)
        weights = [self._weight(form) for form, _ in fitting]
        form, sorts = self.r.choices(fitting, weights)[0]
        inner = replace(self, inside=True) if form.binds else self
        deep = self.r.randrange(len(sorts))
        args = [
            inner.tree(s, depth - 1 if k == deep else self.r.randrange(-1, max(depth, 0))) for k, s in enumerate(sorts)
        ]
        return Tree(sort, form, tuple(args))

    def _weight(self, form: Form) -> float:
        return (20.0 if self.wanted & set(form.operators) else 1.0) / _ALIKE[form.operators]

    def leaf(self, sort: Sort) -> Tree:
        """The variable, a member of a family, or a constant."""
        options = list(CONSTANTS.get(sort, ()))
        if sort == self.variable and self.r.random() < 0.75:
            options = ["X" if sort.matrix else "x"]
        elif self.inside and sort in MEMBERS and self.r.random() < 0.7:
            options = [MEMBERS[sort]]
        return Tree(sort, leaf=self.r.choice(options))


OPERATORS = sorted({name for form in FORMS for name in form.operators} | {"member"})


def problems(seed: int = 0) -> Iterator[Problem]:
    """Problems without end, the same for the same seed; the operators that were rarest so far are wanted next."""
    seen = Counter(dict.fromkeys(OPERATORS, 0))
    for number in count():
        rare = sorted(OPERATORS, key=lambda name: (seen[name], random.Random(f"{seed}/{number}/{name}").random()))
        found = _problem(f"{seed}/{number}", KINDS[number % len(KINDS)], frozenset(rare[:12]))
        seen.update(found.tree.operators)
        yield found


def _problem(seed: str, kind: str, wanted: frozenset[str]) -> Problem:
    """A problem 3 to 6 deep with some of the wanted operators, if one is found soon.

    Its variable occurs in it, and it has values.
    """
    for attempt in count():
        r = random.Random(f"{seed}/{attempt}")
        variable, sort = _asked(kind, r)
        boosted = wanted | {"sum"} if "member" in wanted else wanted
        tree = Grower(r, variable, boosted).tree(sort, r.randint(2, 5))
        found = Problem(kind, tree, variable)
        if found.name not in tree.names() or tree.size > 40 or not 3 <= tree.depth <= 6:
            continue
        enough = len(wanted & tree.operators) >= (2 if attempt < 20 else 1)
        if (attempt > 40 or enough) and _can_be_answered(found) and any(points(found, 0, 1)):
            return found
    raise AssertionError


def _can_be_answered(problem: Problem) -> bool:
    """The notation has nothing for the second derivatives of tr(expm(X))."""
    once = {"expm", "sinm", "cosm", "sqrtm"}
    return problem.kind != "hessian" or not once & problem.tree.operators


def _asked(kind: str, r: random.Random) -> tuple[Sort, Sort]:
    column, square = vec(r.choice(DIMENSIONS)), mat("n", "n")
    matrix = r.choice([square, mat("m", "n")])
    anything = r.choice([S, vec("n"), square, mat("m", "n")])
    return {
        "gradient": (r.choice([column, matrix]), S),
        "jacobian": (vec("n"), column),
        "scalar": (S, anything),
        "entry": (matrix, S),
        "hessian": (vec("n"), S),
        "differential": (r.choice([S, column, matrix]), anything),
    }[kind]


# -- points ---------------------------------------------------------------------------------------------------------
def _drawn(r: np.random.Generator, text: str) -> Any:
    if text.endswith("scalar"):
        x = float(0.7 * r.normal())
        return abs(x) + 0.4 if "positive" in text else x
    inner = text[text.index("(") + 1 : -1]
    sizes = [_size(d) for d in inner.split(",")]
    if "vector" in text:
        return 0.6 * r.normal(size=(sizes[0], 1))
    rows, cols = sizes[0], sizes[-1]
    drawn = 0.5 * r.normal(size=(rows, cols)) + (0.7 * np.eye(rows) if rows == cols else 0)
    return drawn @ drawn.T + 0.5 * np.eye(rows) if "definite" in text else drawn


def _size(d: str) -> int:
    if "*" in d:
        return _size(d.split("*")[0]) * _size(d.split("*")[1])
    return sum(SIZES[name] for name in d.split("+"))


def _leaf(text: str, env: dict[str, Any]) -> Array:
    if text in env:
        return env[text]
    if text.isdigit():
        return float(text)
    if text.endswith("[i]"):
        return env[text[0]][env["i"]]
    if text.startswith("exp."):
        return np.exp(env[text[5]])
    name, inner = text[:-1].split("(")
    parts = [SIZES[d] for d in inner.split(",")]
    if name == "ones":
        return np.ones((parts[0], parts[-1]))
    if name == "zeros":
        return np.zeros((parts[0], parts[-1]))
    if name == "I":
        return np.eye(parts[0])
    found = np.zeros((parts[1], 1) if name == "e" else (parts[2], parts[3]))
    found[parts[0] - 1, 0 if name == "e" else parts[1] - 1] = 1
    return found


def points(problem: Problem, seed: int, wanted: int = 3) -> Iterator[dict[str, Any]]:
    """Points at which the expression and its neighbourhood have values of moderate size; none, if it has no such."""
    r = np.random.default_rng([seed, problem.tree.size])
    for _ in range(12 * wanted):
        env: dict[str, Any] = {"leaves": _leaf, "f": unknown, "F": unknown_of_vector, **SIZES}
        for key, text in {**DECLARED, **problem.asked["let"]}.items():
            if key.partition("[")[0] in ("f", "F", "j", "k", "p"):
                continue
            if "[" in key:
                env[key[0]] = {i: _drawn(r, text) for i in range(1, SIZES["N"] + 1)}
            else:
                env[key] = _drawn(r, text)
        env[f"d({problem.name})"] = _like(r, env[problem.name])
        if _moderate(problem.tree, env):
            wanted -= 1
            yield env
        if wanted == 0:
            return


def _smooth(form: Form, values: list[Array]) -> bool:
    """Whether a form with a kink, a jump or a pole is away from it: rounding inverts singular matrices."""
    first = np.atleast_2d(values[0])
    if form.operators[0] in ("max", "min"):
        return bool(abs(values[0] - values[1]) > 1e-4)
    if form.operators[0] in ("norm", "pinv"):
        return bool(np.linalg.svd(first, compute_uv=False).min() > 1e-4)
    if form.operators[0] == "inv" and not np.linalg.cond(first) < SINGULAR:
        return False
    kinks = ("abs", "relu", "sign", "step", "prod", "entries_prod")
    return not (form.operators[0] in kinks or form.text[:4] in ("abs.", "relu")) or bool(np.abs(first).min() > 1e-4)


def _like(r: np.random.Generator, x: Any) -> Any:
    return r.normal(size=x.shape) if isinstance(x, np.ndarray) else float(r.normal())


def _moderate(tree: Tree, env: dict[str, Any]) -> bool:
    try:
        with np.errstate(all="ignore"):
            here = {"i": 1, **env}
            small = np.abs(np.asarray(tree.worth(here))).max() < 1e3
            smooth = tree.form is None or _smooth(tree.form, [arg.worth(here) for arg in tree.args])
            return bool(small) and smooth and all(_moderate(arg, here) for arg in tree.args)
    except (np.linalg.LinAlgError, OverflowError, ZeroDivisionError, ValueError):
        return False
