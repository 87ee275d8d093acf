"""Which laws work together: the small sets that phases run to exhaustion."""

from __future__ import annotations

from derivgen.language.operators import SCALAR_FUNCTIONS

SERIES = (
    "taylor",
    "taylor_vector",
    "taylor_matrix",
    "sin_perturb",
    "cos_perturb",
    "exp_perturb",
    "log_perturb",
    "exp_add",
    "sin_add",
    "cos_add",
    "div_perturb",
    "sqrt_perturb",
    "abs_perturb",
    "asin_perturb",
    "acos_perturb",
    "atan_perturb",
    "asinh_perturb",
    "acosh_perturb",
    "atanh_perturb",
    "tan_perturb",
    "sinh_perturb",
    "cosh_perturb",
    "tanh_perturb",
    "inv_perturb",
    "det_perturb",
    "map_perturb",
    "hadamard_div_perturb",
    "hadamard_pow_perturb",
    "map_exp_perturb",
    "map_log_perturb",
    "map_sqrt_perturb",
    "map_abs_perturb",
    "map_sin_perturb",
    "map_cos_perturb",
    "map_tan_perturb",
    "map_sinh_perturb",
    "map_cosh_perturb",
    "map_tanh_perturb",
    "map_asin_perturb",
    "map_acos_perturb",
    "map_atan_perturb",
    "map_asinh_perturb",
    "map_acosh_perturb",
    "map_atanh_perturb",
    "map_sigmoid_perturb",
    "map_relu_perturb",
    "erf_perturb",
    "gammaln_perturb",
    "digamma_perturb",
    "trigamma_perturb",
    "map_erf_perturb",
    "map_gammaln_perturb",
    "map_digamma_perturb",
    "map_trigamma_perturb",
)
DEFINED = (
    "norm_square", "norm_square_matrix", "norm_root", "norm_root_matrix", "norm1_def", "logsumexp_def", "conj_real",
)  # fmt: skip
REWRITTEN = (*DEFINED, "pow_as_exp", "exp_pow", "pow_square", "pow_cube")
EXACT_POWERS = ("pow_two", "pow_three")
SIGNS = ("neg_plus", "neg_scale", "dot_neg", "neg_dot", "tr_neg", "transpose_neg", "transpose_transpose")
CLEAN = ("arithmetic", "absorb", *SIGNS, "mul_identity", "identity_mul", "pow_mul", "pow_mul_three")
INVERSES = ("inv_mul", "inv_scale", "inv_cancel_left", "inv_cancel_right", "identity_mul", "mul_identity")
TIDY = ("arithmetic", "combine_powers", *SIGNS, "like_terms", "mul_div", "div_div", "divide")
SUMS = ("mul_plus", "scale_plus", "dot_plus_dot", "dot_plus", "plus_dot", "div_plus")
ENTRY_BY_ENTRY = ("hadamard_plus", "hadamard_neg", "hadamard_div_plus", "hadamard_div_neg", "hadamard_div_scale")
LINEAR = (
    "transpose_plus", "transpose_scale", "tr_plus", "tr_scale", "total_plus", "total_neg", "total_scale",
    *ENTRY_BY_ENTRY,
)  # fmt: skip
DISTRIBUTE = ("mul_plus", "scale_plus", "dot_plus_dot", "dot_plus", "plus_dot", "div_plus", "div_mul")
PREPARE = (*CLEAN, *LINEAR, *SUMS, "div_mul")
FUNCTIONS = frozenset({*SCALAR_FUNCTIONS, "apply", "pow", "det", "inv", "map", "hadamard_pow"})
DIVISIONS = ("div", "hadamard_div")

# a normal form: signs out, products multiplied out, like terms collected
NORMAL = (
    *CLEAN,
    *LINEAR,
    *INVERSES,
    "transpose_mul",
    "plus_dot",
    "dot_plus",
    "scale_plus",
    "mul_plus",
    "inv_inv",
    "inv_identity",
    "like_terms",
    "combine_powers",
    "det_scale",
    "<exp_add",
    "log_exp",
    "exp_log",
    "mul_div",
    "divide",
    "E_plus", "E_neg", "E_scale", "E_div", "E_mul_left", "E_mul_right", "E_transpose", "E_known",
)  # fmt: skip
# transposes go inwards; see transposes_in, which leaves (x - a)' as it is
PUSH_TRANSPOSES = (
    "transpose_transpose",
    "transpose_mul",
    "transpose_plus",
    "transpose_scale",
    "transpose_neg",
    "transpose_div",
)
