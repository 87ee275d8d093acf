"""What the index of rules says of a law: its statement and its words, from the book of rules."""

from __future__ import annotations

from derivgen.documents.escape import TeX, join
from derivgen.documents.statements import condition, sign
from derivgen.documents.worked import LawText
from derivgen.language.operators import HOLES
from derivgen.language.terms import Term, rebuild, symbol
from derivgen.present.latex import latex
from derivgen.rules.book import standard_book
from derivgen.rules.conditions import STRUCTURAL


def law_text(name: str) -> LawText | None:
    """Statement and words of a law; None for a computed move, which is no law."""
    law = standard_book().get(name)
    if law is None:
        return None
    left, right = law.statement or (law.left, law.right)
    said = [condition(one.predicate, _named(one.subject)) for one in law.conditions if one.predicate not in STRUCTURAL]
    text = join([TeX(latex(left)), TeX(sign(law.relation)), TeX(latex(right))])
    if said:
        text = TeX(rf"{text}\quad\hbox{{if {join(dict.fromkeys(said), ', ')}}}")
    return LawText(text, law.words)


def _named(term: Term) -> Term:
    """A pattern with its holes as the names that the law's statement has for them."""
    if term.op in HOLES:
        return symbol(str(term.data), term.shape)
    return rebuild(term, [_named(arg) for arg in term.args])
