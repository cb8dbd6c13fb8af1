"""`python -m registry.cli`: the `registry` command where its script is not on the path."""

from registry.cli import main

main(prog_name="registry")
