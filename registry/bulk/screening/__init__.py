"""Portfolios screened in memory: the rules' own keys and matches, candidates found by arrays."""
