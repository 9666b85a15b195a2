"""`flowbuilder compile`, `export` and `import`: flows to files and back."""

from __future__ import annotations

from pathlib import Path

import click

from flowbuilder.bundles import compiled_files, read_any, write_bundle
from flowbuilder.commands.files import (
    flow_argument,
    json_option,
    print_json,
    read_bytes,
    read_flow,
    shown,
    write_bytes,
)
from flowbuilder.compiler import compile_flow
from flowbuilder.errors import FlowFileError
from flowbuilder.flow.model import dumps
from flowbuilder.flow.slug import slug
from flowbuilder.web.tidying import laid_out_if_never

base_url_option = click.option(
    "--base-url", required=True, metavar="URL", help="The URL under which the documents will answer."
)


@click.command("compile")
@flow_argument
@base_url_option
@click.option("--out", required=True, metavar="DIR", type=click.Path(path_type=str), help="Made where missing.")
@json_option
def compile_command(flow_file: str, base_url: str, out: str, as_json: bool) -> None:
    """Write the XML document of every node, and a manifest of how they hang together.

    Only what is certain in advance is written: expressions stand unfilled, a document ends where the
    runtime must decide, and a node that is decided in silence has no file.
    """
    flow = read_flow(flow_file)
    files = compiled_files(compile_flow(flow), base_url=base_url, flow_id=slug(flow.name))
    folder = Path(out)
    for name, content in files.items():
        place = folder / name
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FlowFileError(f"{place.parent} cannot be made: {error.strerror}.") from error
        write_bytes(str(place), content)
    if as_json:
        print_json({"out": out, "files": sorted(files)})
    else:
        click.echo(f"Wrote {len(files)} files to {out}.")


@click.command("export")
@flow_argument
@base_url_option
@click.option("--out", required=True, metavar="BUNDLE.zip", type=click.Path(path_type=str), help="- prints it.")
@click.option("--with-runtime", is_flag=True, help="Also where nodes are decided or filled in during the call.")
@json_option
def export_command(flow_file: str, base_url: str, out: str, with_runtime: bool, as_json: bool) -> None:
    """Write the bundle: the flow, its documents, a manifest and a README in one zip file."""
    content = write_bundle(read_flow(flow_file), base_url=base_url, with_runtime=with_runtime)
    write_bytes(out, content)
    if as_json and out != "-":
        print_json({"out": out, "bytes": len(content)})
    elif out != "-":
        click.echo(f"Wrote {out} ({len(content):,} bytes).")


@click.command("import")
@click.argument("file", metavar="FILE", type=click.Path(path_type=str))
@click.option("--out", required=True, metavar="FLOW.json", type=click.Path(path_type=str), help="- prints it.")
@json_option
def import_command(file: str, out: str, as_json: bool) -> None:
    """Make a flow file of a bundle, or of a flow file."""
    flow = laid_out_if_never(read_any(read_bytes(file), shown(file)))
    write_bytes(out, dumps(flow).encode("utf-8", "surrogatepass"))
    if as_json and out != "-":
        print_json({"out": out, "name": flow.name, "nodes": len(flow.nodes)})
    elif out != "-":
        click.echo(f"Wrote {out}: “{flow.name}”, {len(flow.nodes)} nodes.")
