"""What other programs call things that are spelled otherwise here: the tables behind the hints of errors."""

from __future__ import annotations

NAMES = {
    "trace": "tr(X)", "Tr": "tr(X)", "transpose": "X'", "ctranspose": "H(X)", "adjoint": "H(X)", "adjugate": "adj(X)",
    "determinant": "det(X)", "logdet": "log(det(X))", "slogdet": "log(abs(det(X)))", "inverse": "inv(X)",
    "invert": "inv(X)", "dot": "a'*b", "inner": "a'*b", "vdot": "a'*b", "outer": "a*b'", "matmul": "A*B", "mul": "A*B",
    "multiply": "A.*B", "hadamard": "A.*B", "kronecker": "kron(A, B)", "pow": "x^n", "power": "x^n", "square": "x^2",
    "ln": "log(x)", "log10": "log(x)/log(10)", "log2": "log(x)/log(2)", "log1p": "log(1 + x)", "lg": "log(x)/log(10)",
    "expm1": "exp(x) - 1", "arcsin": "asin(x)", "arccos": "acos(x)", "arctan": "atan(x)", "arcsinh": "asinh(x)",
    "arccosh": "acosh(x)", "arctanh": "atanh(x)", "sec": "1/cos(x)", "csc": "1/sin(x)", "cot": "cos(x)/sin(x)",
    "logistic": "sigmoid(x)", "expit": "sigmoid(x)", "softplus": "log(1 + exp(x))", "logit": "log(x/(1 - x))",
    "erfc": "1 - erf(x)", "normcdf": "(1 + erf(x/sqrt(2)))/2", "lgamma": "gammaln(x)", "loggamma": "gammaln(x)",
    "gamma": "exp(gammaln(x))", "psi": "digamma(x)", "polygamma": "digamma(x), trigamma(x) or tetragamma(x)",
    "beta": "exp(gammaln(a) + gammaln(b) - gammaln(a + b))",
    "heaviside": "step(x)", "Heaviside": "step(x)", "sgn": "sign(x)", "eye": "I(n)", "identity": "I(n)",
    "conjugate": "conj(z)", "real": "re(z)", "imag": "im(z)", "eigvals": "eig(S)", "eigenvalues": "eig(S)",
    "diagonal": "diagvec(X)", "mean": "sum(x)/n", "trans": "X'", "norm_1": "norm1(x)", "norm_2": "norm2(X)",
    "absolute": "abs(x)", "fabs": "abs(x)", "maximum": "max(a, b)", "minimum": "min(a, b)", "product": "prod(x)",
    "expectation": "E(x)", "variance": "Var(x)", "var": "Var(x)", "cov": "Cov(x, y)", "limit": "lim(eps, 0, ..)",
    "diff": "D(f(x), x)", "gradient": "grad(F)(x)", "jacobian": "jac(F)(x)", "hessian": "hess(F)(x)",
}  # fmt: skip
"""Names of functions elsewhere -> how it is written here."""

ARGUMENTS = {
    "max": "write max(a, b) for two scalars",
    "min": "write min(a, b) for two scalars",
    "sum": "a sum over an index is sum(i, 1, n, ..), that of all entries sum(x)",
    "prod": "a product over an index is prod(i, 1, n, ..), that of all entries prod(x)",
    "norm": "the norms are norm(x), norm1(x) and norminf(x), of a matrix norm(X), norm2(X) and normmax(X)",
    "log": "the logarithm to a base b is log(x)/log(b)",
    "eig": "an eigenvalue is eig(S)[i], an eigenvector eigvec(S, i)",
}
"""Functions that take other arguments elsewhere -> what to write here."""

CHARACTERS = {
    "\\": "LaTeX is read in formulas, not in declarations",
    "$": "LaTeX is read in formulas, not in declarations",
    "@": "every product is written with *",
    "|": "write norm(x) for the length of a vector, abs(x) for that of a number, det(X) for a determinant",
    "!": "there is no factorial; a product is prod(i, 1, n, i)",
    "·": "write *",
    "×": "write *",
    "²": "write ^2",
    "ᵀ": "write '",
}
"""Characters that are no part of the notation -> what to write."""


def spelled_here(name: str) -> str:
    """A hint for a function that has another spelling here, or nothing."""
    return f"write {NAMES[name]}" if name in NAMES else ""
