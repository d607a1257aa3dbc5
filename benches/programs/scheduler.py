"""An operating system's kernel in miniature: tasks of several classes pass packets through queues. Size: rounds."""
SIZE = 60

IDLE, WORKER, HANDLER, DEVICE = range(4)


class Packet:
    def __init__(self, kind, payload):
        self.kind = kind
        self.payload = payload
        self.link = None


def append(packet, queue):
    packet.link = None
    if queue is None:
        return packet
    last = queue
    while last.link is not None:
        last = last.link
    last.link = packet
    return queue


class Task:
    def __init__(self, kernel, identity, priority):
        self.kernel = kernel
        self.identity = identity
        self.priority = priority
        self.queue = None
        self.waiting = False
        self.held = False
        self.runs = 0

    def runnable(self):
        return not self.held and (self.queue is not None or not self.waiting)

    def take(self):
        packet = self.queue
        if packet is not None:
            self.queue = packet.link
            packet.link = None
        return packet

    def step(self):
        self.runs += 1
        packet = self.take()
        self.waiting = False
        return self.run(packet)

    def run(self, packet):
        raise NotImplementedError


class Idle(Task):
    def __init__(self, kernel, identity, count):
        super().__init__(kernel, identity, 0)
        self.count = count
        self.state = 1

    def run(self, packet):
        self.count -= 1
        if self.count == 0:
            self.held = True
            return None
        if self.state & 1:
            self.state = (self.state >> 1) ^ 0xD008
            self.kernel.release(DEVICE)
        else:
            self.state >>= 1
            self.kernel.release(DEVICE + 1)
        return None


class Worker(Task):
    def __init__(self, kernel, identity):
        super().__init__(kernel, identity, 1000)
        self.letter = 0

    def run(self, packet):
        if packet is None:
            self.waiting = True
            return None
        for index in range(len(packet.payload)):
            self.letter = self.letter % 26 + 1
            packet.payload[index] = self.letter
        return self.kernel.send(packet, HANDLER)


class Handler(Task):
    def __init__(self, kernel, identity):
        super().__init__(kernel, identity, 2000)
        self.seen = 0

    def run(self, packet):
        if packet is None:
            self.waiting = True
            return None
        self.seen += sum(packet.payload)
        packet.kind = "device" if packet.kind == "work" else "work"
        if packet.kind == "device":
            return self.kernel.send(packet, DEVICE + self.seen % 2)
        return self.kernel.send(packet, WORKER)


class Device(Task):
    def __init__(self, kernel, identity):
        super().__init__(kernel, identity, 3000)
        self.pending = None

    def run(self, packet):
        if packet is not None:
            self.pending = append(packet, self.pending)
            self.held = True
            return None
        if self.pending is None:
            self.waiting = True
            return None
        packet = self.pending
        self.pending = packet.link
        packet.link = None
        packet.kind = "device"
        return self.kernel.send(packet, HANDLER)


class Kernel:
    def __init__(self, count):
        self.sent = 0
        self.held = 0
        self.tasks = [Idle(self, IDLE, count), Worker(self, WORKER), Handler(self, HANDLER), Device(self, DEVICE), Device(self, DEVICE + 1)]
        for number in range(3):
            self.tasks[WORKER].queue = append(Packet("work", [number] * 4), self.tasks[WORKER].queue)
        for device in (DEVICE, DEVICE + 1):
            self.tasks[HANDLER].queue = append(Packet("work", [device] * 4), self.tasks[HANDLER].queue)
        self.order = sorted(self.tasks, key=lambda task: -task.priority)

    def release(self, identity):
        self.tasks[identity].held = False
        self.held += 1

    def send(self, packet, identity):
        self.sent += 1
        target = self.tasks[identity]
        target.queue = append(packet, target.queue)
        return target

    def run(self):
        while True:
            for task in self.order:
                if task.runnable():
                    break
            else:
                return
            while task is not None and task.runnable():
                task = task.step()


def bench(n):
    total = 0
    for round in range(n):
        kernel = Kernel(1000)
        kernel.run()
        total += kernel.sent * 7 + kernel.held + kernel.tasks[HANDLER].seen + sum(task.runs for task in kernel.tasks)
    return total


if __name__ == "__main__":
    print(bench(SIZE))
