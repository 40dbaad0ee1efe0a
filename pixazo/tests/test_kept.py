"""Parts of pages that are drawn once: never another's, and never as they were."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils.functional import lazystr
from django.utils.translation import override

pytestmark = pytest.mark.once


def drawn(template, **values):
    return template.render(Context(values))


def test_a_part_is_drawn_once_for_each_value():
    asked = []
    part = Template("{% load kept %}{% kept name=name %}{{ name|upper }}{% endkept %}")
    [kept] = part.nodelist.get_nodes_by_type(type(part.nodelist[-1]))
    render = kept.nodelist.render
    kept.nodelist.render = lambda context: (asked.append(context["name"]), render(context))[1]
    assert [drawn(part, name=name) for name in ("ink", "sea", "ink")] == ["INK", "SEA", "INK"]
    assert asked == ["ink", "sea"]


def test_nothing_is_there_but_what_it_is_found_by():
    part = Template("{% load kept %}{% kept name=name %}{{ name }}{{ secret }}{% endkept %}")
    assert drawn(part, name="ink", secret="alice's") == "ink"
    assert drawn(part, name="ink", secret="bob's") == "ink"


def test_each_language_has_its_own():
    part = Template("{% load kept i18n %}{% kept %}{% translate 'Gallery' %}{% endkept %}")
    with override("en"):
        assert drawn(part) == "Gallery"
    with override("de"):
        assert drawn(part) == "Galerie"


def test_values_that_are_equal_but_shown_otherwise_are_kept_apart():
    part = Template("{% load kept %}{% kept it=it %}{{ it }}{% endkept %}")
    assert [drawn(part, it=it) for it in (1, True, 1.0)] == ["1", "True", "1.0"]
    from django.utils.safestring import mark_safe

    assert drawn(part, it="<b>") == "&lt;b&gt;"
    assert drawn(part, it=mark_safe("<b>")) == "<b>"
    assert drawn(part, it="<b>") == "&lt;b&gt;"


def test_a_text_that_is_read_late_counts_as_what_it_says():
    part = Template("{% load kept %}{% kept it=it %}{{ it }}{% endkept %}")
    assert [drawn(part, it=lazystr(word)) for word in ("dark", "light")] == ["dark", "light"]


def test_only_plain_values_are_taken():
    part = Template("{% load kept %}{% kept it=it %}{{ it }}{% endkept %}")
    with pytest.raises(TypeError, match="list is no plain value"):
        drawn(part, it=["ink"])
    with pytest.raises(TemplateSyntaxError, match="each value needs a name"):
        Template("{% load kept %}{% kept name %}{% endkept %}")


def test_so_many_are_kept_and_no_more(monkeypatch):
    monkeypatch.setattr("pixazo.templatetags.kept.MOST", 2)
    part = Template("{% load kept %}{% kept it=it %}{{ it }}{% endkept %}")
    [kept] = part.nodelist.get_nodes_by_type(type(part.nodelist[-1]))
    for number in range(5):
        assert drawn(part, it=number) == str(number)
        assert len(kept.kept) <= 2
