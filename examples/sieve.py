"""The sieve of Eratosthenes: which numbers up to a limit are prime?

Two loops over a list. Try `taipan compare examples/sieve.py`, then `taipan inspect examples/sieve.py --stage ssa-opt
--function sieve` to see what becomes of them.
"""


def sieve(limit):
    is_prime = [True] * (limit + 1)
    is_prime[0] = is_prime[1] = False
    for number in range(2, int(limit ** 0.5) + 1):
        if is_prime[number]:
            for multiple in range(number * number, limit + 1, number):
                is_prime[multiple] = False
    return is_prime


LIMIT = 1_000_000
flags = sieve(LIMIT)
print("primes up to", LIMIT, ":", sum(flags))
print("the last ten:", [n for n in range(LIMIT - 200, LIMIT + 1) if flags[n]][-10:])
