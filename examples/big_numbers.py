"""Ints have no size limit: exact powers, factorials, fractions of pi."""


def factorial(n):
    result = 1
    for factor in range(2, n + 1):
        result *= factor
    return result


def pi_digits(count):
    """Machin's formula in whole numbers: pi = 16 arctan(1/5) - 4 arctan(1/239)."""
    unit = 10 ** (count + 10)

    def arctan(inverse):
        term = total = unit // inverse
        divisor, sign = 3, -1
        while term:
            term //= inverse * inverse
            total += sign * (term // divisor)
            divisor, sign = divisor + 2, -sign
        return total

    return (16 * arctan(5) - 4 * arctan(239)) // 10 ** 10


print("2**200     =", 2 ** 200)
print("50!        =", factorial(50))
print("digits of 1000! :", len(str(factorial(1000))))
text = str(pi_digits(100))
print("pi         =", text[0] + "." + text[1:])
print("exact, where machine words would wrap:", 2 ** 62 + 2 ** 62, (2 ** 64 - 1) * (2 ** 64 - 1))
print("last digits of 3**1000000007:", pow(3, 1_000_000_007, 10 ** 6))
