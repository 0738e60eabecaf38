"""The classical models' sums do not depend on who adds them up."""

from __future__ import annotations

import numpy as np
import pytest

from chancellery import rem
from rem_worlds import world

FORMULA = "calls ~ inertia + recip + trans"
