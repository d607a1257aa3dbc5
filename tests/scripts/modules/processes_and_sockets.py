# subprocess, sockets, select, asyncio, and what the system says about a process. The oracle is a WebAssembly program
# without processes and sockets, so what is to come out stands here, and the script says whether it did.
import os, sys

problems = []


def expect(wanted, make):
    try:
        got = make()
    except Exception as e:
        got = f"{type(e).__name__}: {e}"
    if got != wanted:
        problems.append((wanted, got))


def processes():
    import subprocess

    run = subprocess.run
    expect("hi é\n", lambda: run(["echo", "hi", "é"], capture_output=True, text=True).stdout)
    expect(b"x\nerr\n", lambda: subprocess.check_output("echo $A; echo err >&2", shell=True, env={"A": "x"}, stderr=subprocess.STDOUT))
    expect(3, lambda: run(["sh", "-c", "exit 3"]).returncode)
    expect("FileNotFoundError: [Errno 2] No such file or directory: 'no_such_program_x'", lambda: run(["no_such_program_x"]))
    expect("FileNotFoundError: [Errno 2] No such file or directory: '/no/such/folder'", lambda: run(["true"], cwd="/no/such/folder"))
    expect(b"to cat", lambda: run(["cat"], input=b"to cat", capture_output=True).stdout)
    expect("CalledProcessError: Command '['false']' returned non-zero exit status 1.", lambda: subprocess.check_call(["false"]))

    def expired():
        try:
            run(["sleep", "5"], timeout=0.05)
        except subprocess.TimeoutExpired as e:
            return e.cmd, 0 < e.timeout <= 0.05

    expect((["sleep", "5"], True), expired)
    expect("/\n", lambda: run(["pwd"], cwd="/", capture_output=True, text=True).stdout)
    with subprocess.Popen(["sh", "-c", "read x; echo got $x"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as p:
        expect((("got line\n", None), 0, 0), lambda: (p.communicate("line\n"), p.returncode, p.poll()))
    p = subprocess.Popen(["sleep", "5"])
    p.terminate()
    expect(-15, p.wait)
    expect((2, "out"), lambda: subprocess.getstatusoutput("echo out; exit 2"))


def sockets():
    import select, selectors, socket

    a, b = socket.socketpair()
    b.send(b"hello")
    expect((b"hel", b"lo"), lambda: (a.recv(3), a.recv(10)))
    expect([b], lambda: select.select([a], [b], [], 0)[1])
    expect(([], [], []), lambda: select.select([a], [], [], 0.01))
    a.settimeout(0.01)
    expect("TimeoutError: timed out", lambda: a.recv(1))
    a.setblocking(False)
    expect("BlockingIOError: [Errno 11] Resource temporarily unavailable", lambda: a.recv(1))
    poll = select.poll()
    poll.register(a, select.POLLIN)
    expect([], lambda: poll.poll(1))
    b.send(b"x")
    expect([(a.fileno(), select.POLLIN)], lambda: poll.poll(100))
    with selectors.DefaultSelector() as s:
        s.register(a, selectors.EVENT_READ, "data")
        expect([("data", 1)], lambda: [(key.data, events) for key, events in s.select(1)])
    b.close()
    expect((b"x", b""), lambda: (a.recv(5), a.recv(5)))
    a.close()
    expect("OSError: [Errno 9] Bad file descriptor", lambda: a.recv(1))

    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen()
    host, port = server.getsockname()
    client = socket.create_connection((host, port))
    conn, address = server.accept()
    conn.sendall(b"line 1\nline 2\n")
    conn.close()
    with client.makefile() as f:
        expect(["line 1\n", "line 2\n"], f.readlines)
        expect((host, port), client.getpeername)
        expect(address, client.getsockname)
    client.close()
    server.close()
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    udp.sendto(b"datagram", udp.getsockname())
    expect(b"datagram", lambda: udp.recvfrom(100)[0])
    expect(b"\1\2\3\4", lambda: socket.inet_aton("1.2.3.4"))
    expect("::1", lambda: socket.inet_ntop(socket.AF_INET6, bytes(15) + b"\1"))
    expect(256, lambda: socket.htons(1))
    expect("ConnectionRefusedError: [Errno 111] Connection refused", lambda: socket.create_connection(("127.0.0.1", 1), timeout=1))
    expect("OverflowError: bind(): port must be 0-65535.", lambda: udp.bind(("127.0.0.1", 70000)))
    expect("TypeError: bind(): AF_INET address must be tuple, not str", lambda: udp.bind("x"))
    udp.close()


def event_loop():
    import asyncio, subprocess

    async def double(x):
        await asyncio.sleep(0.001 * x)
        return x * 2

    async def echo(reader, writer):
        writer.write((await reader.readline()).upper())
        await writer.drain()
        writer.close()

    async def numbers():
        for i in range(3):
            yield i
            await asyncio.sleep(0)

    async def main():
        done = [await asyncio.gather(*map(double, range(4)))]
        try:
            await asyncio.wait_for(asyncio.sleep(5), 0.01)
        except TimeoutError as e:
            done.append(("TimeoutError", str(e)))
        queue = asyncio.Queue()
        async with asyncio.TaskGroup() as group:
            group.create_task(queue.put(1))
            got = group.create_task(queue.get())
        done.append(got.result())
        async with asyncio.timeout(1):
            done.append(await double(1))
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"shout\n")
        done.append(await reader.read())
        writer.close()
        server.close()
        process = await asyncio.create_subprocess_exec("echo", "sub", stdout=subprocess.PIPE)
        done.append(((await process.communicate())[0], process.returncode))
        task = asyncio.create_task(asyncio.sleep(5))
        await asyncio.sleep(0)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            done.append(("cancelled", task.cancelled()))
        done.append([i async for i in numbers()])
        lock = asyncio.Lock()
        async with lock:
            done.append(lock.locked())
        return done

    wanted = [[0, 2, 4, 6], ("TimeoutError", ""), 1, 2, b"SHOUT\n", (b"sub\n", 0), ("cancelled", True), [0, 1, 2], True]
    expect(wanted, lambda: asyncio.run(main()))


def accounts():
    import fcntl, grp, pwd, resource

    expect(("root", "root"), lambda: (pwd.getpwuid(0).pw_name, grp.getgrgid(0).gr_name))
    expect(True, lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0)
    expect("KeyError: \"getpwnam(): name not found: 'no_such_user_x'\"", lambda: pwd.getpwnam("no_such_user_x"))
    r, w = os.pipe()
    expect(1, lambda: fcntl.fcntl(r, fcntl.F_GETFD) & fcntl.FD_CLOEXEC)
    expect((True, True, True), lambda: (os.getpid() > 0, os.getppid() > 0, os.getuid() == os.geteuid()))


for part in (processes, sockets, event_loop, accounts):
    if sys.platform != "emscripten":
        part()
    print(part.__name__, "as expected" if not problems else problems)
    problems.clear()
