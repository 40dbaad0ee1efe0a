# What each rule finds. Nothing here runs: a test reads it (tools/rules/tests/test_rules.py).
# ruleid: outgoing-http-gate
import requests
import asyncio, hashlib, os, pickle, random, shutil, socket, ssl, subprocess, tarfile, uuid
import xml.etree.ElementTree
from pathlib import Path
from django.db.models.expressions import RawSQL
from django.shortcuts import redirect
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt
from PIL import Image


def examples(request, host, path, name, cursor, log, archive, text, token):
    # ruleid: sockets-of-ones-own
    socket.create_connection((host, 80))
    # ruleid: unpickling
    pickle.loads(text)
    # ruleid: extracting
    archive.extractall(path)
    # ruleid: evaluating
    eval(text)
    # ruleid: shell
    subprocess.run(f"convert {name}", shell=True, timeout=5)
    # ruleid: mark-safe
    mark_safe(text)
    # ruleid: raw-sql
    cursor.execute(f"SELECT * FROM image WHERE name = '{name}'")
    # ruleid: secrets-in-logs
    log.info("signed in with %s", token)
    # ruleid: unsafe-random
    reset_token = random.randrange(10**6)
    # ruleid: weak-hash
    hashlib.md5(text)
    # ruleid: unverified-tls
    ssl._create_unverified_context()
    # ruleid: missing-timeout
    subprocess.run(["convert", name])
    # ruleid: paths-from-names
    open(os.path.join(path, request.upload.filename))
    # ruleid: xml-parsing
    xml.etree.ElementTree.fromstring(text)
    # ruleid: images-of-any-format
    Image.open(path)
    # ruleid: request-decides-where
    return redirect(request.GET["next"])


# ruleid: csrf-exempt
@csrf_exempt
def open_door(request):
    return None


def sound(request, cursor, path, name):
    """None of these is found."""
    subprocess.run(["convert", name], timeout=5)
    cursor.execute("SELECT * FROM image WHERE name = %s", [name])
    Image.open(path, formats=("PNG",))
    hashlib.sha256(name)
    return redirect("studio")
