"""What prompts are made of, kept for later: styles, themes, lists, saved prompts."""

from generation.api import kept, prompts
from pixazo.openapi.operation import Operation, Operations
from pixazo.openapi.shapes import (
    PAGED,
    Schema,
    choice,
    flag,
    free,
    ident,
    listed,
    maybe,
    moment,
    number,
    page_of,
    sent,
    text,
    thing,
    whole,
)
from workspaces.models import Scope

NAMED: dict[str, Schema] = {
    "id": ident(),
    "scope": choice(*Scope.values),
    "workspace": maybe(text("A slug; null: in all of yours.")),
    "version": whole("Counts changes; the `ETag` begins with it."),
    "name": text(),
}
STYLE_FIELDS: dict[str, Schema] = {
    "positive_prompt": text("{prompt} is where the prompt goes."),
    "negative_prompt": text(),
    "model": text("A slug, or empty."),
    "num_inference_steps": maybe(whole()),
    "guidance_scale": maybe(number()),
    "seed": maybe(whole()),
}
THEME_FIELDS: dict[str, Schema] = {"base_prompt": text(), "description": text()}
STYLE = thing("Style", **NAMED, **STYLE_FIELDS)
THEME = thing("Theme", **NAMED, **THEME_FIELDS)
LIST = thing("WordList", **NAMED, lines=text("An entry on each."))
SHORT_LIST = thing("WordListShort", **NAMED, count=whole(), sample=listed(text()))
WHERE: dict[str, Schema] = {
    "name": text(),
    "workspace": maybe(text("A slug; null: your own.")),
    "version": maybe(whole("That you have read: another one by now is not written over.")),
}


def _kept(called: str, shape: Schema, short: Schema, new: Schema) -> dict[str, Operation]:
    return {
        "GET": Operation("All that you may choose, by name", page_of(called, short), query=PAGED),
        "POST": Operation("Keep one", shape, 201, body=new, refusals=(404,)),
    }


def _one(shape: Schema, change: Schema) -> dict[str, Operation]:
    return {
        "GET": Operation("One of them", shape),
        "PATCH": Operation("Change what is sent", shape, body=change),
        "DELETE": Operation("Into the trash, for 30 days"),
    }


STYLE_SENT = sent("StyleSent", **WHERE, **STYLE_FIELDS)
THEME_SENT = sent("ThemeSent", **WHERE, **THEME_FIELDS)
LIST_SENT = sent("WordListSent", **WHERE, lines=text())

PROMPT_FIELDS: dict[str, Schema] = {
    "title": text(),
    "tags": listed(text()),
    "prompt": text(),
    "negative_prompt": text(),
    "theme": maybe(ident()),
    "style": maybe(ident()),
    "model": maybe(text("A slug.")),
    "width": maybe(whole()),
    "height": maybe(whole()),
    "num_inference_steps": maybe(whole()),
    "guidance_scale": maybe(number()),
    "seed": maybe(whole()),
}
PROMPT = thing(
    "SavedPrompt",
    id=ident(),
    workspace=maybe(text("A slug; null: in all of yours.")),
    version=whole(),
    created=moment(),
    changed=moment(),
    **PROMPT_FIELDS,
)
PROMPT_SENT = sent(
    "SavedPromptSent", workspace=WHERE["workspace"], version=WHERE["version"], **PROMPT_FIELDS
)
SEARCH: dict[str, Schema] = {
    "q": text("Words that must all be there."),
    "tag": text(),
    "workspace": text("A slug, or `own`."),
}
FILE = sent(
    "PromptFile",
    needs="prompts",
    prompts=listed(free(), "As a file has them."),
    workspace=WHERE["workspace"],
    dry_run=flag("Keep nothing."),
)
TAKEN = thing(
    "PromptsTaken",
    kept=whole(),
    new=whole(),
    same=whole(),
    wrong=whole(),
    rows=listed(
        thing(
            "PromptTaken",
            number=whole(),
            title=text(),
            state=choice("new", "same", "wrong"),
            same_as=maybe(text()),
            error=maybe(text()),
            remarks=listed(text()),
        )
    ),
)

OPERATIONS: Operations = {
    kept.Styles: _kept("styles", STYLE, STYLE, STYLE_SENT),
    kept.OneStyle: _one(STYLE, STYLE_SENT),
    kept.Themes: _kept("themes", THEME, THEME, THEME_SENT),
    kept.OneTheme: _one(THEME, THEME_SENT),
    kept.WordLists: _kept("lists", LIST, SHORT_LIST, LIST_SENT),
    kept.OneList: _one(LIST, LIST_SENT),
    prompts.Prompts: {
        "GET": Operation(
            "Saved prompts, newest first",
            page_of("prompts", PROMPT),
            query=SEARCH | PAGED,
            refusals=(404,),
        ),
        "POST": Operation("Keep one", PROMPT, 201, body=PROMPT_SENT, refusals=(404,)),
    },
    prompts.PromptDoor: _one(PROMPT, PROMPT_SENT),
    prompts.Restore: {"POST": Operation("Back from the trash", PROMPT)},
    prompts.Export: {
        "GET": Operation(
            "A file of all that is found",
            free("See docs/prompts.md."),
            query=SEARCH,
            refusals=(404,),
        )
    },
    prompts.Import: {
        "POST": Operation("Take a file's prompts over", TAKEN, body=FILE, refusals=(404, 409, 422))
    },
}
