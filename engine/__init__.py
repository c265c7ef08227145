"""The engine: domain types, pipeline, fusion, agreement, evaluation, explanation."""

import os

from system.telemetry import decline_telemetry

# OpenMP's threads spin while they wait, and on cores that are shared with a browser or another
# server the one spins where the other should work: integrated gradients took 39 s instead of
# 7 s on two busy cores. Read when torch loads, so set before anything else is imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
decline_telemetry()
