"""``python -m derivgen`` is the command ``derivgen``."""

from __future__ import annotations

import sys

from derivgen.cli import main

sys.exit(main())
