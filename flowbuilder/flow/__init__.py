"""The flow file: plain data that knows no step type."""
