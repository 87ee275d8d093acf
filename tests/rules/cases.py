"""Single laws in the tests of the book: how a premise is met, what breaks a condition, and where none can."""

from __future__ import annotations

# The laws of matrices that move within a structure, each by the structure's name.
TIED = (
    "tied_symmetric", "tied_skew_symmetric", "tied_diagonal", "tied_upper_triangular", "tied_lower_triangular",
    "tied_toeplitz", "tied_symmetric_toeplitz",
)  # fmt: skip

# What makes a premise true, or a second-order hole one of the kind that the law speaks of.
MEETING: dict[str, dict[str, str]] = {
    "divide_both": {"c": "a*b"},
    "add_both": {"c": "a - b"},
    "inv_unique": {"B": "inv(A)"},
    "read_entries": {"h": "g"},
    "read_entries_matrix": {"H": "G"},
    "read_entries_vec": {"y": "x"},
    "read_entries_kron": {"H": "G"},
    "differentiate_both": {"H": "y -> F(y)"},
    "substitute_inverse": {"F": "t -> H(g(t))"},
    "read_directional": {"G": "D(F(X), X)"},
    "read_gradient": {"G": "D(F(X), X)"},
    "read_difference": {"G": "D(F(X), X)"},
    "read_stationary": {"F": "Y -> tr(U'*U)"},
    "read_directional_vector": {"g": "D(F(x), x)"},
    "read_gradient_vector": {"g": "D(F(x), x)"},
    "read_difference_vector": {"g": "D(F(x), x)"},
    "read_differential": {"a": "tr(X'*X)*tr(C'*X)", "G": "D(tr(X'*X)*tr(C'*X), X)"},
    "read_differential_vector": {"a": "x'*x*(b'*x)", "g": "D(x'*x*(b'*x), x)"},
    "read_differential_scalar": {"a": "x^3", "g": "3*x^2"},
    "read_structured": {"a": "tr(C'*X)*tr(X'*X)", "G": "D(tr(C'*X)*tr(X'*X), X)"},
    "entry_D": {"A": "t^2*A"},
    "D_sum": {"F": "t -> exp(t*y)"},
    "d_prod": {"F": "t -> exp(t*y) + 1"},
    "det_unique": {"F": "Y -> det(A*Y)"},
    "sum_swap": {"l": "0", "p": "1"},
    "d_sum": {"M": "0", "F": "t -> t^2*Y.^3"},
    "entry_hadamard_pow": {"A": "exp.(A)"},
    "transpose_hadamard_pow": {"A": "exp.(A)"},
    "d_hadamard_pow": {"A": "exp.(A)"},
    "d_map_acosh": {"A": "ones(m,n) + exp.(A)"},
    "transpose_both": {"B": "A"},
    "read_jacobian": {"a": "B*(x.*x)", "J": "D(B*(x.*x), x)"},
    "read_jacobian_outer": {"a": "(x'*b)^2*h", "g": "2*(x'*b)*b"},
    "read_differential_by_scalar": {"A": "x^3*C", "G": "3*x^2*C"},
    "read_wirtinger": {
        "a": "tr(X*H(X))*tr(C'*X)",
        "G": "D(tr(X*H(X))*tr(C'*X), X)",
        "K": "D(tr(X*H(X))*tr(C'*X), conj(X))",
    },
    "read_wirtinger_conj": {
        "a": "tr(X*H(X))*tr(C'*X)",
        "G": "D(tr(X*H(X))*tr(C'*X), X)",
        "K": "D(tr(X*H(X))*tr(C'*X), conj(X))",
    },
    "read_wirtinger_vector": {"a": "H(X)*X*(b'*X)", "G": "D(H(X)*X*(b'*X), X)", "K": "D(H(X)*X*(b'*X), conj(X))"},
    "read_wirtinger_conj_vector": {
        "a": "H(X)*X*(b'*X)",
        "G": "D(H(X)*X*(b'*X), X)",
        "K": "D(H(X)*X*(b'*X), conj(X))",
    },
    "read_wirtinger_scalar": {"a": "X^2*conj(X)", "G": "D(X^2*conj(X), X)", "K": "D(X^2*conj(X), conj(X))"},
    "read_wirtinger_conj_scalar": {"a": "X^2*conj(X)", "G": "D(X^2*conj(X), X)", "K": "D(X^2*conj(X), conj(X))"},
    "read_wirtinger_jacobian": {
        "A": "B*(X.*conj(X))",
        "G": "D(B*(X.*conj(X)), X)",
        "K": "D(B*(X.*conj(X)), conj(X))",
    },
    "read_wirtinger_conj_jacobian": {
        "A": "B*(X.*conj(X))",
        "G": "D(B*(X.*conj(X)), X)",
        "K": "D(B*(X.*conj(X)), conj(X))",
    },
    "read_wirtinger_by_scalar": {"A": "X^2*conj(X)*C", "G": "D(X^2*conj(X)*C, X)", "K": "D(X^2*conj(X)*C, conj(X))"},
    "read_wirtinger_conj_by_scalar": {
        "A": "X^2*conj(X)*C",
        "G": "D(X^2*conj(X)*C, X)",
        "K": "D(X^2*conj(X)*C, conj(X))",
    },
    "wirtinger": {"F": "Y -> tr(Y*H(Y))*tr(C'*Y)"},
    "wirtinger_conj": {"F": "Y -> tr(Y*H(Y))*tr(C'*Y)"},
    "gradient_def": {"F": "Y -> tr(Y*H(Y))*tr(C'*Y)"},
    "gradient_conj": {"F": "Y -> tr(Y*H(Y))*tr(C'*Y)"},
    "D_re": {"F": "Y -> tr(Y*H(Y))*tr(C'*Y)"},
    "D_im": {"F": "Y -> tr(Y*H(Y))*tr(C'*Y)"},
    "wirtinger_jacobian": {"F": "y -> (H(y)*y)*(B*y)"},
    "wirtinger_by_scalar": {"F": "t -> t^2*conj(t)*C"},
    "wirtinger_conj_jacobian": {"F": "y -> (H(y)*y)*(B*y)"},
    "wirtinger_conj_by_scalar": {"F": "t -> t^2*conj(t)*C"},
    "D_re_jacobian": {"F": "y -> (H(y)*y)*(B*y)"},
    "D_re_by_scalar": {"F": "t -> t^2*conj(t)*C"},
    "D_im_jacobian": {"F": "y -> (H(y)*y)*(B*y)"},
    "D_im_by_scalar": {"F": "t -> t^2*conj(t)*C"},
    "conj_function": {"F": "t -> exp(t) + t^2"},
    "put_direction": {"F": "Y -> tr(C'*Y)^2*E", "H": "Y -> 2*tr(C'*X)*tr(C'*Y)*E"},
}
LET = {
    "wirtinger": "C: complex matrix(m,n)",
    "wirtinger_conj": "C: complex matrix(m,n)",
    "gradient_def": "C: complex matrix(m,n)",
    "gradient_conj": "C: complex matrix(m,n)",
    "D_re": "C: complex matrix(m,n)",
    "D_im": "C: complex matrix(m,n)",
    "wirtinger_jacobian": "B: complex matrix(p,n)",
    "wirtinger_by_scalar": "C: complex matrix(p,q)",
    "wirtinger_conj_jacobian": "B: complex matrix(p,n)",
    "wirtinger_conj_by_scalar": "C: complex matrix(p,q)",
    "D_re_jacobian": "B: complex matrix(p,n)",
    "D_re_by_scalar": "C: complex matrix(p,q)",
    "D_im_jacobian": "B: complex matrix(p,n)",
    "D_im_by_scalar": "C: complex matrix(p,q)",
    "read_wirtinger": "C: complex matrix(m,n); S: complex matrix(n)",
    "read_wirtinger_conj": "C: complex matrix(m,n); S: complex matrix(n)",
    "read_wirtinger_vector": "b: complex vector(n); S: complex matrix(n)",
    "read_wirtinger_conj_vector": "b: complex vector(n); S: complex matrix(n)",
    "read_wirtinger_jacobian": "B: complex matrix(m,n); c: complex vector(m); S: complex matrix(n)",
    "read_wirtinger_conj_jacobian": "B: complex matrix(m,n); c: complex vector(m); S: complex matrix(n)",
    "read_wirtinger_by_scalar": "C: complex matrix(m,n)",
    "read_wirtinger_conj_by_scalar": "C: complex matrix(m,n)",
    "d_sum": "Y: matrix(m,n)",
    "read_jacobian": "B: matrix(m,n); c: vector(m); S: matrix(n)",
    "read_jacobian_outer": "b, c: vector(n); k: vector(m); S: matrix(n)",
    "read_differential_by_scalar": "C: matrix(m,n)",
    "put_direction": "C: matrix(p,q); E: matrix(m,n)",
    "D_constant_vector": "C: matrix(m,n)",
    "d_prod": "y: scalar",
    "d_chain_matrix": "C: matrix(p,q)",
    "d_chain_vector": "C: matrix(p,q)",
    "read_differential": "C: matrix(m,n); S: matrix(n)",
    "read_differential_vector": "b: vector(n); S: matrix(n)",
    "det_unique": "A: matrix(n)",
    "read_structured": "C, S: matrix(n); X: symmetric matrix(n)",
    **dict.fromkeys(TIED, "Y: matrix(n)"),
    "read_directional": "S: matrix(n)",
    "read_gradient": "S: matrix(n)",
    "read_difference": "S: matrix(n)",
    "read_directional_vector": "S: matrix(n)",
    "read_gradient_vector": "S: matrix(n)",
    "read_difference_vector": "S: matrix(n)",
}

