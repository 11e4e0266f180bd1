"""The command line, `timtin`: a thin layer over the public library."""
