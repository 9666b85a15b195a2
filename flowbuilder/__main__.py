"""`python -m flowbuilder`."""

from flowbuilder.cli import main

main(prog_name="flowbuilder")
