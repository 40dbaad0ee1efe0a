"""What browsers get in place of the sources in static/: few files, small ones, made when needed.

The sources stay what is read, written and tested. Where bundles can't be made (esbuild isn't there,
the folder can't be written), the sources are served as they are (docs/decisions/0015).
"""
