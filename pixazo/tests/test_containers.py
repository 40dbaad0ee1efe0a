"""The Dockerfile and compose.yaml, as far as can be told without an engine.

`python -m tools.images web` goes through the steps of the image themselves.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from compose_spec import PyCompose
from django.core.management import get_commands

from pixazo.body_limit import MOST_BYTES
from pixazo.management.commands import serve
from pixazo.settings import env
from pixazo.tests.desk import ROOT
from tools.images.context import context
from tools.images.dockerfile import stages

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def compose():
    return read("compose.yaml")


def read(name):
    return yaml.safe_load((ROOT / name).read_text())


@pytest.fixture(scope="module")
def services(compose):
    return compose["services"]


# ${NAME}, ${NAME:-otherwise}, ${NAME:?}: values that only a host knows stand in.
VARIABLE = re.compile(r"\$\{(\w+)(?::?([-?])([^}]*))?\}")
LAID_OVER = {"deploy/compose.private.yaml"}  # compose.yaml, with which it is read
OF_A_HOST = {"PIXAZO_PRIVATE_ADDRESS": "10.0.0.5"}


def value_of(found):
    name, sign, otherwise = found.groups()
    return OF_A_HOST.get(name) or (otherwise if sign == "-" else "value")


def checked(known):
    """Raises ValueError. As JSON: what YAML merges is merged by then."""
    PyCompose.from_json(json.dumps(known)).validate()


# --- compose.yaml ---


@pytest.mark.parametrize(
    "name", ["compose.yaml", "deploy/compose.private.yaml", "deploy/compose.worker.yaml"]
)
def test_it_is_what_compose_understands(name):
    """As another program reads the Compose Specification, once variables have their values."""
    known = yaml.safe_load(VARIABLE.sub(value_of, (ROOT / name).read_text()))
    if name in LAID_OVER:
        known = {"networks": read("compose.yaml")["networks"]} | known
    checked(known)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [({"restart": "sometimes"}, "unknown variant"), ({"networks": ["gone"]}, "not defined")],
)
def test_what_compose_does_not_understand_is_refused(wrong, why):
    with pytest.raises(ValueError, match=why):
        checked({"services": {"web": {"image": "a"} | wrong}})


def test_other_hosts_reach_database_and_redis_by_the_private_address_alone(services):
    more = read("deploy/compose.private.yaml")["services"]
    assert set(more) == {"db", "redis"}
    for name, port in (("db", 5432), ("redis", 6379)):
        assert more[name]["ports"] == [f"${{PIXAZO_PRIVATE_ADDRESS:?}}:{port}:{port}"]


def test_a_host_that_only_draws_has_one_container(services):
    host = read("deploy/compose.worker.yaml")["services"]
    assert set(host) == {"gpu"}
    assert "ports" not in host["gpu"]
    assert set(host["gpu"]["environment"]) <= set(env.declared)
    assert host["gpu"]["command"] == services["gpu"]["command"]
    assert host["gpu"]["stop_grace_period"] == services["gpu"]["stop_grace_period"]


def test_all_that_the_site_needs_is_in_it(services):
    assert set(services) == {
        *("migrate", "web", "events", "chores", "beat", "telegram", "worker", "gpu"),
        *("db", "redis", "nginx", "certbot"),
    }


def test_only_nginx_can_be_reached_from_outside(services):
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert published == {"nginx": ["80:80", "443:443"]}
    for name in ("db", "redis"):
        assert services[name]["networks"] == ["inside"]
    assert not any("network_mode" in service for service in services.values())


def test_the_inner_network_leads_nowhere(compose):
    assert compose["networks"]["inside"] == {"internal": True}


def test_each_is_started_again_watched_and_its_log_bounded(services):
    unwatched = {"migrate", "telegram", "certbot"}
    for name, service in services.items():
        assert service["restart"] == ("no" if name == "migrate" else "unless-stopped"), name
        assert {"max-size", "max-file"} <= set(service["logging"]["options"]), name
        if name not in unwatched:
            assert is_watched(service), name


def is_watched(service):
    check = service.get("healthcheck")
    if check:
        return not check.get("disable")
    return image_of(service).last("HEALTHCHECK") is not None


def image_of(service):
    found = stages()
    stage = found[service["build"]["target"]]
    while not stage.last("HEALTHCHECK") and stage.base in found:
        stage = found[stage.base]
    return stage


def test_who_waits_for_another_waits_for_somebody_who_says_when(services):
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert is_watched(services[other]), (name, other)
            else:
                assert (how["condition"], other) == ("service_completed_successfully", "migrate")


def test_what_must_outlive_a_container_is_in_a_volume(compose, services):
    used = {
        mount.partition(":")[0]
        for service in services.values()
        for mount in service.get("volumes", [])
    }
    assert used == set(compose["volumes"])  # none is a folder of the host or without a name
    kept = {name: services[name]["volumes"] for name in ("db", "web", "gpu")}
    assert "database:/var/lib/postgresql/data" in kept["db"]
    for name in ("web", "gpu"):
        assert "media:/var/lib/pixazo/media" in kept[name]


def test_its_containers_may_do_little(services):
    ours = [name for name in services if "target" in services[name].get("build", {})]
    for name in set(ours) - {"nginx"}:
        service = services[name]
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service, name


def test_settings_in_it_are_settings(services):
    known = set(env.declared)
    for name, service in services.items():
        if service.get("env_file"):
            assert set(service["environment"]) <= known, name


def test_no_secret_stands_in_it_and_without_them_it_does_not_start(compose):
    text = (ROOT / "compose.yaml").read_text()
    for name in ("POSTGRES_PASSWORD", "REDIS_PASSWORD", "PIXAZO_DOMAIN"):
        assert f"${{{name}:?" in text
    said = re.findall(r"^ +\w*(?:SECRET|PASSWORD|KEY|TOKEN): (.*)$", text, re.MULTILINE)
    assert len(said) == 2
    assert all(each.startswith("${") for each in said)


def test_what_it_starts_is_there(services):
    found = stages()
    for service in services.values():
        if "env_file" not in service:
            continue
        command = service.get("command") or image_of(service).last("CMD").words
        words = command if command[0] == "python" else command[2].replace("&&", "").split()
        called = [words[at + 1] for at, word in enumerate(words) if word == "manage.py"]
        assert called
        assert set(called) <= set(get_commands())
        for at, word in enumerate(words):
            if word == "serve":
                assert words[at + 1] in serve.PROGRAMS
        assert service["build"]["target"] in found


def test_workers_are_given_the_time_to_finish(services):
    """PIXAZO_GRACE_SECONDS, and what gpu_workers takes on top of it."""
    grace = int(re.search(r":-(\d+)}", services["gpu"]["environment"]["PIXAZO_GRACE_SECONDS"])[1])
    for name in ("gpu", "worker", "chores"):
        assert int(services[name]["stop_grace_period"].removesuffix("s")) >= grace + 15


# --- deploy/systemd ---


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="reads units where systemd is")
def test_the_units_are_understood_by_systemd(tmp_path):
    """With what is not on this machine replaced: its user, its folder."""
    for unit in (ROOT / "deploy/systemd").glob("*.service"):
        text = unit.read_text().replace("User=pixazo", "User=root")
        text = text.replace("/opt/pixazo/.venv/bin/python", sys.executable)
        (tmp_path / unit.name.replace("@", "@web")).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, sorted(tmp_path.glob("*.service")))],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


# --- deploy/prepare.sh ---


@pytest.fixture
def checkout(tmp_path):
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy")
    return tmp_path


def prepare(folder, *words):
    script = str(folder / "deploy" / "prepare.sh")
    return subprocess.run(["sh", script, *words], capture_output=True, text=True)


def test_called_without_a_name_it_says_how_and_nothing_else(checkout):
    for words in ((), ("pixazo.example",), ("", "you@pixazo.example"), ("pixazo.example", "")):
        called = prepare(checkout, *words)
        assert called.returncode == 1
        assert called.stderr.startswith("How: sh deploy/prepare.sh pixazo.example you@")
    assert not (checkout / ".env").exists()


def test_secrets_are_made_up_once_and_for_their_owner_alone(checkout, compose):
    assert prepare(checkout, "pixazo.example", "you@pixazo.example", "gpu").returncode == 0
    file = checkout / ".env"
    first = file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    said = dict(line.split("=", 1) for line in first.splitlines() if "=" in line[:40])
    assert (said["PIXAZO_DOMAIN"], said["COMPOSE_PROFILES"]) == ("pixazo.example", "gpu")
    secrets = [said[name] for name in ("PIXAZO_SECRET_KEY", "POSTGRES_PASSWORD")]
    secrets += [said[name] for name in ("REDIS_PASSWORD", "PIXAZO_THUMBNAIL_SECRET")]
    assert all(re.fullmatch("[0-9a-f]{48,}", each) for each in secrets)
    assert len(set(secrets)) == 4
    # Each variable that compose.yaml insists on.
    wanted = re.findall(r"\$\{(\w+):\?", (ROOT / "compose.yaml").read_text())
    assert set(wanted) <= set(said)
    others = {"PIXAZO_DOMAIN", "COMPOSE_PROFILES", "POSTGRES_PASSWORD", "REDIS_PASSWORD"}
    assert set(said) - others <= set(env.declared)
    again = prepare(checkout, "pixazo.example", "you@pixazo.example")
    assert again.returncode == 1
    assert "stays as it is" in again.stderr
    assert file.read_text() == first


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("pixazo.example",),
        ("pixazo.example", "nobody"),
        ("pixazo.example", "a@b.example", "tpu"),
        ("https://pixazo.example", "a@b.example"),
        ("pixazo.example; rm -rf x", "a@b.example"),
        ("pixazo.example", "a@b.example\nPIXAZO_SOLO=1"),
    ],
)
def test_what_is_no_host_and_no_address_is_refused(checkout, words):
    assert prepare(checkout, *words).returncode != 0
    assert not (checkout / ".env").exists()


# --- The Dockerfile ---


def test_hadolint_has_nothing_to_say():
    program = Path(sys.executable).parent / "hadolint"
    found = subprocess.run([program, ROOT / "Dockerfile"], capture_output=True, text=True)
    assert found.returncode == 0, found.stdout


def test_nobody_in_it_is_root(services):
    assert stages()["web"].last("USER").text == "10001:10001"
    assert stages()["worker"].base == "web"
    assert stages()["worker"].last("USER") is None


def test_the_web_image_has_no_torch():
    """Only what draws installs requirements/models.txt, and the web image takes nothing of it."""
    installs = {
        name: [step.text for step in stage.steps if "pip install" in step.text]
        for name, stage in stages().items()
    }
    assert [name for name, steps in installs.items() if "models.txt" in str(steps)] == [
        "drawing-packages"
    ]
    sources = {name: copied_from(stage) for name, stage in stages().items()}
    assert sources["web"] == {"packages", "site"}
    assert sources["worker"] == {"drawing-packages"}
    assert stages()["site"].base == "packages"
    web = (ROOT / "requirements" / "web.txt").read_text()
    assert not re.search(r"^(torch|diffusers|transformers|-r)\b", web, re.MULTILINE)


def copied_from(stage):
    found = {step.options.get("from") for step in stage.steps if step.word == "COPY"}
    return found - {None}


def test_what_is_copied_is_there_and_what_is_secret_is_not(tmp_path):
    files = list(context())
    for stage in stages().values():
        for step in stage.steps:
            if step.word == "COPY" and "from" not in step.options:
                for source in step.words[:-1]:
                    name = source.strip("/")
                    assert name == "." or any(
                        file == name or file.startswith(f"{name}/") for file in files
                    ), source
    assert "generation/starter_model/README.md" in files
    assert not [file for file in files if "/tests/" in file or file.startswith((".env", "docs/"))]
    for name in (".env", ".env.production", "data/secret_key", "a/b/server.key", ".git/config"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("secret")
    shutil.copy(ROOT / ".dockerignore", tmp_path)
    assert list(context(tmp_path)) == []


def test_nginx_takes_bodies_as_large_as_the_app_does():
    text = (ROOT / "deploy/nginx/pixazo.conf.template").read_text()
    assert f"client_max_body_size {MOST_BYTES // 2**20}m;" in text


def test_all_that_nginx_s_configuration_leaves_open_is_filled_in(services):
    text = (ROOT / "deploy/nginx/pixazo.conf.template").read_text()
    step = " ".join(each.text for each in stages()["nginx"].steps if each.word == "ENV")
    given = set(re.findall(r"(PIXAZO_\w+)=", step)) | set(services["nginx"]["environment"])
    assert set(re.findall(r"\$\{(\w+)}", text)) == given


@pytest.mark.parametrize(
    "script", sorted((ROOT / "deploy").rglob("*.sh")), ids=lambda each: each.name
)
def test_scripts_are_for_any_shell(script):
    subprocess.run(["sh", "-n", script], check=True)
    assert script.read_text().startswith("#!/bin/sh\n")
    if script.parent.name == "nginx":
        assert os.access(script, os.X_OK)  # the image's start runs only what may be run


def test_the_guide_without_containers_fills_in_all_that_nginx_asks_for():
    guide = (ROOT / "docs" / "deploy.md").read_text().split("## Without containers")[1]
    template = (ROOT / "deploy" / "nginx" / "pixazo.conf.template").read_text()
    asked = set(re.findall(r"\$\{(PIXAZO_\w+)\}", template))
    assert asked <= set(re.findall(r"(PIXAZO_\w+)=", guide))
    # And what it does in an order that works on a fresh machine.
    steps = ("install -d -o pixazo -g pixazo -m 0700 /var/lib/pixazo/data", "manage.py migrate")
    steps += ("certbot certonly", "> /etc/nginx/conf.d/pixazo.conf", "nginx -t", "fail2ban-client")
    places = [guide.index(step) for step in steps]
    assert places == sorted(places)


def test_nginx_keeps_to_https_as_firmly_as_the_app():
    """Words and headers are those of pixazo/tests/test_settings.py."""
    template = (ROOT / "deploy" / "nginx" / "pixazo.conf.template").read_text()
    (words,) = re.findall(r'map "\$\{PIXAZO_HSTS\}" \$hsts \{(.*?)\}', template, re.DOTALL)
    year = "max-age=31536000"
    assert dict(re.findall(r'(\w+) "(.*?)";', words)) == {
        "off": "",
        "host": year,
        "subdomains": f"{year}; includeSubDomains",
        "default": f"{year}; includeSubDomains; preload",
    }
    said = re.findall(r"add_header Strict-Transport-Security (\S+?);?(?: always)?;", template)
    assert set(said) == {"$hsts", "$upstream_http_strict_transport_security"}
