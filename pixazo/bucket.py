"""The private storage as a bucket of S3's form: Amazon's, MinIO, Ceph, R2, Garage and others.

Nothing in it is ever public and no address of it is handed out: the site sends what somebody may
see, as from a folder. What the bucket's client raises becomes what a folder's failures are:
`FileNotFoundError` for what is not there, `Away` for everything else. Imported by `STORAGES` only
where PIXAZO_S3_BUCKET is set: its client takes a quarter of a second and 40 MB.
"""

import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

from pixazo.stored import Away, Stored

BUFFER = 2**20
# An S3 that is away must hold up neither a page nor a worker's end for long.
CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 3, 20, 2
IN_PARTS = 64 * 2**20  # from so many bytes on; a picture is one request
PAGE = 1000  # files that one answer lists
MISSING = {"NoSuchKey", "404", "NotFound"}


class Bucket(S3Storage):
    def __init__(self, **options: Any) -> None:
        style = "path" if options.get("endpoint_url") else "auto"
        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": style},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            max_pool_connections=32,
            # Checksums of the newest kind are unknown to many that speak S3.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        # Without threads: a worker stores a picture's three files at once by itself.
        transfer = TransferConfig(
            use_threads=False, multipart_threshold=IN_PARTS, multipart_chunksize=IN_PARTS
        )
        super().__init__(**options, client_config=config, transfer_config=transfer)
        self._lock, self._shared, self._of = threading.Lock(), None, 0

    @property
    def connection(self) -> Any:
        """One for all threads of a process, which its client allows: each thread's own would be a
        tenth of a second of work and a handshake for every picture that is kept."""
        with self._lock:
            if self._shared is None or self._of != os.getpid():
                with named(""):
                    self._shared, self._of = super().connection, os.getpid()
                self._bucket = None
            return self._shared

    def walk(self, folder: str) -> Iterator[Stored]:
        """All below it, a thousand for each question."""
        path = self._normalize_name(f"{folder}/" if folder else "")
        begin = len(self.location.strip("/")) + 1 if self.location.strip("/") else 0
        with named(folder):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket_name,
                Prefix=f"{path.rstrip('/')}/" if path else "",
                PaginationConfig={"PageSize": PAGE},
            )
            for page in pages:
                for each in page.get("Contents", ()):
                    yield Stored(each["Key"][begin:], each["Size"], each["LastModified"])

    def delete(self, name: str) -> None:
        with named(name):
            super().delete(name)

    def exists(self, name: str) -> bool:
        with named(name):
            return bool(super().exists(name))

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        with named(name):
            folders, files = super().listdir(name)
            return folders, files

    def size(self, name: str) -> int:
        with named(name):
            return int(super().size(name))

    def get_modified_time(self, name: str) -> datetime:
        with named(name):
            found: datetime = super().get_modified_time(name)
            return found

    @property
    def _client(self) -> Any:
        return self.connection.meta.client

    def _open(self, name: str, mode: str = "rb") -> File:
        if mode != "rb":
            raise ValueError("What is stored is read, or saved anew.")
        with named(name):
            raw = Fetched(self._client, self.bucket_name, self._normalize_name(name))
        file = File(io.BufferedReader(raw, BUFFER), name)
        file.size = raw.size
        return file

    def _save(self, name: str, content: Any) -> str:
        with named(name):
            return str(super()._save(name, content))


class Fetched(io.RawIOBase):
    """A stored file as it comes: never all of it in memory, nor on this machine's disk."""

    def __init__(self, client: Any, bucket: str, key: str) -> None:
        self._client, self._what = client, {"Bucket": bucket, "Key": key}
        answer = client.get_object(**self._what)
        self.size, self._etag = int(answer["ContentLength"]), answer["ETag"]
        self._body, self._at = answer["Body"], 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        if base + offset != self._at:
            self._at = max(0, base + offset)
            self._leave()
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self.size:
            return 0
        with named(self._what["Key"]):
            if self._body is None:
                # Of the same file: what is stored is never changed, but it may be replaced by hand.
                wanted = {"Range": f"bytes={self._at}-", "IfMatch": self._etag}
                self._body = self._client.get_object(**self._what, **wanted)["Body"]
            part = self._body.read(len(buffer))
        if not part:
            raise Away(f"{self._what['Key']} broke off.")
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        self._leave()
        super().close()

    def _leave(self) -> None:
        if self._body is not None:
            with suppress(OSError, BotoCoreError):
                self._body.close()
            self._body = None


@contextmanager
def named(key: str) -> Iterator[None]:
    """What the client says of this key, in a folder's words."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in MISSING:
            raise FileNotFoundError(f"{key} is not in the bucket.") from error
        raise Away(f"The bucket refused {key or 'a request'}: {code or error}") from error
    except (BotoCoreError, Boto3Error) as error:
        raise Away(f"The bucket can't be reached: {error}") from error
