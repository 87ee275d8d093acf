"""What the index of rules says of a law: its statement and its words, from the book of rules."""

from __future__ import annotations

from derivgen.documents.escape import TeX, join
from derivgen.documents.statements import bold_names, condition, sign, words
from derivgen.documents.worked import LawText
from derivgen.language.operators import HOLES
from derivgen.language.terms import Term, rebuild, symbol
from derivgen.present.reasons import formula_slices
from derivgen.present.style import Style
from derivgen.rules.book import Law, standard_book
from derivgen.rules.structural import STRUCTURAL


def law_text(name: str, style: Style) -> LawText | None:
    """Statement and words of a law of the book; None for a computed move, which is no law."""
    law = standard_book().get(name)
    return text_of(law, style) if law is not None else None


def text_of(law: Law, style: Style) -> LawText:
    """Statement and words of a law."""
    left, right = law.statement or (law.left, law.right)
    needed = [one for one in law.conditions if one.predicate not in STRUCTURAL]
    said = [condition(one.predicate, _named(one.subject), style) for one in needed]
    text = join([TeX(style.latex(left)), TeX(sign(law.relation)), TeX(style.latex(right))])
    parts = style.words.reason(law.words)
    reason = words("".join(parts), bold_names(text), formula_slices(parts))
    if said:
        asked = join(style.words.parts("worked.condition", conditions=join(dict.fromkeys(said), ", ")))
        text = TeX(rf"{text}\quad\hbox{{{asked}}}")
    return LawText(text, reason)


def _named(term: Term) -> Term:
    """A pattern with its holes as the names that the law's statement has for them."""
    if term.op in HOLES:
        return symbol(str(term.data), term.shape)
    return rebuild(term, [_named(arg) for arg in term.args])
