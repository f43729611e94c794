"""Comparisons that take too long for the suite; run by make, written to results/."""
