"""`flowbuilder draw`: a flow as a picture, for a README or a review."""

from __future__ import annotations

import click

from flowbuilder.checks.view import View
from flowbuilder.commands.files import flow_argument, json_option, print_json, read_flow, write_bytes
from flowbuilder.flow.notes import notes_of
from flowbuilder.web.cards import card_views
from flowbuilder.web.diagram_file import diagram_file
from flowbuilder.web.tidying import laid_out, laid_out_if_never


@click.command()
@flow_argument
@click.option("--out", required=True, metavar="FLOW.svg", type=click.Path(path_type=str), help="- prints it.")
@click.option("--tidy", "anew", is_flag=True, help="Lay the flow out anew; the flow file stays as it is.")
@json_option
def draw(flow_file: str, out: str, anew: bool, as_json: bool) -> None:
    """Draw a flow as SVG: every step with its words, every exit, every link, in light and in dark.

    Steps stand where the flow file has them; a flow that nobody has laid out is laid out for the picture.
    """
    flow = read_flow(flow_file)
    flow = laid_out(flow) if anew else laid_out_if_never(flow)
    picture = diagram_file(card_views(flow, View(flow).readings, []), flow.name, notes_of(flow))
    write_bytes(out, picture)
    if as_json and out != "-":
        print_json({"out": out, "nodes": len(flow.nodes), "bytes": len(picture)})
    elif out != "-":
        click.echo(f"Wrote {out}: {len(flow.nodes)} steps.")
