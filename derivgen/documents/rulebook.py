"""What the index of rules says of a law: its statement and its words, from the book of rules."""

from __future__ import annotations

from derivgen.documents.escape import TeX, join
from derivgen.documents.statements import condition
from derivgen.documents.worked import LawText
from derivgen.present.latex import latex, relation_sign
from derivgen.rules.book import standard_book

# Conditions on how a law is matched say nothing to a reader.
_OF_THE_MATCHER = frozenset(("free", "constant", "matrix", "number", "function", "symbol", "scalar", "small"))


def law_text(name: str) -> LawText | None:
    """Statement and words of a law; None for a computed move, which is no law."""
    law = standard_book().get(name)
    if law is None:
        return None
    left, right = law.statement or (law.left, law.right)
    said = [
        condition(one.predicate, one.subject)
        for one in law.conditions
        if one.predicate not in _OF_THE_MATCHER
    ]
    text = join([TeX(latex(left)), TeX(relation_sign(law.relation)), TeX(latex(right))])
    if said:
        text = TeX(rf"{text}\quad\hbox{{if {join(dict.fromkeys(said), ', ')}}}")
    return LawText(text, law.words)
