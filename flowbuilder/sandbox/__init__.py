"""The built-in stand-in for Plivo: the same REST API, a few numbers of its own, and calls that ask our webhooks."""
