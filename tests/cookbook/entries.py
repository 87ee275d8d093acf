"""The entries of the truth set: as problems for derivgen, and as numbers to judge the answers by."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from tests.cookbook.dialect import Tree, ours, read, spelled_out
from tests.cookbook.numbers import Env, worth
from tests.judge import differences
from tests.judge.functions import Array

FOLDER = Path(__file__).parent
SIZES = {"n": 3, "m": 4, "p": 2, "q": 5}
PROPERTIES = ("symmetric positive definite", "symmetric Toeplitz", "symmetric", "invertible", "diagonal", "Toeplitz",
              "positive", "contractive")  # fmt: skip
WORDS = {"symmetric positive definite": "positive definite", "contractive": ""}


@dataclass(frozen=True, eq=False)
class Entry:
    """One equation of the book; ``data`` is its block in ``derivatives.yaml``."""

    data: dict[str, Any]

    @property
    def name(self) -> str:
        """The number of the equation in the book, or a label of our own."""
        return str(self.data["number"])

    @property
    def let(self) -> dict[str, Tree]:
        """The abbreviations used in the expression and the result."""
        return {name: read(text) for name, text in self.data.get("let", {}).items()}

    @property
    def variables(self) -> list[str]:
        """The names that vary."""
        return [name.strip() for name in str(self.data.get("wrt", "")).split(",")] if self.differential else [self.base]

    @property
    def base(self) -> str:
        """The variable without indices and parts."""
        found = re.search(r"\w+(?=\[|\)|$)", str(self.data["wrt"]))
        assert found
        return found.group()

    @property
    def differential(self) -> bool:
        """Whether a differential is asked for."""
        return bool(self.data["kind"] == "differential")

    @property
    def properties(self) -> dict[str, str]:
        """Name -> what is assumed of it."""
        found: dict[str, str] = {}
        for text in self.data.get("assume", []):
            words = next((p for p in PROPERTIES if text.endswith(" " + p)), "")
            if words:
                found |= dict.fromkeys(re.split(r",\s*", text.removesuffix(" " + words)), words)
        return found

    # -- as a problem ---------------------------------------------------------------------------------------------
    def problem(self) -> dict[str, Any]:
        """The arguments of ``derivgen.derive``, in general form: dimensions are letters."""
        asked: dict[str, Any] = {
            "of": ours(spelled_out(read(self.data["of"]), self.let)),
            "wrt": self.data.get("wrt"),
            "let": self._declared(),
            "assume": [text for text in self.data.get("assume", []) if re.fullmatch(r"det\(\w\) > 0", text)],
        }
        if self.differential:
            asked["kind"] = "differential"
        if asked["wrt"] is None:  # a constant is what holds no variable
            asked["wrt"] = next(name for name in "XY" if name not in asked["let"])
            asked["let"][asked["wrt"]] = "matrix(n)"
        if self.data.get("order", 1) != 1:
            asked["order"] = self.data["order"]
        if "structure" in self.data:
            asked["vary"] = "structured"
        if "convention" in self.data:
            asked["convention"] = self.data["convention"]
        return asked

    def _declared(self) -> dict[str, str]:
        found = dict.fromkeys(self.data.get("indices", {}), "index")
        for name, shape in self.data["symbols"].items():
            words = self.properties.get(name, "")
            words = WORDS.get(words, words)
            if name.startswith("d") and name[1:] in self.variables:
                continue
            if shape in ("scalar", "zero"):
                text = f"{words} scalar"
            elif shape == "int":
                text = "natural"
            elif shape == "complex scalar":
                text = shape
            elif "complex" in shape:
                text = _shape([d for d in shape if d != "complex"], "complex")
            else:
                text = _shape(shape, words)
            found[name] = text.strip()
        return found

    # -- as numbers -----------------------------------------------------------------------------------------------
    def points(self, seed: int) -> Iterator[Env]:
        """Random points: one for each choice of the free indices (some of them, where there are many)."""
        r = np.random.default_rng([seed, *map(ord, self.name)])
        env: Env = {**SIZES, **self.data.get("dims", {})}
        for name, shape in self.data["symbols"].items():
            env[name] = _drawn(r, shape, self.properties.get(name, ""), env)
        if any(text == "det(X) > 0" for text in self.data.get("assume", [])) and np.linalg.det(env["X"]) < 0:
            env["X"][0] *= -1
        free = self.data.get("indices", {})
        choices = [dict(zip(free, c, strict=True)) for c in product(*[range(1, env[d] + 1) for d in free.values()])]
        chosen = r.choice(len(choices), min(len(choices), 24), replace=False)
        for k in chosen:
            yield {**env, **choices[k]}

    def expected(self, env: Env) -> Array:
        """The result that is known, at a point."""
        return worth(spelled_out(read(self.data["result"]), self.let), env)

    def measured_twice(self, env: Env, change: Array) -> Array:
        """Second differences of the expression along a change of the variable."""
        tree = spelled_out(read(self.data["of"]), self.let)
        f: differences.Function = lambda e: worth(tree, dict(e))  # noqa: E731
        slope: differences.Function = lambda e: differences.directional(f, e, {self.base: change})  # noqa: E731
        return differences.directional(slope, env, {self.base: change})

    def measured(self, env: Env) -> Array:
        """Central differences of the expression at a point."""
        tree = spelled_out(read(self.data["of"]), self.let)
        f: differences.Function = lambda e: worth(tree, dict(e))  # noqa: E731
        if self.differential:
            return differences.directional(f, env, {name: env[f"d{name}"] for name in self.variables if name})
        if self.data.get("order", 1) == 2:
            return differences.second(f, env, self.base)
        if "structure" in self.data:
            moving = STRUCTURES[self.data["structure"]]
            change: Callable[[Array], Array] = lambda unit: moving(*np.argwhere(unit)[0], len(unit))  # noqa: E731
            return differences.derivative(f, env, self.base, change=change)
        if "[" in self.data["wrt"]:
            i, j = (int(worth(part, env)) for part in read(self.data["wrt"])[2:])
            return differences.derivative(f, env, self.base, (i, j))
        real = differences.derivative(f, env, self.base)
        if np.isrealobj(env[self.base]):
            return real
        imaginary = differences.derivative(f, env, self.base, change=lambda unit: 1j * unit)
        return COMPLEX[self.data.get("convention") or self.data["wrt"].partition("(")[0]](real, imaginary)


def _places(inside: Callable[[int, int], bool], n: int) -> Array:
    return np.array([[float(inside(k, m)) for m in range(n)] for k in range(n)])


# (i, j, n) -> what moves with the parameter that stands at i, j: nothing where the structure has none
STRUCTURES: dict[str, Callable[[int, int, int], Array]] = {
    "symmetric": lambda i, j, n: _places(lambda k, m: {k, m} == {i, j}, n),
    "diagonal": lambda i, j, n: _places(lambda k, m: k == i and m == j == i, n),
    "toeplitz": lambda i, j, n: _places(lambda k, m: k - m == i - j, n),
    "symmetric toeplitz": lambda i, j, n: _places(lambda k, m: abs(k - m) == abs(i - j), n),
}

# how the derivatives by the real and by the imaginary part make up the complex one
COMPLEX: dict[str, Callable[[Array, Array], Array]] = {
    "re": lambda real, imaginary: real,
    "im": lambda real, imaginary: imaginary,
    "conj": lambda real, imaginary: (real + 1j * imaginary) / 2,
    "wirtinger": lambda real, imaginary: (real - 1j * imaginary) / 2,
    "gradient": lambda real, imaginary: real + 1j * imaginary,
}


def _shape(dims: list[str], words: str) -> str:
    sort = "vector" if len(dims) == 1 else "matrix"
    inner = dims[0] if len(set(dims)) == 1 else ",".join(dims)
    return f"{words} {sort}({inner})"


def _drawn(r: np.random.Generator, shape: Any, words: str, env: Env) -> Any:
    if isinstance(shape, str):
        if shape == "zero":
            return 0.0
        if shape == "int":
            return int(r.integers(2, 5))
        if shape == "complex scalar":
            return complex(*r.normal(size=2))
        return float(abs(r.normal()) + 0.5 if words == "positive" else r.normal())
    dims = [env[d] for d in shape if d != "complex"]
    rows, cols = dims[0], dims[1] if len(dims) == 2 else 1
    if "Toeplitz" in words:
        return _toeplitz(r, rows, words.startswith("symmetric"))
    drawn = r.normal(size=(rows, cols))
    if "complex" in shape:
        drawn = drawn + 1j * r.normal(size=(rows, cols))
    if rows == cols > 1:
        drawn = drawn + np.sign(r.normal()) * 1.5 * np.eye(rows)
    built = {
        "symmetric": lambda: drawn + drawn.T,
        "symmetric positive definite": lambda: drawn @ drawn.T + np.eye(rows),
        "diagonal": lambda: np.diag(np.diag(drawn)),
        "contractive": lambda: drawn / (2.5 * np.linalg.norm(drawn, 2)),
    }
    return built[words]() if words in built else drawn


def _toeplitz(r: np.random.Generator, n: int, symmetric: bool) -> Any:
    down, right = r.normal(size=n), r.normal(size=n)
    return np.array([[down[i - j] if i >= j or symmetric else right[j - i] for j in range(n)] for i in range(n)])


def entries() -> list[Entry]:
    """All entries, in the book's order."""
    return [Entry(block) for block in yaml.safe_load((FOLDER / "derivatives.yaml").read_text("utf-8"))]


PEERS = FOLDER.parent / "bench" / "peers.yaml"
SYMBOLS = {
    **{name: ["n", "n"] for name in "ABCDWX"},
    "dX": ["n", "n"],
    "Z": ["p", "n"],
    "G": ["p", "p"],
    **{name: ["n"] for name in "abcdsx"},
    "t": "scalar",
    "k": "int",
}


def peers() -> list[Entry]:
    """The expressions on which other programs are compared, in the form of entries."""
    found = []
    for block in yaml.safe_load(PEERS.read_text("utf-8")):
        used = set(re.findall(r"\w+", block["of"]))
        if block.get("kind") == "differential":
            used.add(f"d{block['wrt']}")
        data = {
            "number": f"peer {block['id']}",
            "kind": block.get("kind", "derivative"),
            **{key: block[key] for key in ("of", "wrt", "order") if key in block},
            "symbols": {name: shape for name, shape in SYMBOLS.items() if name in used},
            "assume": ["det(X) > 0"] if "log(det(X))" in block["of"] else [],
            "dims": {"n": 3, "p": 4},
        }
        found.append(Entry(data))
    return found
