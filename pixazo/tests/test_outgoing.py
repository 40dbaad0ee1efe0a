"""What speaks to the outside reaches nothing inside and waits for nothing endless."""

import ast
import datetime
import socket
import ssl
import tracemalloc
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from generation.tests.stand_ins import hostile
from generation.tests.stand_ins.hostile import Hostile
from generation.tests.stand_ins.server import nobodys_port, picture
from pixazo import outgoing
from pixazo.outgoing import addresses

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def server():
    with Hostile() as server:
        yield server


@pytest.fixture
def open_to(settings, server):
    settings.PICTURE_HOSTS = [server.host]
    settings.TRUSTED_HOSTS = [server.host]
    return server


def fetch(url, limit_bytes=1024 * 1024, seconds=20):
    return outgoing.fetch(url, limit_bytes=limit_bytes, seconds=seconds)


def refusal(url, **limits):
    with pytest.raises(outgoing.Refused) as error:
        fetch(url, **limits)
    assert error.value.sentence.endswith(".")
    return error.value


def test_what_is_public_is_fetched(open_to):
    fetched = fetch(f"{open_to.url}/picture")
    assert fetched.content == picture()
    assert fetched.content_type == "image/png"


@pytest.mark.parametrize("packing", ["gzip", "deflate"])
def test_what_comes_packed_is_unpacked(open_to, packing):
    assert fetch(f"{open_to.url}/packed?{packing}").content == picture()


INSIDE = """
127.0.0.1 127.1.2.3 localhost 0 0.0.0.0 [::1] [::] [::ffff:127.0.0.1] [::ffff:10.0.0.1]
[::127.0.0.1] 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 [fd00::1] [fc00::1]
[fe80::1] 100.64.0.1 224.0.0.1 [ff02::1] 255.255.255.255 240.0.0.1 2130706433 0x7f000001 0x7f.1
017700000001 0177.0.0.1 127.1 [64:ff9b::7f00:1] [64:ff9b::8.8.8.8] [2002:7f00:1::] [2001::1]
198.18.0.1 192.0.0.8 127.0.0.1. 127。0。0。1 \uff11\uff12\uff17.0.0.1
[fec0::1] [2001:db8::1] [::ffff:8.8.8.8]
""".split()


@pytest.mark.parametrize("host", INSIDE)
def test_nothing_inside_is_reached_and_the_words_are_those_of_nobody_there(host, monkeypatch):
    connected = []
    monkeypatch.setattr(socket, "create_connection", lambda *args, **kw: connected.append(args))
    inside = refusal(f"http://{host}/")
    monkeypatch.setattr(socket, "getaddrinfo", no_such_name)
    nobody = refusal("http://nobody.example/")
    if inside.code != "url_invalid":  # no web address at all to our one parser
        assert (inside.sentence, inside.code) == (nobody.sentence, nobody.code)
    assert connected == []


def no_such_name(*args, **kwargs):
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


@pytest.mark.parametrize("host", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "193.0.0.1"])
def test_the_public_is_public(host):
    assert addresses.is_public(host)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/a",
        "file:///etc/passwd",
        "gopher://example.org/",
        "//example.org/",
        "example.org",
        "",
        "http://",
        "http:///x",
        "http://a@127.0.0.1/",
        "http://user:word@example.org/",
        "http://example.org#@127.0.0.1:25/x",
        "http://good\\@bad/",
        "http://good\\.example/",
        "http://exa\tmple.org/",
        "http://exa\nmple.org/",
        "http://example.org:22/",
        "http://example.org:25/",
        "http://example.org:6379/",
        "http://example.org:8000/",
        "http://example.org:99999/",
        "http://exa mple.org:x/",
        "http://[::1/",
        "http://" + "a" * 70000,
    ],
)
def test_what_is_no_plain_web_address_is_called_by_nobody(url, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", no_such_name)
    monkeypatch.setattr(socket, "create_connection", lambda *args, **kw: pytest.fail("connected"))
    refusal(url)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.org:0/", "port_refused"),
        ("http://127.0.0%2e1/", "url_invalid"),
        ("http://0x7f>1/", "url_invalid"),
        ("http://good%2f@example.org%00/", "url_invalid"),
        ("http://user:word@example.org/", "url_invalid"),
        ("http://example.org\\@10.0.0.1/", "url_invalid"),
    ],
)
def test_what_another_could_read_otherwise_is_refused_for_what_it_is(url, code):
    """Before anybody is asked where it is: found by `tools.fuzz`."""
    with pytest.raises(outgoing.Refused) as refused:
        addresses.parse(url, ())
    assert refused.value.code == code


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "https://b\u00fccher.example:443/",
        "http://[2600::1]/",
        "http://8.8.8.8/",
        "http://a_b.c-d.e",
    ],
)
def test_what_is_plain_is_let_through(url):
    assert addresses.parse(url, ()).host


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("http://example.org/", 80),
        ("https://example.org/", 443),
        ("http://example.org:443/", 443),
        ("https://example.org:80/", 80),
    ],
)
def test_it_is_called_at_the_port_that_it_names_or_its_scheme_means(url, port, monkeypatch):
    asked = []

    def resolve(host, port, **kwargs):
        asked.append((host, port))
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    addresses.check(addresses.parse(url, ()), ())
    assert asked == [("example.org", port)]


