"""The small drawing: every node once, every link once, and nothing that could be markup or style."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flowbuilder.flow.model import Flow, Node
from flowbuilder.web.drawing import draw
from flowbuilder.web.gallery import flow_templates
from tests.web.pages import read_xml

NAMES = st.sampled_from([f"n{number}" for number in range(8)])
COORDINATES = st.floats(-900_000, 900_000, allow_nan=False)
NODES = st.builds(
    Node,
    type=st.sampled_from(["speak", "dial", "hangup", "no_such_step", '"><script>']),
    settings=st.just({}),
    exits=st.dictionaries(st.sampled_from(["next", "completed", '"><b>']), NAMES, max_size=3),
    position=st.tuples(COORDINATES, COORDINATES),
)


@given(st.dictionaries(NAMES, NODES, max_size=8))
def test_any_flow_gives_a_drawing_of_its_nodes_and_links(nodes: dict[str, Node]) -> None:
    svg = read_xml(str(draw(Flow("x", None, nodes))))
    links = sum(target in nodes for node in nodes.values() for target in node.exits.values())
    assert len(svg.xpath("./g[@class!='wires']")) == len(nodes)
    assert len(svg.xpath("./g[@class='wires']/path")) == links
    assert not svg.xpath("//@style | //script")
    left, top, width, height = (float(part) for part in str(svg.get("viewBox")).split())
    for box in svg.xpath("//rect[@class='body']"):
        assert left <= float(box.get("x")) <= left + width
        assert top <= float(box.get("y")) <= top + height


def test_a_card_has_the_colour_of_its_steps_group() -> None:
    drawing = str(draw(flow_templates()[0].flow))
    assert all(f'<g class="{group}">' in drawing for group in ("say", "ask", "connect", "end"))