# Points that break one condition each: the law and the predicate -> other values for its names.
_SPIN = "D(F(X), X) + U*(S - S')"  # tr(U'*U*(S - S')) is 0 for every U
_TURN = "D(F(x), x) + (S - S')*u"
BREAKING: dict[tuple[str, str], dict[str, str]] = {
    ("read_wirtinger", "still"): {"a": "tr(C'*X)", "G": "C + d(X)*(S - S')", "K": "zeros(m,n)"},
    ("read_wirtinger_conj", "still"): {"a": "tr(C'*conj(X))", "G": "zeros(m,n)", "K": "C + conj(d(X))*(S - S')"},
    ("read_wirtinger_vector", "still"): {"a": "b'*X", "G": "b + (S - S')*d(X)", "K": "zeros(n,1)"},
    ("read_wirtinger_conj_vector", "still"): {"a": "b'*conj(X)", "G": "zeros(n,1)", "K": "b + (S - S')*conj(d(X))"},
    ("read_wirtinger_scalar", "still"): {"a": "X", "G": "1 + conj(d(X))", "K": "-d(X)"},
    ("read_wirtinger_conj_scalar", "still"): {"a": "X", "G": "1 + conj(d(X))", "K": "-d(X)"},
    ("read_wirtinger_jacobian", "still"): {"A": "B*X", "G": "B + c*d(X)'*(S - S')", "K": "zeros(m,n)"},
    ("read_wirtinger_conj_jacobian", "still"): {"A": "B*conj(X)", "G": "zeros(m,n)", "K": "B + c*H(d(X))*(S - S')"},
    ("read_wirtinger_by_scalar", "still"): {"A": "X*C", "G": "(1 + conj(d(X)))*C", "K": "-d(X)*C"},
    ("read_wirtinger_conj_by_scalar", "still"): {"A": "X*C", "G": "(1 + conj(d(X)))*C", "K": "-d(X)*C"},
    ("conj_function", "real_coefficients"): {"F": "t -> exp(1i*t)"},
    ("conj_pow", "natural"): {"n": "1i"},
    ("d_prod", "nonzero"): {"F": "t -> 0*y"},
    ("read_directional", "constant"): {"G": _SPIN},
    ("read_gradient", "constant"): {"G": _SPIN},
    ("read_difference", "constant"): {"G": _SPIN},
    ("read_directional_vector", "constant"): {"g": _TURN},
    ("read_gradient_vector", "constant"): {"g": _TURN},
    ("read_difference_vector", "constant"): {"g": _TURN},
    ("d_second", "symbol"): {"X": "X.*X"},
    ("read_structured", "still"): {"a": "tr(C'*X)", "G": "C + d(X)*(S - S')"},
    **{(law, f"moves_{law.removeprefix('tied_')}"): {"X": "Y"} for law in TIED},
    ("read_differential", "still"): {"a": "tr(C'*X)", "G": "C + d(X)*(S - S')"},
    ("read_differential_vector", "still"): {"a": "b'*x", "g": "b + (S - S')*d(x)"},
    ("read_jacobian", "still"): {"a": "B*x", "J": "B + c*d(x)'*(S - S')"},
    ("read_jacobian_outer", "still(g)"): {"a": "(x'*b)*h", "g": "b + (S - S')*d(x)"},
    ("read_jacobian_outer", "still(h)"): {"a": "(x'*b)*k", "g": "c", "h": "(d(x)'*b)/(d(x)'*c)*k"},
    ("put_direction", "still"): {"F": "Y -> tr(C'*Y)*E", "H": "Y -> tr(C'*Y)*E + (tr(C'*d(X)) - tr(C'*Y))*E"},
    ("D_constant_scalar", "constant"): {"c": "tr(X'*X)"},
    ("D_constant_vector", "constant"): {"a": "C*x"},
    ("D_constant_matrix", "constant"): {"X": "t*X"},
    ("d_map_atanh", "positive"): {"A": "2*ones(m,n)"},
    ("d_map_asin", "positive"): {"A": "2*ones(m,n)"},
    ("d_map_acos", "positive"): {"A": "2*ones(m,n)"},
    ("d_map_acosh", "positive"): {"A": "0.5*ones(m,n)"},
    ("d_norm", "nonzero"): {"x": "zeros(n,1)"},
    ("d_norm_matrix", "nonzero"): {"A": "zeros(m,n)"},
    ("d_max", "nonzero"): {"b": "a"},
    ("d_min", "nonzero"): {"b": "a"},
    ("sqrtm_square", "principal"): {"A": "-A'*A"},
    ("d_tr_logm", "principal"): {"A": "-A'*A"},
    ("d_tr_sqrtm", "principal"): {"A": "-A'*A"},
    ("read_entries", "free(g)"): {"g": "h[k]*ones(n,1)", "h": "h"},
    ("read_entries", "free(h)"): {"h": "g[k]*ones(n,1)"},
    ("read_entries_matrix", "free(G)"): {"G": "H[i,j]*ones(m,n)", "H": "H"},
    ("read_entries_matrix", "free(H)"): {"H": "G[i,j]*ones(m,n)"},
    ("read_entries_vec", "free(x)"): {"x": "y[(j - 1)*m + i]*ones(m*n,1)", "y": "y"},
    ("read_entries_vec", "free(y)"): {"y": "x[(j - 1)*m + i]*ones(m*n,1)"},
    ("read_entries_kron", "free(G)"): {"G": "H[(i - 1)*p + k, (j - 1)*q + l]*ones(m*p,n*q)", "H": "H"},
    ("read_entries_kron", "free(H)"): {"H": "G[(i - 1)*p + k, (j - 1)*q + l]*ones(m*p,n*q)"},
    ("substitute_inverse", "constant"): {"F": "t -> H(g(f(x)))"},
    ("det_unique", "alternating"): {"F": "Y -> tr(Y)"},
    ("sum_delta", "position"): {"k": "n + 1"},
    ("sum_delta_alone", "position"): {"k": "n + 1"},
    ("sum_delta_matrix", "position"): {"k": "N + 1"},
    ("D_constant", "constant"): {"a": "x^2"},
    ("D_scale", "constant"): {"c": "x^2"},
    ("D_div_constant", "constant"): {"c": "x^2"},
    ("D_pow", "constant"): {"n": "x"},
    ("d_chain", "constant"): {"F": "y -> y*s"},
    ("d_chain_matrix", "constant"): {"F": "Y -> tr(A'*Y)*C"},
    ("d_chain_vector", "constant"): {"F": "y -> (a'*y)*C"},
}
VALUES: dict[tuple[str, str], dict[str, float]] = {
    ("log_mul", "positive"): {"a": -1, "b": -2},
    ("div_to_pow", "nonzero"): {"b": 0, "t": -2},
    ("d_power", "natural"): {"k": -2},
}
GENERAL = {
    "positive": ["-exp.({})"],
    "nonzero": ["zeros(m,n)"],
    "free": ["{} + eps*{}", "eps*{}", "{}/eps"],
    "small": ["{}", "{}/eps"],
    "constant": ["eps*{}", "{} + eps*{}", "{}/eps"],
    "real": ["1i*{}"],
}

