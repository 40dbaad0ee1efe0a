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


def test_the_parent_of_the_workers_imports_no_torch(smi):
    code = (
        "import sys; import pixazo.programs, pixazo.gpus as gpus;"
        "gpus.gpus(); print('torch' in sys.modules)"
    )
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "pixazo.settings"}
    answer = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert answer.stdout.strip() == "False", answer.stderr


@pytest.mark.crash
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