@pytest.mark.parametrize("port", [0, 79, 81, 442, 444, 8080])
def test_no_other_port_is_called(port):
    with pytest.raises(outgoing.Refused) as refused:
        addresses.parse(f"http://example.org:{port}/", ())
    assert refused.value.code == "port_refused"


@pytest.mark.parametrize(
    ("found", "inside", "is_refused"),
    [
        (["10.0.0.5"], (), True),
        (["10.0.0.5"], ("example.org:80",), False),
        (["10.0.0.5"], ("example.org:443", "example.com:80"), True),
        (["10.0.0.5", "93.184.216.34"], (), False),
        ([], (), False),  # perhaps it is known tomorrow
    ],
)
def test_a_name_that_is_only_inside_is_known_beforehand(found, inside, is_refused, monkeypatch):
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 80)) for each in found]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: rows)
    url = addresses.parse("http://example.org/", inside)
    if is_refused:
        with pytest.raises(outgoing.Refused):
            addresses.check(url, inside)
    else:
        addresses.check(url, inside)


def resolving(monkeypatch, *answers):
    """The resolver gives these, each time the next; what was connected to is noted."""
    answers, connected = list(answers), []

    def resolve(host, port, **kwargs):
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    def connect(address, timeout, **kwargs):
        connected.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    return connected


def test_a_name_for_an_address_inside_is_not_reached(monkeypatch):
    connected = resolving(monkeypatch, ["10.0.0.5"])
    refusal("http://rebind.example/")
    assert connected == []


def test_of_a_name_with_both_only_the_public_address_is_connected_to(monkeypatch):
    connected = resolving(monkeypatch, ["127.0.0.1", "93.184.216.34", "::1"])
    refusal("http://both.example/")
    assert connected == ["93.184.216.34"]


def test_the_address_that_was_checked_is_the_one_connected_to(monkeypatch):
    """The resolver is asked once: a second answer has nothing to say."""
    connected = resolving(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    refusal("http://rebind.example/")
    assert connected == ["93.184.216.34"]


def test_a_resolver_that_hangs_is_not_waited_for(monkeypatch, server):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kw: server.closing.wait() and [])
    assert refusal("http://slow.example/", seconds=0.05).code == "too_slow"


def test_a_redirect_is_followed(open_to):
    assert fetch(f"{open_to.url}/hops?2").content == picture()


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:1/",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "ftp://example.org/",
        "http://[::1]/",
        "//127.0.0.1/",
        "http://[",
    ],
)
def test_a_redirect_is_checked_like_the_first_address(open_to, target):
    refusal(f"{open_to.url}/to?{target}")


def test_redirects_are_not_followed_for_ever(open_to):
    before = len(open_to.journal)
    assert refusal(f"{open_to.url}/round-and-round?").code == "too_many_redirects"
    assert len(open_to.journal) - before == 4


def test_a_service_is_not_followed_anywhere(open_to):
    answer = outgoing.call(
        "GET",
        f"{open_to.url}/to?{open_to.url}/picture",
        headers={"Authorization": "Bearer secret"},
        limit_bytes=1000,
        seconds=20,
    )
    assert answer.status == 302
    assert open_to.journal[-1].path.startswith("/to")


