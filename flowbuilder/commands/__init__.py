"""The commands of contract section 7, one file per group; cli.py joins them."""
