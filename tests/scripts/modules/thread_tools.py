# what is built on threads: queues, executors, asyncio.to_thread, contexts, files and sockets between threads, signals (oracle: CPython 3.13, checked against 3.14)
import asyncio
import concurrent.futures
import contextvars
import os
import queue
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time


def section(name):
    print("==", name, flush=True)


def run(*targets):
    threads = [threading.Thread(target=target) for target in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def square(x):
    return x * x



def main():
    section("queues")
    for kind in (queue.Queue, queue.LifoQueue, queue.PriorityQueue):
        tasks, done = kind(maxsize=3), []

        def work():
            while (task := tasks.get()) != 99:
                done.append(task)
                tasks.task_done()
            tasks.task_done()

        worker = threading.Thread(target=work)
        worker.start()
        for i in range(20):
            tasks.put(i)
        tasks.join()
        tasks.put(99)
        worker.join()
        print(kind.__name__, sorted(done) == list(range(20)), tasks.empty())
    simple, got = queue.SimpleQueue(), []
    takers = [threading.Thread(target=lambda: got.extend(simple.get() for _ in range(100))) for _ in range(3)]
    for taker in takers:
        taker.start()
    for i in range(300):
        simple.put(i)
    for taker in takers:
        taker.join()
    print(sorted(got) == list(range(300)), simple.qsize())
    for arguments in ({"timeout": 0.01}, {"block": False}, {"timeout": -1}):
        try:
            simple.get(**arguments)
        except (queue.Empty, ValueError) as error:
            print(type(error).__name__, error)

    section("executors")
    with concurrent.futures.ThreadPoolExecutor(3, thread_name_prefix="pool") as pool:
        print(list(pool.map(square, range(10))))
        futures = [pool.submit(pow, 2, n) for n in (1, 10, 100)]
        print(sorted(future.result() for future in concurrent.futures.as_completed(futures)))
        failing = pool.submit(lambda: 1 / 0)
        print(repr(failing.exception()), failing.done())
        print(pool.submit(lambda: threading.current_thread().name).result()[:5])
        blocked = threading.Event()
        slow = [pool.submit(blocked.wait) for _ in range(3)]
        waiting = pool.submit(square, 3)
        print(waiting.cancel(), concurrent.futures.wait(slow, timeout=0.01).done)
        blocked.set()
        print([future.result() for future in slow])
    try:
        pool.submit(square, 1)
    except RuntimeError as error:
        print(error)

    section("asyncio")

    async def in_threads():
        loop = asyncio.get_running_loop()
        name = contextvars.ContextVar("name", default="none")
        name.set("from the loop")
        print(await asyncio.to_thread(lambda: (name.get(), threading.current_thread() is threading.main_thread())))
        print(await asyncio.gather(*(loop.run_in_executor(None, square, n) for n in range(5))))
        future = loop.create_future()
        threading.Timer(0.01, loop.call_soon_threadsafe, [future.set_result, "set by a timer"]).start()
        print(await future)

    asyncio.run(in_threads())

    section("contexts")
    variable, seen = contextvars.ContextVar("variable", default=0), []
    variable.set(1)
    run(lambda: (seen.append(variable.get()), variable.set(2)))
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(variable.set, 3)).start()
    while context[variable] != 3:
        time.sleep(0.001)
    print(seen, variable.get())

    section("imports")
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "slow_module.py"), "w") as file:
            file.write("import time\ntime.sleep(0.05)\nvalue = 42\n")
        sys.path.insert(0, folder)
        values = []

        def load():
            import slow_module
            values.append(slow_module.value)

        run(load, load, load)
        sys.path.remove(folder)
        print(values)

        section("files")
        path = os.path.join(folder, "lines")
        with open(path, "w") as shared:

            def write(letter):
                for _ in range(200):
                    shared.write(letter * 99 + "\n")

            run(*(lambda letter=letter: write(letter) for letter in "abc"))
        with open(path) as file:
            lines = file.readlines()
        print(len(lines), {len(line) for line in lines}, sorted({line[0] for line in lines}))
        parts = []
        with open(path, "rb") as shared:

            def read():
                while piece := shared.read(1000):
                    parts.append(len(piece))

            run(read, read, read)
        print(sum(parts))

    section("pipes and sockets")
    reader, writer = os.pipe()
    results = []
    waiting = threading.Thread(target=lambda: results.append(os.read(reader, 100)))
    waiting.start()
    time.sleep(0.01)
    os.write(writer, b"through a pipe")
    waiting.join()
    print(results)
    threading.Timer(0.01, os.write, [writer, b"x"]).start()
    print(select.select([reader], [], [], 30)[0] == [reader])
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        connection, _ = server.accept()
        with connection:
            while data := connection.recv(100):
                connection.sendall(data.upper())

    serving = threading.Thread(target=serve)
    serving.start()
    with socket.create_connection(server.getsockname()) as client:
        client.sendall(b"over a socket")
        print(client.recv(100))
    serving.join()
    server.close()
    with concurrent.futures.ThreadPoolExecutor() as pool:
        commands = [[sys.executable, "-c", f"print({n} * 2)"] for n in range(3)]
        print([done.stdout for done in pool.map(lambda c: subprocess.run(c, capture_output=True, text=True), commands)])

    section("signals")
    handled = []
    signal.signal(signal.SIGUSR1, lambda number, frame: handled.append(threading.current_thread().name))
    thread = threading.Thread(target=os.kill, args=(os.getpid(), signal.SIGUSR1))
    thread.start()
    thread.join()
    while not handled:
        time.sleep(0.001)
    run(lambda: signal.raise_signal(signal.SIGUSR1))
    while len(handled) < 2:
        time.sleep(0.001)
    print(handled)

    def install():
        try:
            signal.signal(signal.SIGUSR1, signal.SIG_DFL)
        except ValueError as error:
            handled.append(str(error))

    run(install)
    print(handled[-1])

    class Stop(Exception):
        pass

    def stop(number, frame):
        raise Stop("while waiting for a lock")

    signal.signal(signal.SIGALRM, stop)
    lock = threading.Lock()
    lock.acquire()
    for wait in (lock.acquire, threading.Event().wait, queue.SimpleQueue().get, lambda: time.sleep(60)):
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        try:
            wait()
        except Stop as error:
            print(error)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)

    import _thread

    waits = threading.Event()

    def interrupt():
        waits.wait()
        time.sleep(0.01)
        _thread.interrupt_main()

    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        waits.set()
        while True:
            time.sleep(0.001)
    except KeyboardInterrupt:
        print("interrupted")
    thread.join()

if __name__ == "__main__":
    main()
