"""Declarations: kinds, properties, shapes; each bad one is refused with a near spelling."""

from __future__ import annotations

import pytest

from derivgen.language.declarations import Declarations, parse_declaration, parse_declarations
from derivgen.language.notation import NotationError
from derivgen.language.shapes import ONE, dim


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("A", "needs a colon"),
        ("A: matrx(n)", "did you mean 'matrix'?"),
        ("A: invertable matrix(n)", "did you mean 'invertible'?"),
        ("c: invertible scalar", "not a property of a scalar"),
        ("A: matrix", "needs its dimensions"),
        ("A: matrix()", "dimension"),
        ("A: matrix(m,n,k)", "1 or 2 dimension"),
        ("x: vector(m,n)", "1 dimension"),
        ("A: matrix(0,n)", "at least 1"),
        ("A: matrix(n", "matrix"),
        ("A: matrix(m-n)", "a dimension is"),
        ("A: matrix(2.5)", "a dimension is"),
        ("k: index(m,n)", "from 1 to one number"),
        ("k: index(0)", "from 1 to one number"),
        ("c: scalar(n)", "a scalar has no dimensions"),
        ("A: matrix(n); A: matrix(m)", "A is declared twice"),
        ("2x: scalar", "'2x' is not a name"),
        ("x²: scalar", "not a name"),
        ("x: ", "cannot be declared"),
        ("x\0: scalar", "not a name"),
        ("F: function(vectr(n)) -> scalar", "did you mean 'vector'?"),
    ],
)
def test_a_bad_declaration_is_refused(text: str, part: str) -> None:
    with pytest.raises(NotationError) as caught:
        parse_declarations(text)
    assert part in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "scalar", "positive scalar", "natural", "vector(n)", "row(n)", "matrix(m,n)",
        "invertible matrix(n,n)",
        "positive definite symmetric matrix(n,n)", "function", "function(vector(n)) -> scalar",
        "function(scalar, scalar) -> scalar", "function(scalar) -> matrix(n,n)",
        "function(matrix(m,n)) -> scalar",
        "matrix(m*n,2*n)", "matrix(m + n,3)", "index", "index(5)", "index(n + 1)",
    ],
)  # fmt: skip
def test_a_declaration_reads_back(text: str) -> None:
    declaration = parse_declaration("Z", text)
    assert parse_declaration("Z", str(declaration)) == declaration


def test_a_table_reads_back_from_its_texts() -> None:
    table = parse_declarations("A: matrix(m,n); x, a: vector(n);; t: positive scalar\n; f: function")
    assert list(table) == ["A", "x", "a", "t", "f"]
    assert table.dimensions == {"m", "n"}
    assert (
        Declarations({name: parse_declaration(name, text) for name, text in table.texts().items()}) == table
    )


def test_one_dimension_makes_a_matrix_square() -> None:
    assert parse_declaration("A", "matrix(n)").shape == (dim("n"), dim("n"))
    assert parse_declaration("x", "vector(3)").shape == (dim(3), ONE)
