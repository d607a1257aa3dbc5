# subprocess, sockets, select, asyncio, and what the system says about a process.
import asyncio, os, select, selectors, socket, subprocess, sys


def check(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)


run = subprocess.run
check(lambda: run(["echo", "hi", "é"], capture_output=True, text=True).stdout)
check(lambda: subprocess.check_output("echo $A; echo err >&2", shell=True, env={"A": "x"}, stderr=subprocess.STDOUT))
check(lambda: run(["sh", "-c", "exit 3"]).returncode)
check(lambda: run(["no_such_program_x"]))
check(lambda: run(["true"], cwd="/no/such/folder"))
check(lambda: run(["cat"], input=b"to cat", capture_output=True).stdout)
check(lambda: subprocess.check_call(["false"]))
try:
    run(["sleep", "5"], timeout=0.05)
except subprocess.TimeoutExpired as e:
    print(e.cmd, e.timeout > 0)
check(lambda: run(["pwd"], cwd="/", capture_output=True, text=True).stdout)
with subprocess.Popen(["sh", "-c", "read x; echo got $x"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as p:
    print(p.communicate("line\n"), p.returncode, p.poll())
p = subprocess.Popen(["sleep", "5"])
p.terminate()
print(p.wait())
print(subprocess.getstatusoutput("echo out; exit 2"))

a, b = socket.socketpair()
b.send(b"hello")
print(a.recv(3), a.recv(10), select.select([a], [b], [], 0)[1] == [b], select.select([a], [], [], 0.01))
a.settimeout(0.01)
check(lambda: a.recv(1))
a.setblocking(False)
check(lambda: a.recv(1))
poll = select.poll()
poll.register(a, select.POLLIN)
print(poll.poll(1))
b.send(b"x")
print(poll.poll(100) == [(a.fileno(), select.POLLIN)])
with selectors.DefaultSelector() as s:
    s.register(a, selectors.EVENT_READ, "data")
    print([(key.data, events) for key, events in s.select(1)])
b.close()
print(a.recv(5), a.recv(5))
a.close()
check(lambda: a.recv(1))

server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen()
host, port = server.getsockname()
client = socket.create_connection((host, port))
conn, address = server.accept()
conn.sendall(b"line 1\nline 2\n")
conn.close()
with client.makefile() as f:
    print(host, f.readlines(), client.getpeername() == (host, port), address == client.getsockname())
client.close()
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 0))
udp.sendto(b"datagram", udp.getsockname())
print(udp.recvfrom(100)[0], socket.inet_aton("1.2.3.4"), socket.inet_ntop(socket.AF_INET6, bytes(15) + b"\1"), socket.htons(1))
check(lambda: socket.create_connection(("127.0.0.1", port - port + 1), timeout=1))
check(lambda: udp.bind(("127.0.0.1", 70000)))
check(lambda: udp.bind("x"))


async def double(x):
    await asyncio.sleep(0.001 * x)
    return x * 2


async def echo(reader, writer):
    writer.write((await reader.readline()).upper())
    await writer.drain()
    writer.close()


async def main():
    print(await asyncio.gather(*map(double, range(4))))
    try:
        await asyncio.wait_for(asyncio.sleep(5), 0.01)
    except TimeoutError as e:
        print("TimeoutError", e)
    queue = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        group.create_task(queue.put(1))
        got = group.create_task(queue.get())
    print(got.result())
    async with asyncio.timeout(1):
        print(await double(1))
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"shout\n")
    print(await reader.read())
    writer.close()
    server.close()
    process = await asyncio.create_subprocess_exec("echo", "sub", stdout=subprocess.PIPE)
    print((await process.communicate())[0], process.returncode)
    task = asyncio.create_task(asyncio.sleep(5))
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled", task.cancelled())
    async for i in agen():
        print(i, end=" ")
    lock = asyncio.Lock()
    async with lock:
        print(lock.locked())


async def agen():
    for i in range(3):
        yield i
        await asyncio.sleep(0)


asyncio.run(main())
import pwd, grp, resource, fcntl
print(pwd.getpwuid(0).pw_name, grp.getgrgid(0).gr_name, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0)
check(lambda: pwd.getpwnam("no_such_user_x"))
r, w = os.pipe()
print(fcntl.fcntl(r, fcntl.F_GETFD) & fcntl.FD_CLOEXEC, os.getpid() > 0, os.getppid() > 0, os.getuid() == os.geteuid())
