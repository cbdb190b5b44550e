"""A student as a Jupyter server sees one: runs a notebook's cells and moves sliders, over the
kernel's websocket, with the messages that JupyterLab sends."""
import asyncio
import json
import socket
import uuid
from dataclasses import dataclass
from time import perf_counter

import psutil
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

SECONDS = 120  # how long to wait for a cell or a picture
PID = "__import__('os').getpid()"
CORES = psutil.cpu_count()


async def ask(url, token, method="GET", body=None):
    """What a server answers to a request, from JSON."""
    client = AsyncHTTPClient(force_instance=True)  # a shared one keeps all but ten waiting
    answer = await client.fetch(
        url, method=method, body=json.dumps(body) if method == "POST" else None,
        headers=named(token), request_timeout=SECONDS)
    return json.loads(answer.body or "null")


def named(token):
    """The headers of a request that may be made."""
    return {"Authorization": f"token {token}"}


@dataclass(frozen=True)
class Explorer:
    """The models of a slider and of the picture that follows it; the slider's values."""

    slider: str
    picture: str
    values: tuple


class Student:
    """One kernel of a server, and the connection to it.

        student = await Student.begin("http://127.0.0.1:8888/", token)
        await student.run("code-02", "import rnnlib as rl")
        seconds = await student.move(explorer, 0.5); await student.rest(explorer)

    kernel, server  the processes
    explorer        the one whose slider this student moves, once there is one
    after           MB of the kernel when its notebook had run
    """

    explorer = after = None

    @classmethod
    async def begin(cls, url, token):
        """A student with a new kernel."""
        self = cls()
        kernel = await ask(f"{url}api/kernels", token, "POST", {"name": "python3"})
        self._url, self._token = f"{url}api/kernels/{kernel['id']}", token
        self._socket = await websocket_connect(
            HTTPRequest(f"{self._url.replace('http', 'ws', 1)}/channels", headers=named(token)),
            max_message_size=1 << 27)
        self._session, self._waiting, self._awaited = uuid.uuid4().hex, {}, {}
        self._opened, self._trouble = {}, None
        self.value = None  # what a slider was set to last
        self._reading = asyncio.create_task(self._read())
        # as JupyterLab does: what widgets say is heard by a thread of its own
        made = await self._done(self._say("create_subshell_request", {}, "control"))
        self._aside = made["subshell_id"]
        told = await self._execute("", user_expressions={"pid": PID}, silent=True)
        self.kernel = psutil.Process(int(told["user_expressions"]["pid"]["data"]["text/plain"]))
        self.server = self.kernel.parent()
        return self

    async def run(self, cell, source):
        """Run a cell; RuntimeError if it raises. The explorers that it made."""
        self._opened = {}
        told = await self._execute(source, cell=cell)
        if told["status"] != "ok":
            raise RuntimeError(f"{cell}: {told['ename']}: {told['evalue']}")
        return self._explorer()

    async def move(self, explorer, value):
        """Give a slider another value; the seconds until its picture was here."""
        self.value = value
        begun, shown = perf_counter(), self._picture(explorer, sharp=False)
        self._tell(explorer.slider, method="update", state={"value": value}, buffer_paths=[])
        return await asyncio.wait_for(shown, SECONDS) - begun

    async def rest(self, explorer):
        """Ask for the sharp picture, as the page does when the hand rests; the seconds it took."""
        begun, shown = perf_counter(), self._picture(explorer, sharp=True)
        self._tell(explorer.picture, method="custom", content={"kind": "rest", "ratio": 2})
        return await asyncio.wait_for(shown, SECONDS) - begun

    async def leave(self):
        """End the kernel."""
        self._reading.cancel()
        self._socket.close()
        await ask(self._url, self._token, "DELETE")

    def _explorer(self):
        """The explorer among the models opened last, if there is one: its first slider."""
        picture = next((name for name, state in self._opened.items() if "frame" in state), None)
        slider = next((name for name, state in self._opened.items()
                       if state.get("_model_name") == "FloatSliderModel"), None)
        if picture and slider:
            low, high, step = (self._opened[slider][word] for word in ("min", "max", "step"))
            count = round((high - low) / step) + 1
            return Explorer(slider, picture, tuple(low + k * step for k in range(count)))

    async def _execute(self, source, cell="", user_expressions=None, silent=False):
        content = {"code": source, "silent": silent, "store_history": not silent,
                   "user_expressions": user_expressions or {}, "allow_stdin": False,
                   "stop_on_error": True}
        return await self._done(self._say("execute_request", content, metadata={"cellId": cell}))

    def _tell(self, model, **data):
        self._say("comm_msg", {"comm_id": model, "data": data}, subshell_id=self._aside)

    def _say(self, kind, content, channel="shell", metadata=None, **header):
        number = uuid.uuid4().hex
        self._socket.write_message(json.dumps({
            "header": {"msg_id": number, "msg_type": kind, "session": self._session,
                       "username": "", "version": "5.4", **header},
            "parent_header": {}, "metadata": metadata or {}, "content": content,
            "channel": channel, "buffers": []}))
        return number

    async def _done(self, number):
        """The reply's content, when the kernel has also said all else about it."""
        reply, idle = asyncio.Future(), asyncio.Future()
        self._waiting[number] = reply, idle
        content, _ = await asyncio.wait_for(asyncio.gather(reply, idle), SECONDS)
        del self._waiting[number]
        return content

    def _picture(self, explorer, sharp):
        """When the next such picture will have come."""
        shown = asyncio.Future()
        self._awaited[explorer.picture] = sharp, shown
        return shown

    async def _read(self):
        while (text := await self._socket.read_message()) is not None:
            if isinstance(text, str):  # no message of ours has bytes
                self._hear(json.loads(text))

    def _hear(self, message):
        kind, content = message["msg_type"], message["content"]
        reply, idle = self._waiting.get(message["parent_header"].get("msg_id"), (None, None))
        if kind == "comm_open":
            self._opened[content["comm_id"]] = content["data"].get("state", {})
        elif kind == "comm_msg":
            ratio = content["data"].get("state", {}).get("frame", {}).get("ratio")
            sharp, shown = self._awaited.get(content["comm_id"], (None, None))
            if ratio and shown and not shown.done() and sharp == (ratio > 1):
                shown.set_result(perf_counter())
        elif reply and kind.endswith("_reply"):
            reply.set_result(content)
        elif idle and kind == "status" and content["execution_state"] == "idle":
            idle.set_result(None)


def free_ports(count):
    """Ports of loopback that nobody uses."""
    found = [socket.socket() for _ in range(count)]
    for one in found:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in found]
    for one in found:
        one.close()
    return ports


def megabytes(process):
    """A process's memory: what it shares with others counts here for its share (PSS)."""
    return process.memory_full_info().pss / 1e6


def cpu(process):
    """The seconds of a core that a process and its threads have used."""
    times = process.cpu_times()
    return times.user + times.system