@pytest.mark.parametrize("path", ["declared", "endless", "bomb"])
def test_reading_stops_at_the_limit(open_to, path):
    hostile.bomb()  # made now: what the stand-in needs for it is not ours
    tracemalloc.start()
    try:
        assert refusal(f"{open_to.url}/{path}", limit_bytes=32 * 1024**2).code == "too_large"
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 64 * 1024**2


@pytest.mark.parametrize("path", ["drip", "drip-headers", "hang"])
def test_the_time_is_for_all_of_it_however_little_comes_each_time(open_to, path):
    error = refusal(f"{open_to.url}/{path}", seconds=1.0)
    assert error.code == "too_slow"
    assert error.was_sent


@pytest.mark.parametrize(
    "path",
    [
        "reset",
        "silence",
        "cut",
        "gibberish",
        "endless-headers",
        "unknown-packing",
        "badly-packed",
        "half-packed",
    ],
)
def test_what_is_not_http_is_said_so(open_to, path):
    error = refusal(f"{open_to.url}/{path}")
    assert error.code == "broken"
    assert error.was_sent


def test_an_error_page_is_no_picture(open_to):
    assert "404" in refusal(f"{open_to.url}/status?404").sentence


def test_nobody_there_means_nothing_was_sent(settings):
    host = f"127.0.0.1:{nobodys_port()}"
    settings.PICTURE_HOSTS = [host]
    error = refusal(f"http://{host}/")
    assert error.code == "unreachable"
    assert not error.was_sent


def test_what_services_may_be_is_not_what_people_may_fetch(settings, server):
    settings.TRUSTED_HOSTS = [server.host]
    assert refusal(f"{server.url}/picture").code in {"port_refused", "unreachable"}


def test_a_named_host_is_named_with_its_port(settings, server):
    settings.PICTURE_HOSTS = ["127.0.0.1"]
    refusal(f"{server.url}/picture")


def test_proxies_of_the_environment_are_not_used(open_to, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{nobodys_port()}")
    assert fetch(f"{open_to.url}/picture").content == picture()


@pytest.fixture
def certificate(tmp_path):
    """A certificate for media.example, by nobody whom anybody trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "media.example")])
    today = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("media.example")]), False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture
def encrypted(certificate, settings, monkeypatch):
    """Speaks TLS; both names lead to it."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    resolve = socket.getaddrinfo
    with Hostile(tls) as server:
        port = server.server.server_port
        settings.PICTURE_HOSTS = [f"media.example:{port}", f"other.example:{port}"]
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda host, *rest, **kw: resolve("127.0.0.1", *rest, **kw)
        )
        yield port


def test_a_certificate_that_nobody_vouches_for_is_not_believed(encrypted):
    assert refusal(f"https://media.example:{encrypted}/picture").code == "unreachable"


def test_a_certificate_must_be_of_the_name(encrypted, certificate, monkeypatch):
    from pixazo.outgoing import wire

    monkeypatch.setattr(wire, "_tls", lambda: ssl.create_default_context(cafile=certificate))
    assert fetch(f"https://media.example:{encrypted}/picture").content == picture()
    assert refusal(f"https://other.example:{encrypted}/picture").code == "unreachable"


# The one asks the site that it has just started, on this machine; the other is no part of a site,
# but tells one of payments.
EXCEPT = {"pixazo/management/commands/up.py", "billing/stand_in/webhooks.py"}
CLIENTS = {"httpx2", "httpcore2", "httpx", "requests", "aiohttp", "urllib3", "http.client"}


def test_nobody_else_speaks_http():
    """`urllib.request` and its like would go past every check."""
    found = set()
    for room in ("pixazo", "accounts", "billing", "workspaces", "generation", "chat"):
        for path in (ROOT / room).rglob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            if "/tests/" in name or name.startswith("pixazo/outgoing/") or name in EXCEPT:
                continue
            found |= {(name, each) for each in imported(path) if is_client(each)}
    assert found == set()


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def is_client(name):
    return name.split(".")[0] in CLIENTS or name.startswith(("urllib.request", "http.client"))
