"""What the index of rules says of a law: its statement and its words, from the book of rules."""

from __future__ import annotations

from derivgen.documents.escape import TeX, join
from derivgen.documents.worked import LawText
from derivgen.present.latex import latex, relation_sign
from derivgen.rules.book import standard_book


def law_text(name: str) -> LawText | None:
    """Statement and words of a law; None for a computed move, which is no law."""
    law = standard_book().get(name)
    if law is None:
        return None
    if law.statement is None:
        return LawText(TeX(""), law.words)
    left, right = law.statement
    return LawText(join([TeX(latex(left)), TeX(relation_sign(law.relation)), TeX(latex(right))]), law.words)
