"""What people keep for later and carry about: saved prompts, files of them, of styles, of lists.

Pages and the API are its doors; the rules are here, so that they are the same at each of them.
"""
