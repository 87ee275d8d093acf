"""Widths of Palatino's mathematics in em, as TeX has them; signs with the room around them."""

from __future__ import annotations


def _table(text: str) -> dict[str, float]:
    """Pairs of a name and a width, one after another."""
    words = text.split()
    return {name: float(width) for name, width in zip(words[::2], words[1::2], strict=True)}


LETTERS = _table(
    "a .50 b .55 c .45 d .56 e .46 f .55 g .56 h .58 i .32 j .35 k .53 l .35 m .83 n .59 o .52 p .59 q "
    ".54 r .41 s .43 t .36 u .59 v .54 w .78 x .55 y .54 z .48 A .80 B .68 C .72 D .84 E .65 F .61 G "
    ".80 H .87 I .44 J .45 K .74 L .63 M 1.02 N .87 O .80 P .66 Q .83 R .73 S .60 T .68 U .82 V .79 W "
    "1.00 X .76 Y .69 Z .71 "
)
TEXT = _table(
    "a .50 b .55 c .44 d .61 e .48 f .33 g .56 h .58 i .29 j .23 k .56 l .29 m .88 n .58 o .55 p .60 q "
    ".56 r .40 s .42 t .33 u .60 v .57 w .83 x .52 y .56 z .50 A .78 B .61 C .71 D .77 E .61 F .56 G "
    ".76 H .83 I .34 J .33 K .73 L .61 M .95 N .83 O .79 P .60 Q .79 R .67 S .53 T .61 U .78 V .72 W "
    "1.00 X .67 Y .67 Z .67 . .25 , .25 : .25 ; .25 ! .28 ? .44 ' .28 ` .28 - .33 ( .33 ) .33 [ .33 ] .33 "
    "/ .61 = .61 + .61 < .61 > .61 ß .56 æ .78 œ .83 « .50 » .50 × .61 "
)
"""Letters of running text; an accent does not change them."""
SIGNS = _table("+ 1.22 - 1.22 = 1.39 < 1.39 > 1.39 ( .43 ) .43 [ .31 ] .31 | .31 , .42 . .25 : .80 ' .26 / .50 ! .28 ")
COMMANDS = _table(
    "sum 1.10 prod 1.26 partial .51 nabla .89 infty .88 to 1.62 rightarrow 1.62 Rightarrow 1.62 "
    "Leftrightarrow 1.62 leq 1.39 le 1.39 geq 1.39 ge 1.39 neq 1.39 cdot .70 times 1.22 quad 1.00 qquad "
    "2.00 T .50 cdots 1.44 dots 1.30 ldots 1.16 lvert .31 rvert .31 mid .90 sim 1.39 approx 1.39 langle "
    ".40 rangle .40 epsilon .46 delta .48 pi .73 omega .79 Gamma .58 Delta .70 Theta .81 Lambda .80 "
    "odot 1.22 otimes 1.22 circ .94 pm 1.22 Sigma .69 Phi .81 Psi .78 Omega .86 , .17 : .22 ; .28 ! -.17 | .50 "
)
SPACED = 0.78
"""What a relation or an operation is wide without the room around it, as in an exponent."""
OPERATORS = frozenset(
    ("log", "exp", "sin", "cos", "tan", "det", "tr", "max", "min", "sup", "inf", "arcsin", "arccos", "arctan")
)
OPERATORS |= {"sinh", "cosh", "tanh"}
TRANSPARENT = frozenset(
    ("left", "right", "displaystyle", "textstyle", "limits", "nolimits", "mathopen", "mathclose", "mathord")
)
TRANSPARENT |= {"mathbin", "mathrel", "mathrm", "mathbf", "mat", "mathsf", "mathit", "matgreek"}
TRANSPARENT |= {"operatorname", "text", "hbox", "hl", "was"}
BRACKETS = {"big": (0.05, 1.15), "Big": (0.19, 1.71), "bigg": (0.33, 2.2), "Bigg": (0.4, 2.8)}
"""What a larger bracket adds to its width, and how many times as tall as a plain row it is."""
