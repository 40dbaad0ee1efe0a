"""What everybody may read: the legal pages, and what machines ask a site for."""

import json
import re
import xml.etree.ElementTree as ElementTree

import pytest
from django.contrib.staticfiles import finders

from pixazo.public.legal import DOCUMENTS

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_legal_page_leads_to_the_others(client, name):
    page = client.get(f"/legal/{name}/").content.decode()
    assert all(f'href="/legal/{other}/"' in page for other in DOCUMENTS)
    assert f'<h1 class="h-page mb-2">{DOCUMENTS[name].title}</h1>' in page
    assert f'<link rel="canonical" href="http://localhost:8000/legal/{name}/">' in page


def test_there_are_no_others(client):
    assert client.get("/legal/nothing/").status_code == 404


def test_they_name_whoever_runs_the_site(client, settings):
    assert "has not said yet who they are" in client.get("/legal/imprint/").content.decode()
    settings.OPERATOR = "Example & Sons"
    settings.OPERATOR_ADDRESS = ["1 Quay Street", "Northport"]
    settings.OPERATOR_EMAIL = "hello@example.org"
    imprint = client.get("/legal/imprint/").content.decode()
    for words in ("Example &amp; Sons", "1 Quay Street<br>Northport", "mailto:hello@example.org"):
        assert words in imprint
    for name in ("terms", "privacy"):
        assert "Example &amp; Sons" in client.get(f"/legal/{name}/").content.decode()


def test_they_say_which_policy_is_in_force(client, settings):
    settings.SAFETY = "strict"
    assert "<strong>strict</strong>" in client.get("/legal/acceptable-use/").content.decode()
    settings.CONTENT_SAFETY = True
    assert "Pixazo.ai" in client.get("/legal/privacy/").content.decode()


def test_an_operators_own_text_takes_the_place_of_ours(client, settings, tmp_path):
    (tmp_path / "legal").mkdir()
    (tmp_path / "legal" / "terms.html").write_text("Ours alone: {{ operator.name }}")
    (tmp_path / "legal" / "terms.de.html").write_text("Nur bei uns")
    settings.OPERATOR = "Example"
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]
    assert client.get("/legal/terms/").content == b"Ours alone: Example"
    german = client.get("/legal/terms/", headers={"Accept-Language": "de"})
    assert german.content == b"Nur bei uns"


def test_an_operators_own_text_stands_above_ours_in_the_readers_language(
    client, settings, tmp_path
):
    (tmp_path / "legal").mkdir()
    (tmp_path / "legal" / "terms.html").write_text("Ours alone")
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]
    german = client.get("/legal/terms/", headers={"Accept-Language": "de"})
    assert german.content == b"Ours alone"


@pytest.mark.parametrize("name", ["terms", "acceptable-use", "privacy", "imprint"])
def test_they_are_there_in_german(client, name):
    page = client.get(f"/legal/{name}/", headers={"Accept-Language": "de"}).content.decode()
    assert '<article class="legal-text">' in page
    assert "English" not in page.replace(">English<", "").replace('"English"', "")


def test_a_text_that_is_not_translated_says_its_language(client, settings):
    settings.LANGUAGES = [*settings.LANGUAGES, ("fr", "Français")]
    page = client.get("/legal/terms/", headers={"Accept-Language": "fr"}).content.decode()
    assert '<html lang="fr"' in page
    assert '<article class="legal-text" lang="en">' in page


def test_somebody_who_signs_up_is_led_to_them(client):
    page = client.get("/account/signup/").content.decode()
    assert all(f'href="/legal/{name}/"' in page for name in ("terms", "acceptable-use", "privacy"))


def test_what_is_for_people_is_kept_from_search_engines(client):
    answer = client.get("/robots.txt")
    assert answer.headers["Content-Type"].startswith("text/plain")
    robots = answer.content.decode().splitlines()
    assert "Disallow: /w/" in robots
    assert "Disallow: /generated/" in robots
    assert "Sitemap: http://localhost:8000/sitemap.xml" in robots
    assert "Disallow: /" not in robots


def test_the_icon_is_found_where_it_is_looked_for_unasked(client):
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    assert answer["Location"].endswith(".png")
    assert "max-age" in answer["Cache-Control"]


def test_nobody_looks_through_a_single_user_site(client, settings):
    settings.SOLO = True
    assert client.get("/robots.txt").content.decode() == "User-agent: *\nDisallow: /\n"


def test_every_page_in_the_sitemap_is_there_and_says_what_it_is(client):
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)
    addresses = [
        each.text for each in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")
    ]
    assert "http://localhost:8000/" in addresses
    assert len(addresses) == len(set(addresses)) > 5
    for address in addresses:
        page = client.get(address.removeprefix("http://localhost:8000"))
        head = page.content.decode().partition("</head>")[0]
        assert page.status_code == 200
        assert f'<link rel="canonical" href="{address}">' in head
        for tag in ("<title>", 'name="description"', "og:title", '"og:image"', "twitter:card"):
            assert head.count(tag) == 1, (address, tag)


def test_their_titles_differ(client):
    titles = [
        re.search("<title>(.*)</title>", client.get(path).content.decode())[1]
        for path in ("/", "/account/signup/", *(f"/legal/{name}/" for name in DOCUMENTS))
    ]
    assert len(set(titles)) == len(titles)


def test_the_front_page_has_data_that_machines_can_read(client, settings):
    settings.OPERATOR = "</script><script>alert(1)</script>"
    page = client.get("/").content.decode()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    data = json.loads(block)
    assert data["@type"] == "WebApplication"
    assert data["url"] == "http://localhost:8000/"
    assert data["publisher"]["name"] == settings.OPERATOR


def test_a_phone_gets_icons_that_are_there(client):
    answer = client.get("/site.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    manifest = answer.json()
    for icon in manifest["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/"))
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
    assert 'rel="manifest" href="/site.webmanifest"' in client.get("/").content.decode()
    assert client.get(manifest["start_url"]).status_code == 302


def test_a_link_is_shown_with_a_picture_that_is_there(client):
    (address,) = re.findall(
        'og:image" content="http://localhost:8000/static/(.*?)"', client.get("/").content.decode()
    )
    assert finders.find(address)
