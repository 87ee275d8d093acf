"""The laws that bring a term to a normal form: signs out, products multiplied out, like terms collected."""

from __future__ import annotations

from derivgen.methods.first_principles import CLEAN, INVERSES, LINEAR

NORMAL = (*CLEAN, *LINEAR, *INVERSES, "transpose_mul", "dot_plus", "plus_dot", "scale_plus", "mul_plus", "inv_inv", "inv_identity",
          "like_terms", "combine_powers", "log_exp", "exp_log", "mul_div", "divide")  # fmt: skip
