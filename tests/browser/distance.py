"""A network between page and server: what is said, each way, comes later than it was said."""
import asyncio
import contextlib
import copy
import threading


class Distance:
    """A JupyterLab server of `harness` as it is seen from far away.

        with Distance(lab) as far:
            notebook = harness.Notebook.of(browser, far.lab, ...)
            far.seconds = 0.15     # each way, from now on; 0 at first, as pages are large

    It hands on bytes between ports of this machine.
    """

    def __init__(self, lab):
        self.seconds, self.lab, self._port = 0.0, copy.copy(lab), lab.port
        self.lab.idle, self.lab.far = [], self

    def __enter__(self):
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)))
        self._thread.start()
        ready.wait()
        self.lab.url = f"http://127.0.0.1:{self.lab.port}"
        return self

    def __exit__(self, *_):
        for window in self.lab.idle:
            window.close()
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    async def _serve(self, ready):
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._hand_on, "127.0.0.1", 0)
        self.lab.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._over.wait()  # what is still under way ends with the loop
        server.close()

    async def _hand_on(self, reader, writer):
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        with contextlib.suppress(asyncio.CancelledError, OSError):  # it ends
            await asyncio.gather(self._later(reader, back), self._later(there, writer))

    async def _later(self, reader, writer):
        said = asyncio.Queue()

        async def listen():
            while True:
                data = await reader.read(1 << 16)
                said.put_nowait((self._loop.time() + self.seconds, data))
                if not data:
                    return

        listening = self._loop.create_task(listen())
        while True:
            due, data = await said.get()
            await asyncio.sleep(due - self._loop.time())
            if not data:
                break
            writer.write(data)
        await listening
        writer.close()
