"""The Hugging Face hub, as far as downloads go: model info, trees, files, refusals.

Paths, headers and error codes are those of huggingface_hub 1.x's own client.
"""

import hashlib
from urllib.parse import unquote, urlsplit

from generation.tests.stand_ins.server import Reply, StandIn

COMMIT = "c0ffee" * 6 + "c0ff"


class Hub(StandIn):
    """Repositories are folders, by their names; `refusals` names those that are closed, and `cut`
    the files of which only the first half comes."""

    def __init__(self):
        super().__init__()
        self.folders = {}
        self.refusals = {}
        self.cut = set()
        self.tokens = {}  # what opens a gated repository

    def answer(self, asked, connection):
        path = unquote(urlsplit(asked.path).path)
        if path.startswith("/api/models/"):
            return self._about(asked, path.removeprefix("/api/models/"))
        name, _, rest = path[1:].partition("/resolve/")
        revision, _, file = rest.partition("/")
        return self._refusal(asked, name, revision) or self._file(asked, name, file)

    def _about(self, asked, path):
        parts = path.split("/")
        name, rest = "/".join(parts[:2]), parts[2:]
        revision = rest[1] if len(rest) > 1 else "main"
        if refusal := self._refusal(asked, name, revision):
            return refusal
        files = self._files(name)
        if rest[:1] == ["tree"]:
            entries = [
                {"type": "file", "path": file, "size": len(content), "oid": _oid(content)}
                for file, content in files.items()
            ]
            return Reply.of(entries)
        siblings = [{"rfilename": file} for file in files]
        return Reply.of({"id": name, "modelId": name, "sha": COMMIT, "siblings": siblings})

    def _refusal(self, asked, name, revision):
        if name in self.tokens:
            if asked.headers.get("authorization") != f"Bearer {self.tokens[name]}":
                return _refused(403, "GatedRepo")
        elif name not in self.folders:
            return _refused(401, "RepoNotFound")
        if revision not in ("main", "v1", COMMIT):
            return _refused(404, "RevisionNotFound")
        return None

    def _file(self, asked, name, file):
        content = self._files(name).get(file)
        if content is None:
            return _refused(404, "EntryNotFound")
        headers = {"ETag": f'"{_oid(content)}"', "X-Repo-Commit": COMMIT}
        if file in self.cut:
            headers["Content-Length"] = len(content)
            content = content[: len(content) // 2] if "range" not in asked.headers else b""
        return Reply(200, content, headers)

    def _files(self, name):
        folder = self.folders[name]
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }


def _refused(status, code):
    headers = {"X_Error_Code": code, "X_Error_Message": code}
    return Reply.of({"error": code}, status, **headers)


def _oid(content):
    return hashlib.sha1(content).hexdigest()
