"""The demonstration: published projects in several states, played through the real operations.

Figures that were published carry their source; everything else is a demo assumption and says so on
the form and on the certificate. Owners are made up: no real body stands in any state here.
"""
