"""Rows for the scoring engines: on every edge of the rules, and out of real registers."""
