r"""The names of LaTeX formulas: what a letter, a bold letter and a subscript stand for, given the declarations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from derivgen.language.declarations import Declarations
from derivgen.language.latex_tokens import LatexToken
from derivgen.language.shapes import ONE, SCALAR

GREEK = {
    name: name
    for name in (
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu",
        "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta",
        "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega", "ell",
    )
} | {f"var{name}": name for name in ("epsilon", "theta", "kappa", "pi", "rho", "sigma", "phi")}  # fmt: skip
BOLD = frozenset(("mathbf", "mat", "matgreek", "boldsymbol", "bm", "mathbfit", "symbf", "symbfit", "pmb", "vec"))
ROMAN = frozenset(("operatorname", "mathrm", "text", "textrm", "mathsf", "mathit", "textit", "textup", "mathup", "rm"))
FUNCTION_LIKE = frozenset(("u", "v", "sigma", "phi", "psi", "rho", "Gamma", "Phi", "Psi", "zeta"))
"""Undeclared, these may be functions or factors before any bracket, others before a bare name; one has to say which."""
INFERRED_FUNCTIONS = frozenset(("f", "g", "h", "F", "G"))


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a name was written: its base, whether bold, and the commands or letters it was made of."""

    base: str
    bold: bool
    written: str


class Names:
    """What is known about the names of some formulas: the declarations, and which are written bold."""

    def __init__(self, given: Declarations, texts: Iterable[Sequence[LatexToken]]) -> None:
        self.given = given
        self.bold: set[str] = set()  # bases that stand bold and without a subscript
        self.capitals: set[str] = set()  # capital letters without a subscript
        self.spelled: dict[str, Spelling] = {}
        self.members: dict[str, bool] = {}  # what had the index of a sum and is not declared, and whether it was bold
        for tokens in texts:
            self._survey(tokens)

    def _survey(self, tokens: Sequence[LatexToken]) -> None:
        for k, token in enumerate(tokens[:-1]):
            if token.kind == "command" and token.text in BOLD:
                braced = tokens[k + 1].text == "{"
                inner = tokens[k + 2] if braced and k + 2 < len(tokens) else tokens[k + 1]
                after = k + 2 + 2 * braced
                if after < len(tokens) and tokens[after].text != "_" and self.letter(inner):
                    self.bold.add(self.letter(inner))
            elif token.kind == "letter" and token.text.isupper() and tokens[k + 1].text != "_":
                self.capitals.add(token.text)

    def letter(self, token: LatexToken) -> str:
        """The name of a letter, Latin or Greek; empty for anything else."""
        if token.kind == "letter":
            return token.text
        if token.kind != "command" or token.text not in GREEK:
            return ""
        name = GREEK[token.text]
        return "eps" if name == "epsilon" and "epsilon" not in self.given else name

    def is_known(self, name: str) -> bool:
        """Whether a name or a dimension is declared."""
        return name in self.given or name in self.given.dimensions

    def is_function(self, name: str) -> bool:
        """Whether a name is a function: declared, or one of f, g, h, F, G and not declared."""
        if self.is_known(name):
            return name in self.given and self.given[name].sort == "function"
        return name in INFERRED_FUNCTIONS and name not in self.bold

    def is_complex(self, name: str) -> bool:
        """Whether a name is declared complex."""
        return name in self.given and self.given[name].is_complex

    def is_scalar(self, name: str) -> bool:
        """Whether a name certainly is a scalar."""
        if name in self.given:
            return self.given[name].sort == "value" and self.given[name].shape == SCALAR
        return name in self.given.dimensions or name == "eps"

    def indices_of(self, base: str, bold: bool) -> int:
        """How many indices a subscript on this base holds: 1 for a vector, 2 for a matrix, 0 if it is a part of a name.

        A bold letter with a subscript is a name, x_1; the entry of a vector or matrix has a plain letter.
        """
        if base in self.given:
            declared = self.given[base]
            if declared.sort == "members":
                return 1
            if declared.sort != "value" or declared.shape == SCALAR or bold:
                return 0
            return 1 if ONE in declared.shape else 2
        if bold or self.is_known(base):
            return 0
        if base[:1].isupper():
            return 2 if base in self.bold or base in self.capitals else 0
        return 1 if base in self.bold else 0

    def candidates(self, base: str, parts: Sequence[str]) -> list[str]:
        """The names that are printed as this base with this subscript, the declared ones if there are any."""
        joined = ["_".join((base, *parts))]
        if parts and parts[0].isdigit() and base.isalpha():
            joined.append("_".join((base + parts[0], *parts[1:])))
        return [name for name in joined if self.is_known(name)] or joined[:1]

    def clash(self, name: str, spelling: Spelling) -> Spelling | None:
        """Another spelling under which the same name was met before; None when there is none."""
        before = self.spelled.setdefault(name, spelling)
        alike = before.written == spelling.written and (before.bold == spelling.bold or self.is_known(name))
        return None if alike else before