# Conditions that make no difference in numbers, and why they stand in the law: reason -> laws by predicate.
NO_MATTER: dict[str, dict[str, str]] = {
    "a derivative is taken by a name; nothing else has a meaning": {
        "symbol": "D_apply D_self differentiate_both D_pow D_exp D_log D_sqrt D_abs D_sin D_cos D_tan D_sinh D_cosh "
        "D_tanh D_asin D_acos D_atan D_asinh D_acosh D_atanh gradient_entry gradient_entry_matrix def_gradient "
        "def_partial def_partial_matrix read_differential read_differential_vector read_differential_scalar "
        "read_structured "
        "D_sigmoid D_relu D_sign read_jacobian read_jacobian_outer "
        "read_differential_by_scalar put_direction at_name",
    },
    "where it fails neither side has a value": {
        "positive": "pow_as_exp cos_asin sin_acos D_sqrt D_asin D_acos sqrt_perturb asin_perturb acos_perturb "
        "acosh_perturb atanh_perturb d_exponent d_pow_exponent d_sqrt d_asin d_acos d_map_sqrt d_map_asin d_map_acos "
        "d_map_acosh",
        "nonzero": "tan_def sec_square inv_scale abs_perturb D_div D_abs D_tan d_div d_abs d_tan sign_def D_relu "
        "conj_div d_relu d_max d_min d_hadamard_under d_hadamard_div d_map_abs d_map_tan d_map_relu d_norm "
        "d_norm_matrix",
        "principal": "d_tr_sqrtm d_log_principal",
        "smooth": "D_pow d_pow d_hadamard_pow pow_perturb",
        "natural": "d_tr_power transpose_pow pow_add",
        "invertible": "conj_inv inv_mul inv_scale inv_transpose det_inv d_inv",
        "full_rank": "d_pinv",
    },
    "where it fails the premise holds nowhere": {"invertible": "inv_unique"},
    "the premise leaves no freedom: such a g is the derivative all the same": {
        "still": "read_differential_scalar read_differential_by_scalar",
    },
    "the limit binds eps, so that nothing that holds eps can be put in": {"constant": "lim_order lim_constant"},
    "it says where the story expands or what it joins; the law holds wherever it has a value": {
        "free": "first_order taylor pow_perturb abs_perturb steady_factor sqrt_perturb tan_perturb sinh_perturb "
        "cosh_perturb tanh_perturb asin_perturb acos_perturb atan_perturb asinh_perturb acosh_perturb atanh_perturb "
        "taylor_vector taylor_matrix perturb_factor first_order_columns",
        "small": "steady_factor perturb_factor",
        "constant": "tr_join tr_take_in dot_join pow_perturb",
    },
    "it keeps scalars apart, whose powers are no products of matrices": {
        "matrix": "pow_square pow_cube transpose_pow pow_add d_power",
    },
}

