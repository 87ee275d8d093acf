"""Functions that NumPy does not have, as text that goes into the code that needs them."""

from __future__ import annotations

SUPPORT: dict[str, tuple[tuple[str, ...], str]] = {
    "sigmoid": ((), '''
def sigmoid(x):
    """1/(1 + exp(-x)), without overflow."""
    return np.exp(-np.logaddexp(0.0, -x))
'''),
    "relu": ((), '''
def relu(x):
    """The positive part."""
    return np.maximum(x, 0.0)
'''),
    "step": ((), '''
def step(x):
    """1 where x is positive, else 0."""
    return 1.0 * (x > 0)
'''),
    "trigamma": ((), '''
def trigamma(x):
    """The second derivative of the logarithm of the gamma function."""
    return scipy.special.polygamma(1, x)
'''),
    "tetragamma": ((), '''
def tetragamma(x):
    """The third derivative of the logarithm of the gamma function."""
    return scipy.special.polygamma(2, x)
'''),
    "logsumexp": ((), '''
def logsumexp(x):
    """log(sum(exp(x))), without overflow."""
    return np.max(x) + np.log(np.sum(np.exp(x - np.max(x))))
'''),
    "softmax": ((), '''
def softmax(x):
    """exp(x)/sum(exp(x)), without overflow."""
    powers = np.exp(x - np.max(x))
    return powers / np.sum(powers)
'''),
    "adjugate": ((), '''
def adjugate(a):
    """The transposed matrix of cofactors; the matrix may be singular."""
    n = len(a)
    minors = [[np.delete(np.delete(a, i, 0), j, 1) for i in range(n)] for j in range(n)]
    return np.array([[(-1.0) ** (i + j) * np.linalg.det(minors[j][i]) for i in range(n)] for j in range(n)])
'''),
    "eigenvalues": ((), '''
def eigenvalues(a):
    """The eigenvalues as a column, in ascending order."""
    symmetric = np.allclose(a, a.T, rtol=1e-12, atol=0)
    return np.reshape(np.linalg.eigvalsh(a) if symmetric else np.sort_complex(np.linalg.eigvals(a)), (-1, 1))
'''),
    "eigenvector": ((), '''
def eigenvector(a, k):
    """The eigenvector of length 1 of eigenvalue k of a symmetric matrix, its largest entry positive."""
    if not np.allclose(a, a.T, rtol=1e-12, atol=0):
        raise ValueError("an eigenvector is that of a symmetric matrix")
    column = np.linalg.eigh(a)[1][:, [int(k)]]
    return column * np.sign(column[np.argmax(np.abs(column)), 0])
'''),
    "along": ((), '''
def along(function, point, direction):
    """The directional derivative, by central differences of sixth order."""
    h = 1e-2 / (1.0 + np.max(np.abs(direction)))
    steps = [k * h * direction for k in (1, 2, 3)]
    near, middle, far = [(function(point + step) - function(point - step)) / (2 * h) for step in steps]
    return np.asarray(1.5 * near - 0.3 * middle + far / 30, dtype=float)
'''),
    "derivative": (("along",), '''
def derivative(function, point):
    """The derivative by each entry of a point; of a vector by a vector it has the entries d f_i / d x_j."""
    point = np.asarray(point, dtype=float)
    entries = np.eye(point.size).reshape(-1, *point.shape)
    slopes = np.array([along(function, point, entry) for entry in entries])
    return np.moveaxis(slopes.reshape(*point.shape, -1), -1, 0)
'''),
    "structured": (("along",), '''
def structured(function, point, move):
    """The derivative by each entry of a matrix; ``move`` says how the matrix moves when only that entry is free."""
    units = np.eye(len(point))
    return np.array([[along(function, point, move(np.outer(a, b))) for b in units] for a in units])
'''),
    "integral": ((), '''
def integral(function):
    """The integral over all real numbers, by the trapezoidal rule in u for the argument sinh(pi/2 sinh(u))."""
    total = 0.0
    for u in np.linspace(-4.0, 4.0, 257):
        inner = np.pi / 2 * np.sinh(u)
        total = total + function(np.sinh(inner)) * np.pi / 2 * np.cosh(u) * np.cosh(inner) / 32
    return np.asarray(total)
'''),
    "limit": ((), '''
def limit(function, value):
    """The limit as the argument tends to a value, by extrapolation of values on both sides of it."""
    sides = [(np.asarray(function(value + h)) + np.asarray(function(value - h))) / 2 for h in (0.04, 0.02, 0.01)]
    first = [(4 * fine - coarse) / 3 for coarse, fine in zip(sides, sides[1:])]
    return np.asarray((16 * first[1] - first[0]) / 15, dtype=float)
'''),
}  # fmt: skip
"""Name -> (names of other supporting functions it uses, its text)."""


def support(names: list[str]) -> list[str]:
    """The texts of supporting functions and of those they use, each once, the used ones first."""
    ordered: dict[str, None] = {}

    def add(name: str) -> None:
        for used in SUPPORT[name][0]:
            add(used)
        ordered.setdefault(name)

    for name in names:
        add(name)
    return [SUPPORT[name][1].strip() for name in ordered]
