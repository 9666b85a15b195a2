"""Publishing: what a Plivo account should hold for a flow, and the way there and back."""
