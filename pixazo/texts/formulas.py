"""Texts in tables: a spreadsheet must not run them, and they come back as they were.

Spreadsheets run what begins like a formula, some of them also after a tab or a new line, or in
full-width signs (https://owasp.org/www-community/attacks/CSV_Injection).
"""

import re
from typing import Any

# With the apostrophes that somebody wrote before it: else ours could not be told from theirs.
LIKE_A_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def harmless(value: Any) -> Any:
    """As a cell of a table: with an apostrophe before what is like a formula."""
    is_formula = isinstance(value, str) and LIKE_A_FORMULA.match(value)
    return f"'{value}" if is_formula else value


def as_it_was(cell: str) -> str:
    """Without the apostrophe that `harmless` put there."""
    return cell[1:] if cell.startswith("'") and LIKE_A_FORMULA.match(cell[1:]) else cell
