"""The `flowbuilder` command: joins the commands of contract section 7."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

from flowbuilder import __version__
from flowbuilder.commands.files import refuse
from flowbuilder.errors import FlowbuilderError

# Command -> (module, attribute, what it does). Each is imported when it is used: checking a file should
# not wait for a web server to load.
COMMANDS = {
    "serve": ("serve", "serve", "Start the editor and the webhook endpoints; prints the address to open."),
    "check": ("check", "check", "Print the problems of a flow."),
    "compile": ("bundle", "compile_command", "Write the XML document of every node, and a manifest."),
    "export": ("bundle", "export_command", "Write the bundle: flow, documents, manifest in one zip file."),
    "import": ("bundle", "import_command", "Make a flow file of a bundle."),
    "call": ("call", "call", "Call a flow and play the caller in the terminal."),
    "diff": ("diff", "diff", "Print what changed for a caller between two flows."),
    "draw": ("draw", "draw", "Draw a flow as an SVG picture."),
    "publish": ("publish", "publish", "Publish a flow to numbers of Plivo, or of the sandbox."),
    "rollback": ("live", "rollback", "Let an earlier version answer again, with one request."),
    "unpublish": ("live", "unpublish", "Take a flow off its numbers, which go back to what they had."),
}


class Commands(click.Group):
    """The commands by name; a refusal becomes a sentence on standard error and an exit status."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"flowbuilder.commands.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, _, summary) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except FlowbuilderError as error:
            refuse(error)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="flowbuilder")
def main() -> None:
    """Draw a phone call as a graph, and publish it to Plivo as XML."""


if __name__ == "__main__":
    sys.exit(main())
