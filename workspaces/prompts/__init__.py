"""From a theme, a style and what a person wrote to the prompts that are drawn.

The one way in is `compile_prompts`. Its language is that of Dynamic Prompts, as far as it is listed
in docs/prompts.md (https://github.com/adieyal/sd-dynamic-prompts/blob/main/docs/SYNTAX.md).
"""

from workspaces.prompts.compiled import Compiled, Final, Written
from workspaces.prompts.compiler import check_style, compile_prompts
from workspaces.prompts.errors import TemplateError
from workspaces.prompts.parts import Origin, Part
from workspaces.prompts.reading import read_option
from workspaces.prompts.wordlists import MAX_LINES as MAX_LIST_LINES
from workspaces.prompts.wordlists import Lists, check_list

__all__ = [
    "MAX_LIST_LINES",
    "Compiled",
    "Final",
    "Lists",
    "Origin",
    "Part",
    "TemplateError",
    "Written",
    "check_list",
    "check_style",
    "compile_prompts",
    "read_option",
]
