"""A site as it was at one moment, outside of it: its rows and its files.

making      rows first, as one state of the database; then the files, by a list with hashes
restoring   into an empty place: files first, then rows, then what rooms have to say
drilling    tries one out, beside the running site
vault       the folder with backups: every file once, however many backups have it
sealed      what of it is encrypted
rows        the database as one file, and back
leaving     what has gone, and stays as long as somebody backs it up
underway    nobody removes a file for good while a backup is made
"""
