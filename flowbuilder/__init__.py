"""Flowbuilder: draw a phone call as a graph, and publish it to Plivo as XML."""

__version__ = "0.1.0"
