"""Certificates from a compiled template: one real layout a shape, the lines that vary stamped in."""
