"""The matcher: what it finds is there, nothing is captured, and selections and splits are the ones laws rely on."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from derivgen.engine.match import match, match_parts
from derivgen.language.declarations import Declarations, parse_declarations
from derivgen.language.elaborate import elaborate_all, parse
from derivgen.language.plain import plain
from derivgen.language.shapes import ShapeError, dim
from derivgen.language.terms import Term, at, equivalent, make, substitute, symbol, walk
from derivgen.rules.binding import Abstraction, BoundName, Empty, FunctionName, UnboundError, instantiate
from derivgen.rules.book import patternize, standard_book
from derivgen.rules.instances import instance
from tests.language.random_terms import terms

BOOK = standard_book()
EPS = {"eps": symbol("eps")}
NAMES = parse_declarations(
    "A, B: matrix(n); P: matrix(m,n); a, b: vector(n); s, t, x: scalar; f, g: function; i: index"
)


def term(text: str, names: Declarations = NAMES) -> Term:
    return parse(text, names)


def pattern(text: str, let: str) -> Term:
    names = parse_declarations(let)
    (found,), _ = elaborate_all([text], names, infer=False, pattern=True)
    return patternize(found, names)


def found(p: Term, text: str) -> list[tuple[object, dict[str, str]]]:
    """The places and bindings of holes, as texts."""
    matches = match_parts(p, term(text), dict(EPS))
    return [(path, {k: plain(v) for k, v in b.items() if isinstance(v, Term) and k != "eps"}) for path, b in matches]


# -- refusals -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("law", "text"),
    [
        ("sum_const", "sum(i, 1, n, i)"),
        ("sum_scale", "sum(i, 1, n, i*i)"),
        ("sum_delta_alone", "sum(i, 1, n, delta(i, i))"),
        ("lim_constant", "lim(eps, 0, eps)"),
    ],
)
def test_a_bound_name_is_not_captured(law: str, text: str) -> None:
    for b in match(BOOK[law].left, term(text), dict(EPS)):
        assert law == "sum_scale", f"{law} must not match {text}"
        assert plain(b["a"]) != "i"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("p", "let", "text"),
    [
        ("A*A", "A: matrix(n)", "A*B"),
        ("tr(A)", "A: matrix(n)", "det(A)"),
        ("x + x", "x: scalar", "s + t"),
        ("f(x) + f(y)", "f: function; x, y: scalar", "f(s) + g(s)"),
        ("f'(x)", "f: function; x: scalar", "f(s)"),
        ("A*B", "A: matrix(n); B: matrix(n)", "P*a"),
        ("x^2", "x: scalar", "s^3"),
        ("A + B", "A, B: vector(n)", "A + B"),
        ("delta(i, i)", "i: index", "delta(i, x)"),
    ],
)
def test_what_differs_does_not_match(p: str, let: str, text: str) -> None:
    assert found(pattern(p, let), text) == []


def test_a_matrix_hole_does_not_swallow_a_scalar_piece() -> None:
    whole = term("A*a*(b'*a)")
    for _, b in match_parts(pattern("A*x", "A: matrix(n); x: vector(n)"), whole, {}):
        assert isinstance(b["A"], Term)
        assert b["A"].shape == (dim("n"), dim("n"))


def test_an_open_second_order_hole_needs_a_name() -> None:
    law = pattern("F{x + eps}", "F: family; x: scalar")
    assert list(match(law, term("f(x + eps)"), dict(EPS))) == []


# -- soundness ------------------------------------------------------------------------------------------------------
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(terms(depth=3), st.sampled_from([law for law in BOOK.values() if law.relation == "="]))
def test_a_match_instantiates_to_the_term(t: Term, law) -> None:  # type: ignore[no-untyped-def]
    for side in (law.left, law.right):
        for _, node in walk(t):
            for k, (path, binding) in enumerate(match_parts(side, node, dict(EPS))):
                if k > 5:
                    break
                assert equivalent(instantiate(side, binding), at(node, path))


@pytest.mark.parametrize("law", [w for w in BOOK.values() if w.relation == "="], ids=lambda w: w.name)
def test_each_pattern_matches_what_it_stands_for(law) -> None:  # type: ignore[no-untyped-def]
    about = instance(law)
    fixed = {k: v for k, v in about.binding.items() if isinstance(v, Abstraction | Term) and k in law.declarations}
    if any(t.op == "family" for t in (n for _, n in walk(law.left))):
        matches = match(law.left, about.left, {**EPS, **fixed})
    else:
        matches = match(law.left, about.left, dict(EPS))
    assert any(equivalent(instantiate(law.left, b), about.left) for b in matches)


# -- sums and products in any order -----------------------------------------------------------------------------------
def test_part_of_a_sum_is_a_selection() -> None:
    p = pattern("s*x + s*y", "s, x, y: scalar")
    places = {path for path, _ in match_parts(p, term("t*x + g(x) + t*s"), {})}
    assert ((0, 2),) in places
    assert () not in places


def test_part_of_a_chain_is_a_slice() -> None:
    places = [path for path, _ in match_parts(pattern("inv(A)*A", "A: matrix(n)"), term("P*inv(A)*A*a"), {})]
    assert places == [((1, 2),)]


def test_the_longest_slices_come_first() -> None:
    places = [path for path, _ in match_parts(pattern("A*B", "A: matrix(m,n); B: matrix(n,p)"), term("P*A*B"), {})]
    assert places[0] == ()
    assert set(places) == {(), ((0, 1),), ((1, 2),)}


def test_segments_keep_what_stands_around() -> None:
    law = BOOK["mul_plus"]
    found_parts = [b for _, b in match_parts(law.left, term("s*(t + x)*g(x)"), {})]
    assert any(plain(b["a.."]) == "s" and plain(b["t.."]) == "g(x)" for b in found_parts)  # type: ignore[arg-type]
    ends = [b for _, b in match_parts(law.left, term("(t + x)*g(x)"), {})]
    assert any(b["a.."] == Empty() for b in ends)


def test_scalars_before_a_chain_ride_on_an_open_hole() -> None:
    p = pattern("k*e(j,n)'", "k: vector(n); j: index")
    names = NAMES
    (b,) = list(match(p, parse("s*(A*a*e(i,n)')", names), {}))
    assert plain(b["k"]) == "s*A*a"  # type: ignore[arg-type]


def test_a_hole_that_stands_twice_takes_no_scalar() -> None:
    square = pattern("A*A", "A: matrix(n)")
    assert list(match(square, term("s*(B*B)"), {})) == []


# -- the perturbation -------------------------------------------------------------------------------------------------
def test_the_split_by_the_perturbation_is_tried_first() -> None:
    p = pattern("tr(X + Y)", "X, Y: matrix(n)")
    first = next(iter(match(p, term("tr(A + eps*B + A*A)"), dict(EPS))))
    assert {plain(first["X"]), plain(first["Y"])} == {"A + A*A", "eps*B"}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "s", "h"),
    [
        ("f(x + eps)", "x", "eps"),
        ("f(eps*t + x + s + eps^2)", "x + s", "eps*t + eps^2"),
        ("f(x + O(eps))", "x", "O(eps)"),
    ],
)
def test_steady_and_small_holes_take_all_of_their_kind(text: str, s: str, h: str) -> None:
    (b,) = list(match(BOOK["taylor"].left, term(text), dict(EPS)))
    assert equivalent(b["s"], term(s))  # type: ignore[arg-type]
    assert equivalent(b["h"], term(h))  # type: ignore[arg-type]
    assert b["f"] == FunctionName("f")


@pytest.mark.parametrize("text", ["f(x + s)", "f(eps)"])
def test_without_a_steady_or_a_small_part_there_is_no_match(text: str) -> None:
    assert list(match(BOOK["taylor"].left, term(text), dict(EPS))) == []


# -- names under binders ----------------------------------------------------------------------------------------------
def test_a_second_order_hole_abstracts_over_the_bound_name() -> None:
    p = pattern("sum(i, 1, n, F{i})", "F: family; n: natural")
    (b,) = list(match(p, term("sum(k, 1, m, s*k^2)"), {}))
    assert b["@i"] == BoundName("k")
    value = b["F"]
    assert isinstance(value, Abstraction)
    assert plain(substitute(value.body, {value.names[0]: symbol("t")})) == "s*t^2"


def test_a_known_second_order_hole_is_compared() -> None:
    law = BOOK["def_derivative"]
    f = Abstraction(("y",), make("pow", [symbol("y"), term("2")]))
    given = {**EPS, "F": f, "x": symbol("x")}
    assert list(match(law.left, term("D(x^2, x)"), given))
    assert not list(match(law.left, term("D(x^3, x)"), given))


def test_dimensions_are_found_and_held() -> None:
    p = pattern("A*B", "A: matrix(m,n); B: matrix(n,p)")
    b = next(iter(match(p, term("P*A"), {})))
    assert (b["?m"], b["?n"], b["?p"]) == (dim("m"), dim("n"), dim("n"))
    square = pattern("tr(A*B)", "A, B: matrix(n)")
    assert not list(match(square, term("tr(P*P')"), {"?n": dim("n")}))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(terms(depth=3))
def test_a_term_matches_itself_and_no_other_symbol(t: Term) -> None:
    names = set(t.free)
    assert list(match(t, t, {}))
    if "s" in names:
        other = substitute(t, {"s": symbol("entirely_new")})
        assert not list(match(t, other, {}))


def test_an_instance_that_does_not_fit_is_refused() -> None:
    law = BOOK["tr_cyclic"]
    with pytest.raises((ShapeError, UnboundError)):
        instantiate(law.left, {"A": symbol("P", (dim("m"), dim("n"))), "B": symbol("a", (dim("n"), dim(1)))})


def test_what_is_said_of_entries_of_matrices_holds_of_columns_and_rows() -> None:
    p = pattern("(A + B)[i,j]", "A, B: matrix(m,n); i, j: index")
    assert [b for _, b in found(p, "(a + b)[i]")] == [
        {"A": "a", "B": "b", "i": "i", "j": "1"},
        {"A": "b", "B": "a", "i": "i", "j": "1"},
    ]
    assert {(b["i"], b["j"]) for _, b in found(p, "(a' + b')[i]")} == {("1", "i")}
    assert found(pattern("A[i,j]", "A: matrix(m,n); i, j: index"), "a[i]") == []  # a name is not taken for a matrix


def test_scalars_ride_on_no_hole_that_stands_twice() -> None:
    """tr(x*C'*C) is no tr(A'*A) with A = x*C: the scalar would be squared."""
    names = parse_declarations("C: matrix(m); x: scalar")
    pattern = standard_book()["norm_square_matrix"].right
    assert not list(match(pattern, parse("tr(x*C'*C)", names), {}))
    assert list(match(pattern, parse("tr(C'*C)", names), {}))
