# Accounts, transfers, rules, an event queue and reports; exceptions as control flow; sums must balance.
import heapq
from collections import defaultdict


class InsufficientFunds(Exception):
    def __init__(self, account, missing):
        super().__init__(f"{account.owner} lacks {missing}")
        self.missing = missing


class Frozen(Exception):
    pass


class Account:
    fee = 1
    opened = 0

    def __init__(self, owner, balance=0):
        self.owner, self._balance, self.frozen = owner, balance, False
        self.history = []
        Account.opened += 1

    @property
    def balance(self):
        return self._balance

    def _check(self):
        if self.frozen:
            raise Frozen(self.owner)

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError(f"bad amount {amount}")
        self._check()
        self._balance += amount
        self.history.append(("in", amount))

    def withdraw(self, amount):
        self._check()
        need = amount + self.fee
        if self._balance < need:
            raise InsufficientFunds(self, need - self._balance)
        self._balance -= need
        self.history.append(("out", amount))
        return need


class Savings(Account):
    fee = 0
    rate = 0.02

    def interest(self):
        gain = int(self._balance * self.rate)
        if gain:
            self.deposit(gain)
        return gain


class Credit(Account):
    def __init__(self, owner, limit):
        super().__init__(owner)
        self.limit = limit

    def withdraw(self, amount):
        self._check()
        need = amount + self.fee
        if self._balance + self.limit < need:
            raise InsufficientFunds(self, need - self._balance - self.limit)
        self._balance -= need
        self.history.append(("credit", amount))
        return need


class Bank:
    def __init__(self):
        self.accounts = {}
        self.events = []
        self.counter = 0
        self.fees = self.paid = 0
        self.failures = defaultdict(int)

    def open(self, kind, owner, *args):
        if owner in self.accounts:
            raise KeyError(owner)
        self.accounts[owner] = kind(owner, *args)
        return self.accounts[owner]

    def at(self, time, action, *args):
        self.counter += 1
        heapq.heappush(self.events, (time, self.counter, action, args))

    def transfer(self, a, b, amount):
        source, target = self.accounts[a], self.accounts[b]
        taken = source.withdraw(amount)
        try:
            target.deposit(amount)
        except (ValueError, Frozen):
            source._balance += taken
            source.history.pop()
            raise
        self.fees += taken - amount

    def interest(self, every, time):
        for account in self.accounts.values():
            if isinstance(account, Savings) and not account.frozen:
                self.paid += account.interest()
        if time < 200:
            self.at(time + every, self.interest, every, time + every)

    def freeze(self, owner, on):
        self.accounts[owner].frozen = on

    def run(self):
        clock = 0
        while self.events:
            clock, _, action, args = heapq.heappop(self.events)
            try:
                action(*args)
            except InsufficientFunds as e:
                self.failures["funds"] += 1
                self.failures["missing"] += e.missing
            except Frozen as e:
                self.failures["frozen " + str(e)] += 1
            except (ValueError, KeyError) as e:
                self.failures[type(e).__name__] += 1
        return clock


bank = Bank()
kinds = [(Account, 500), (Savings, 1000), (Credit, 300)]
names = [f"c{i}" for i in range(12)]
for i, name in enumerate(names):
    kind, amount = kinds[i % 3]
    bank.open(kind, name, amount)
try:
    bank.open(Account, "c0")
except KeyError as e:
    print("twice:", e)
start = sum(a.balance for a in bank.accounts.values())
state = 42
for t in range(1500):
    state = (state * 69069 + 5) & 0xFFFFFFFF
    a, b, amount = names[state >> 28 & 11 if state >> 28 & 11 < 12 else 0], names[(state >> 20) % 12], (state >> 8) % 120
    bank.at(t % 211, bank.transfer, a, b, amount)
bank.at(10, bank.interest, 30, 10)
bank.at(50, bank.freeze, "c3", True)
bank.at(90, bank.freeze, "c3", False)
bank.at(60, bank.transfer, "c1", "nobody", 5)
end = bank.run()
total = sum(a.balance for a in bank.accounts.values())
print(end, Account.opened, start, total, bank.fees, bank.paid, start + bank.paid - bank.fees == total)
print(dict(sorted(bank.failures.items())))
print([(a.owner, type(a).__name__, a.balance, len(a.history)) for a in sorted(bank.accounts.values(), key=lambda a: (-a.balance, a.owner))])
kinds = defaultdict(lambda: [0, 0])
for a in bank.accounts.values():
    for kind, amount in a.history:
        kinds[kind][0] += 1
        kinds[kind][1] += amount
print({k: tuple(v) for k, v in sorted(kinds.items())})