# Planted faults that leave a law true, and why.
HARMLESS: dict[str, dict[str, str]] = {
    "the right side is zero": dict.fromkeys(
        (
            "log_one",
            "d_second",
            "D_constant",
            "d_constant",
            "read_stationary",
            "mul_zeros",
            "tr_zeros",
            "dot_zeros",
            "zeros_mul",
            "scale_zeros",
            "mul_zero",
            "entry_zeros",
            "hadamard_zeros",
            "D_sign",
            "d_sign",
            "d_map_sign",
            "D_constant_scalar",
            "D_constant_vector",
            "D_constant_matrix",
        ),
        "sign; factor 2",
    ),
    "all factors are equal": {"pow_square": "factors exchanged", "pow_cube": "factors exchanged"},
    "the product reads the same backwards": dict.fromkeys(("inv_perturb", "d_inv", "d_power"), "factors exchanged"),
    "the trace is cyclic": dict.fromkeys(
        ("d_det", "d_det_adj", "d_tr_power", "d_tr_expm", "d_tr_sinm", "d_tr_cosm", "d_tr_sqrtm", "d_tr_logm"),
        "factors exchanged",
    ),
    "the trace is cyclic, and powers of the shift from n on are zero": dict.fromkeys(
        ("tied_toeplitz", "tied_symmetric_toeplitz"), "factors exchanged; bound without plus 1; bound inner sign"
    ),
    "C commutes with its exponential": {"d_expm_scale": "factors exchanged"},
    "a trace of a product with a diagonal matrix sees diagonals only": dict.fromkeys(
        ("adjoint_diag_matrix", "adjoint_diagvec"), "factors exchanged; transpose lost"
    ),
    "tr(A) = tr(A)": {"tr_transpose": "transpose lost"},
}
