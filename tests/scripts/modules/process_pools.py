# fork with threads, and multiprocessing by fork and spawn: processes, queues, pools, locks (oracle: CPython 3.13, checked against 3.14)
# modes: interpreter jit -- each process starts anew, and imports multiprocessing
import multiprocessing
import os
import sys
import tempfile
import threading
import warnings


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


def report(pipe, text):
    pipe.send((text, threading.active_count(), threading.current_thread().name))
    pipe.close()


def fill(numbers, count):
    for i in range(count):
        numbers.put(i)


def guarded(lock, counter):
    for _ in range(50):
        with lock:
            with open(counter, "r+") as file:
                number = int(file.read())
                file.seek(0)
                file.write(str(number + 1))


def main():
    section("fork")
    release = threading.Event()
    thread = threading.Thread(target=release.wait)
    thread.start()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        child = os.fork()
        if child == 0:
            good = threading.active_count() == 1 and not thread.is_alive() and len(sys._current_frames()) == 1
            again = threading.Thread(target=lambda: None)
            again.start()
            again.join()
            os._exit(7 if good else 1)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    print([str(warning.message).replace(str(os.getpid()), "N") for warning in caught])
    release.set()
    thread.join()
    codes = []

    def fork_in_a_thread():
        child = os.fork()
        if child == 0:
            os._exit(5 if threading.current_thread() is threading.main_thread() else 1)
        codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run(fork_in_a_thread)
    print(codes)

    section("multiprocessing")
    for method in ("fork", "spawn"):
        context = multiprocessing.get_context(method)
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=report, args=(there, method))
        process.start()
        print(here.recv())
        process.join()
        print(process.exitcode)
        numbers = context.Queue()
        process = context.Process(target=fill, args=(numbers, 20))
        process.start()
        print(sum(numbers.get() for _ in range(20)))
        process.join()
        with context.Pool(2) as pool:
            print(pool.map(square, range(6)))
        with tempfile.NamedTemporaryFile("w+") as counter:
            counter.write("0")
            counter.flush()
            lock = context.Lock()
            processes = [context.Process(target=guarded, args=(lock, counter.name)) for _ in range(2)]
            for process in processes:
                process.start()
            for process in processes:
                process.join()
            counter.seek(0)
            print(counter.read())
    semaphore = multiprocessing.get_context("fork").BoundedSemaphore(1)
    print(semaphore.acquire(), semaphore.acquire(False), semaphore.acquire(timeout=0.01), semaphore.get_value())
    semaphore.release()
    try:
        semaphore.release()
    except ValueError as error:
        print(error)
    owned = multiprocessing.get_context("fork").RLock()
    print(owned.acquire(), owned.acquire())
    owned.release()
    owned.release()
    try:
        owned.release()
    except AssertionError as error:
        print(error)


if __name__ == "__main__":
    main()
