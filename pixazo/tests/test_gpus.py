"""Which GPUs a machine has, and a worker for each of them."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from generation.invariants import violations
from generation.models import Job, Transition, Worker
from generation.tests.engine import ask, without_cap
from pixazo import gpus, programs
from pixazo.gpus import Gpu
from pixazo.management.commands import up
from pixazo.tests.nvml import Card, Driver
from pixazo.tests.processes import environment, until

SMI = """#!/bin/sh
echo "0, NVIDIA H200, 143771"
echo "1, NVIDIA H200, 143771"
echo "2, NVIDIA L4, [N/A]"
"""


@pytest.fixture
def smi(tmp_path, monkeypatch):
    """A machine whose driver brought its program, and no library of NVIDIA's: the program's folder.

    (Where there is a real library, it would answer first.)
    """
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "nvidia-smi"
    program.write_text(SMI)
    program.chmod(0o755)
    monkeypatch.setattr(gpus, "by_library", list)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    return folder


@pytest.fixture
def no_gpu(monkeypatch):
    monkeypatch.setattr(gpus, "by_library", list)
    monkeypatch.setattr(gpus, "by_program", list)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)


def test_they_are_found_by_the_drivers_program(smi):
    assert gpus.gpus() == [
        Gpu("0", "NVIDIA H200", 143771 * 1024**2),
        Gpu("1", "NVIDIA H200", 143771 * 1024**2),
        Gpu("2", "NVIDIA L4", None),
    ]


@pytest.mark.parametrize(
    ("visible", "numbers"),
    [("2,0", ["2", "0"]), ("-1", []), ("", []), ("1,-1,0", ["1"]), ("MIG-4f", ["MIG-4f"])],
)
def test_what_the_operator_hides_is_not_used(smi, monkeypatch, visible, numbers):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert [gpu.number for gpu in gpus.gpus()] == numbers


def test_without_driver_the_list_itself_is_believed(no_gpu, monkeypatch):
    assert gpus.gpus() == []
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1")
    assert [gpu.number for gpu in gpus.gpus()] == ["0", "1"]


@pytest.mark.parametrize("device", ["cpu", "mps", "cuda:1"])
def test_who_says_where_to_compute_gets_one_worker_there(smi, settings, device):
    settings.DEVICE = device
    (worker,) = programs.drawers(gpus.gpus(), {})
    assert worker.name == "worker"
    assert "CUDA_VISIBLE_DEVICES" not in worker.env


def test_each_gpu_gets_a_worker_of_its_own(smi, capsys):
    call_command("gpu_workers", gpus="0,2", remote=3, dry_run=True)
    said = capsys.readouterr().out
    assert "GPU 2 (NVIDIA L4)" in said
    assert "GPU 1" not in said
    lines = [line for line in said.splitlines() if "celery" in line]
    assert [line.partition(":")[0] for line in lines] == ["gpu0", "gpu2", "chores"]
    assert "CUDA_DEVICE_ORDER=PCI_BUS_ID CUDA_VISIBLE_DEVICES=2 PIXAZO_WORKER=gpu2" in lines[1]
    assert "-n gpu2@%h -P prefork -c 1 -Q gpu" in lines[1]
    assert "PIXAZO_REMOTE_CALLS=3" in lines[2]
    assert "-Q remote" in lines[2]


def test_a_gpu_that_is_not_there_is_named(smi):
    with pytest.raises(CommandError, match=r"There is no GPU 7 here. There is: 0, 1, 2\."):
        call_command("gpu_workers", gpus="0,7", dry_run=True)


def test_without_gpus_there_is_one_worker(no_gpu, capsys):
    call_command("gpu_workers", dry_run=True)
    said = capsys.readouterr().out
    assert "No GPU: one worker" in said
    assert said.count("celery") == 1


def test_a_desk_with_gpus_has_the_same_workers(smi):
    assert [program.name for program in up.the_whole_site()] == [
        *("web", "gpu0", "gpu1", "gpu2", "chores", "beat"),
    ]


H200 = "NVIDIA H200"
FIRST = Card(f"{H200} MIG 3g.71gb", 70, "MIG-4f1c0a52-0000-5a3e-8c1f-000000000001")
SECOND = Card(f"{H200} MIG 1g.18gb", 16, "MIG-9b7d2e10-0000-5a3e-8c1f-000000000002")


@pytest.fixture
def cut(monkeypatch):
    """A machine with a GPU that is cut into parts between two that are not."""
    pynvml = pytest.importorskip("pynvml")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    # A part was taken away between the two.
    cards = (
        Card(H200, 140),
        Card(H200, 140, parts=[FIRST, None, SECOND]),
        Card("NVIDIA L4", 23),
    )
    Driver(*cards).install(monkeypatch, pynvml)


def test_a_gpu_that_is_cut_counts_as_its_parts(cut):
    assert gpus.gpus() == [
        Gpu("0", H200, 140 * 1024**3),
        Gpu(FIRST.uuid, FIRST.name, 70 * 1024**3, whole="1"),
        Gpu(SECOND.uuid, SECOND.name, 16 * 1024**3, whole="1"),
        Gpu("2", "NVIDIA L4", 23 * 1024**3),
    ]


def test_one_that_is_cut_into_nothing_is_none(monkeypatch):
    pynvml = pytest.importorskip("pynvml")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    Driver(Card(H200, 140, parts=[]), Card(H200, 140)).install(monkeypatch, pynvml)
    assert [gpu.number for gpu in gpus.gpus()] == ["1"]


def test_each_part_gets_a_worker_pinned_by_its_id(cut, capsys):
    call_command("gpu_workers", dry_run=True)
    said = capsys.readouterr().out
    assert f"Part of GPU 1, {FIRST.uuid} ({FIRST.name}, 70 GiB)" in said
    lines = [line for line in said.splitlines() if "celery" in line]
    # Names of their own, whatever the numbers of the others are.
    assert [line.partition(":")[0] for line in lines] == ["gpu0", "mig1", "mig2", "gpu2"]
    assert f"CUDA_VISIBLE_DEVICES={SECOND.uuid} PIXAZO_WORKER=mig2" in lines[2]


@pytest.mark.parametrize(
    ("visible", "numbers"),
    [
        ("1", [FIRST.uuid, SECOND.uuid]),
        ("MIG-9b7d", [SECOND.uuid]),
        (f"{SECOND.uuid},2", [SECOND.uuid, "2"]),
        ("0,-1,1", ["0"]),
        ("GPU-1234", ["GPU-1234"]),
    ],
)
def test_the_operator_may_name_parts(cut, monkeypatch, visible, numbers):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert [gpu.number for gpu in gpus.gpus()] == numbers


def test_who_names_a_cut_gpu_means_its_parts(cut):
    named = gpus.chosen(gpus.gpus(), ["1", SECOND.uuid, "0"])
    assert [gpu.number for gpu in named] == [FIRST.uuid, SECOND.uuid, "0"]
    with pytest.raises(gpus.NoSuchGpu, match=f"There is: 0, {FIRST.uuid}, {SECOND.uuid}, 2"):
        gpus.chosen(gpus.gpus(), ["MIG-"])  # it begins both


def test_the_drivers_program_tells_of_parts_too(smi):
    listed = [
        "GPU 0: NVIDIA H200 (UUID: GPU-aaaa)",
        f"  MIG 3g.71gb     Device  0: (UUID: {FIRST.uuid})",
        f"  MIG 1g.18gb     Device  1: (UUID: {SECOND.uuid})",
        "GPU 1: NVIDIA H200 (UUID: GPU-bbbb)",
        "GPU 2: NVIDIA L4 (UUID: GPU-cccc)",
    ]
    lists = "".join(f'echo "{line}"\n' for line in listed)
    whole = SMI.partition("\n")[2]
    program = f'#!/bin/sh\nif [ "$1" = -L ]; then\n{lists}else\n{whole}fi\n'
    (smi / "nvidia-smi").write_text(program)
    assert gpus.gpus() == [
        Gpu(FIRST.uuid, f"{H200} MIG 3g.71gb", whole="0"),
        Gpu(SECOND.uuid, f"{H200} MIG 1g.18gb", whole="0"),
        Gpu("1", H200, 143771 * 1024**2),
        Gpu("2", "NVIDIA L4", None),
    ]


def test_the_parent_of_the_workers_imports_no_torch(smi):
    code = (
        "import sys; import pixazo.programs, pixazo.gpus as gpus;"
        "gpus.gpus(); print('torch' in sys.modules)"
    )
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "pixazo.settings"}
    answer = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert answer.stdout.strip() == "False", answer.stderr


@pytest.mark.crash
@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_two_pinned_workers_draw_and_end_together(site, studio, painter, alice):
    without_cap(alice)
    painter.provider, painter.address = "diffusers", "slow:0.1"
    painter.save()
    env = environment(
        # Believed wherever the test runs: there may be a driver, with other GPUs.
        CUDA_VISIBLE_DEVICES="0,2",
        PIXAZO_PROVIDERS="diffusers=generation.tests.fake_engine",
    )
    argv = [sys.executable, "manage.py", "gpu_workers"]
    command = site._start("gpu_workers", argv, env)
    names = ("gpu0@", "gpu2@")
    until(
        lambda: {row.name[:5] for row in Worker.objects.alive()} == set(names),
        what=lambda: command.output,
    )
    batches = [ask(studio, painter, count=4) for _ in range(2)]
    until(
        lambda: Job.objects.filter(state=Job.State.SUCCEEDED).count() == 8,
        what=lambda: command.output,
    )
    drawn_by = Transition.objects.filter(job__batch__in=batches, state=Job.State.RUNNING)
    assert {name[:5] for name in drawn_by.values_list("worker", flat=True)} == set(names)
    for row in Worker.objects.all():
        process = row.name.rpartition(":")[2]
        told = Path(f"/proc/{process}/environ").read_text().split("\0")
        assert f"CUDA_VISIBLE_DEVICES={row.name[3]}" in told
    assert violations(idle=True) == []
    command.popen.send_signal(signal.SIGTERM)
    assert command.popen.wait(60) == 0
    assert not Worker.objects.exists()
