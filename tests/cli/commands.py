"""What is typed in several tests, and what comes of a command."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import NamedTuple

TRACE = ("tr(A*X*B)", "--wrt", "X")
LECTURE = """---
title: A lecture
---

## A frame

```derive
id square
let x: scalar
of x^2
wrt x
by first principles
```

```prove
id cyclic
show tr(A*B) = tr(B*A)
```

```derive
id wrong
of log(X)
wrt X
```
"""


class Outcome(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Outcome]


def process(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Runs the command line as a process of its own."""
    command = [sys.executable, "-m", "derivgen", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **options)  # type: ignore[call-overload, no-any-return]
