"""A relay between the site and its database that can fall silent, or lose one answer."""

import asyncio
import contextlib
import threading


class FaultProxy:
    """Use as a context manager; connect to `port` of this machine.

    `silent = True`: takes what is sent and passes nothing on (half-open).
    `lose_answer_after(word)`: the first COMMIT of a connection that has sent that word is passed
    on, its answer is not.
    """

    def __init__(self, host, port):
        self.target = (host, port)
        self.silent = False
        self.word = None
        self.lost = 0
        self.loop = asyncio.new_event_loop()
        self.tasks = set()
        self.ends = set()

    def __enter__(self):
        self.server = self.loop.run_until_complete(
            asyncio.start_server(self.accept, "127.0.0.1", 0)
        )
        self.port = self.server.sockets[0].getsockname()[1]
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.server.close()
        for task in self.tasks:
            task.cancel()
        self.loop.run_until_complete(asyncio.gather(*self.tasks, return_exceptions=True))
        # A session that lived on would keep its locks: whoever clears the tables waits for them.
        for end in self.ends:
            end.transport.abort()
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()

    def lose_answer_after(self, word):
        self.word = word

    async def accept(self, reader, writer):
        there, back = await asyncio.open_connection(*self.target)
        self.ends |= {writer, back}
        wires = [
            asyncio.ensure_future(self.relay(reader, back, watched=True)),
            asyncio.ensure_future(self.relay(there, writer)),
        ]
        self.tasks.update(wires)
        await asyncio.wait(wires, return_when=asyncio.FIRST_COMPLETED)
        for wire in wires:
            wire.cancel()
        for end in (writer, back):
            with contextlib.suppress(OSError):
                end.close()

    async def relay(self, reader, writer, watched=False):
        is_marked = False
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                if self.silent:
                    continue
                writer.write(data)
                await writer.drain()
                if not watched or self.word is None:
                    continue
                is_marked = is_marked or self.word in data
                if is_marked and b"COMMIT" in data:
                    self.word = None
                    self.lost += 1
                    # The server gets it before the connection goes, and the client hears nothing.
                    await asyncio.sleep(0.2)
                    return
