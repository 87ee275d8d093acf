"""Terms to text: ``parse(plain(t), declarations) == t``. This is what stands in every trace."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import cast

from derivgen.language.operators import ATOM, HADAMARD, OPERATORS, POSTFIX, PRODUCT, RELATION, SIGN, SUM
from derivgen.language.shapes import ONE, SCALAR
from derivgen.language.terms import Term, print_terms_by


def plain(t: Term) -> str:
    """The text of a term in the notation."""
    return _text(t, RELATION)


def _text(t: Term, level: int, beside: bool = False) -> str:
    """The text, bracketed when it binds weaker than ``level``; ``beside``: a neighbour in a sum fixes the shape."""
    rule = _RULES.get(t.op)
    if rule is not None:
        text: str = rule(t)
        precedence = OPERATORS[t.op].precedence
    elif t.op == "O":
        text, precedence = _order(t, beside), ATOM
    else:
        text, precedence = _call(t), ATOM
    if t.op == "number" and isinstance(t.data, Fraction):
        precedence = PRODUCT
    if t.op == "neg" and level == SIGN:
        precedence = SUM
    if t.op == "transpose" and t.args[0].op == "conj":
        precedence = ATOM
    return f"({text})" if precedence < level else text


def _number(t: Term) -> str:
    if isinstance(t.data, Fraction):
        tenths = t.data.denominator
        while tenths % 2 == 0:
            tenths //= 2
        while tenths % 5 == 0:
            tenths //= 5
        if tenths == 1:
            return _decimal(t.data)
    return str(t.data)


def _decimal(value: Fraction) -> str:
    digits = 1
    while (value * 10**digits).denominator != 1:
        digits += 1
    text = str(int(value * 10**digits)).rjust(digits + 1, "0")
    return f"{text[:-digits]}.{text[-digits:]}"


def _plus(t: Term) -> str:
    anchored = any(arg.op != "O" for arg in t.args)
    parts: list[str] = []
    for k, arg in enumerate(t.args):
        if arg.op == "neg" and k:
            parts.append(f" - {_text(arg.args[0], HADAMARD, anchored)}")
        else:
            parts.append((" + " if k else "") + _text(arg, SIGN if k == 0 and arg.op == "neg" else HADAMARD, anchored))
    # a leading minus negates its whole product, so it needs no brackets
    if t.args[0].op == "neg":
        parts[0] = "-" + _text(t.args[0].args[0], HADAMARD)
    return "".join(parts)


def _neg(t: Term) -> str:
    return "-" + _text(t.args[0], HADAMARD)


def _entrywise(sign: str) -> Callable[[Term], str]:
    """A.*B and A./B: beside * a bracket keeps the two kinds of product apart."""

    def text(t: Term) -> str:
        first = t.args[0]
        level = HADAMARD if first.op in ("hadamard", "hadamard_div") else POSTFIX
        return sign.join([_text(first, level), *[_text(arg, POSTFIX) for arg in t.args[1:]]])

    return text


def _product(t: Term) -> str:
    # a product of scalars before a chain: a 1x1 chain as a later factor, or the chain itself, keeps its own brackets
    factor = _factor if t.op == "times" else lambda arg, k: _text(arg, POSTFIX if k else PRODUCT)
    return "*".join(factor(arg, k) for k, arg in enumerate(t.args))


def _factor(t: Term, k: int) -> str:
    if t.op == "dot" and k and t.shape == SCALAR:
        return f"({_product(t)})"
    if t.op == "dot":
        # behind a factor nothing may bind to the left: s*(X/t)*Y is not s*X/t*Y
        return "*".join(_text(arg, POSTFIX) for arg in t.args) if k else _product(t)
    return _text(t, PRODUCT if k == 0 else POSTFIX)


def _div(t: Term) -> str:
    return f"{_text(t.args[0], PRODUCT)}/{_text(t.args[1], POSTFIX)}"


def _pow(t: Term) -> str:
    base, exponent = t.args
    sign = "^" if t.op == "pow" else ".^"
    negative = (
        exponent.op == "neg"
        and OPERATORS[exponent.args[0].op].precedence == ATOM
        and not isinstance(exponent.args[0].data, Fraction)
    )
    if negative and exponent.args[0].op not in _POWERS:
        return f"{_text(base, ATOM)}{sign}-{_text(exponent.args[0], ATOM)}"
    return f"{_text(base, ATOM)}{sign}{_text(exponent, ATOM)}"


def _transpose(t: Term) -> str:
    inner = t.args[0]
    if inner.op == "conj":
        return f"H({_text(inner.args[0], RELATION)})"
    return _text(inner, POSTFIX if inner.op not in _POWERS else ATOM) + "'"


def _index(t: Term) -> str:
    base = _text(t.args[0], POSTFIX if t.args[0].op not in _POWERS else ATOM)
    return f"{base}[{','.join(_text(i, SUM) for i in t.args[1:])}]"


def _apply(t: Term) -> str:
    name, orders = cast("tuple[str, tuple[int, ...]]", t.data)
    derivative = "'" * sum(orders)
    if len(orders) > 1 and any(orders):
        derivative = "." + "".join(str(k + 1) * order for k, order in enumerate(orders))
    return f"{name}{derivative}({', '.join(_text(a, SUM) for a in t.args)})"


def _matrix(t: Term) -> str:
    rows, cols = cast("tuple[int, int]", t.data)
    lines = [", ".join(_text(a, SUM) for a in t.args[r * cols : (r + 1) * cols]) for r in range(rows)]
    return f"[{'; '.join(lines)}]"


def _map(t: Term) -> str:
    name, order = cast("tuple[str, int]", t.data)
    primes = "'" * order
    return f"{name}{primes}.({_text(t.args[0], SUM)})"


def _abbreviation(t: Term) -> str:
    name = str(t.data[0])  # type: ignore[index]
    return name if len(t.args) == 1 else f"{name}[{_text(t.args[1], SUM)}]"


def _shaped(name: str, t: Term) -> str:
    rows, cols = t.shape
    return f"{name}({rows})" if cols == ONE else f"{name}({rows},{cols})"


def _order(t: Term, beside: bool) -> str:
    power = _text(t.args[0], ATOM) + (f"^{t.data}" if t.data != 1 else "")
    sizes = "" if beside or t.shape == SCALAR else f", {t.shape[0]}, {t.shape[1]}"
    return f"O({power}{sizes})"


def _call(t: Term) -> str:
    row = OPERATORS[t.op]
    args = [_text(a, RELATION) for a in t.args]
    if t.op in ("lim", "sum", "prod", "every", "integral"):
        args.insert(0, str(t.data))
    elif t.op == "at":
        args.insert(1, str(t.data))
    elif t.op == "unit":
        args.append(str(t.shape[0]))
    elif t.op == "single":
        args += [str(t.shape[0]), str(t.shape[1])]
    return f"{row.call or t.op}({', '.join(args)})"


_POWERS = ("pow", "hadamard_pow")
_RULES: dict[str, Callable[[Term], str]] = {
    "number": _number,
    "imaginary": lambda t: "1i",
    "symbol": lambda t: str(t.data),
    "hole": lambda t: str(t.data).removeprefix("dim:"),
    "steady": lambda t: str(t.data),
    "small": lambda t: str(t.data),
    "segment": lambda t: f"{t.data}..",
    "family": lambda t: f"{t.data}{{{', '.join(_text(a, SUM) for a in t.args)}}}",
    "zeros": lambda t: _shaped("zeros", t),
    "ones": lambda t: _shaped("ones", t),
    "identity": lambda t: f"I({t.shape[0]})",
    "shift": lambda t: f"shift({t.shape[0]})",
    "plus": _plus,
    "neg": _neg,
    "abbreviation": _abbreviation,
    "times": _product,
    "dot": _product,
    "div": _div,
    "pow": _pow,
    "transpose": _transpose,
    "index": _index,
    "apply": _apply,
    "grad": lambda t: f"grad({t.data})({_text(t.args[0], SUM)})",
    "hess": lambda t: f"hess({t.data})({_text(t.args[0], SUM)})",
    "jac": lambda t: f"jac({t.data})({_text(t.args[0], SUM)})",
    "member": lambda t: f"{t.data}[{_text(t.args[0], SUM)}]",
    "matrix": _matrix,
    "block": _matrix,
    "hadamard": _entrywise(".*"),
    "hadamard_div": _entrywise("./"),
    "hadamard_pow": _pow,
    "map": _map,
    "total": lambda t: f"sum({_text(t.args[0], SUM)})",
    "entries_prod": lambda t: f"prod({_text(t.args[0], SUM)})",
    "=": lambda t: f"{_text(t.args[0], SUM)} = {_text(t.args[1], SUM)}",
    "<=": lambda t: f"{_text(t.args[0], SUM)} <= {_text(t.args[1], SUM)}",
    ">=": lambda t: f"{_text(t.args[0], SUM)} >= {_text(t.args[1], SUM)}",
}  # fmt: skip

print_terms_by(plain)
