# Conversion of long texts, and the limit on it.
import sys
print(sys.get_int_max_str_digits())


def check(f):
    try:
        r = f()
        print(len(r) if isinstance(r, str) else r)
    except Exception as e:
        print(type(e).__name__ + ":", e)


check(lambda: str(10**4299))
check(lambda: str(10**4300))
check(lambda: int("1" * 4300) % 1000)
check(lambda: int("1" * 4301))
check(lambda: int("f" * 5000, 16) % 10**6)
check(lambda: hex(10**5000))
check(lambda: f"{10**5000}")
check(lambda: "%d" % 10**5000)
check(lambda: repr(-(10**4300)))
sys.set_int_max_str_digits(0)
check(lambda: str(10**5000))
check(lambda: int("7" * 6000) % 10**9)
sys.set_int_max_str_digits(640)
check(lambda: str(10**640))
check(lambda: sys.set_int_max_str_digits(100))
sys.set_int_max_str_digits(4300)
print(0xFF, 0o17, 0b1010, 1_000, 0x_ff, 0XAB, 1e3, 1_0.5e-1_0, .5, 5., 1E5, 3j, 0_0, 00)
