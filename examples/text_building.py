"""Three ways to build text: f-strings, `+` in a loop, and join. Which is quick, and which is clear?"""
from time import perf_counter

name, price, count = "coffee", 2.5, 3

# The same line, with +, with format and as an f-string.
print(name + ": " + str(count) + " x " + str(price) + " = " + str(count * price))
print("{}: {} x {} = {}".format(name, count, price, count * price))
print(f"{name}: {count} x {price} = {count * price}")

# An f-string can align, round, and show a name with its value.
print(f"|{name:>10}|{name:<10}|{name:^10}|{price:08.3f}|{count:+d}|{1_000_000:,}|{255:#x}|{0.256:.1%}|")
print(f"{price=} {count * price=:.2f} {name!r}")


def by_adding(n):
    text = ""
    for i in range(n):
        text = text + "line " + str(i) + "\n"
    return text


def by_formatting(n):
    text = ""
    for i in range(n):
        text += f"line {i}\n"
    return text


def by_joining(n):
    return "".join(f"line {i}\n" for i in range(n))


def timed(function, n):
    started = perf_counter()
    text = function(n)
    return text, perf_counter() - started


texts = set()
for function in (by_adding, by_formatting, by_joining):
    text, seconds = timed(function, 20_000)
    texts.add(text)
    print(f"{function.__name__:<14} made {len(text)} characters", "in time" if seconds < 60 else "slowly")
print("all the same:", len(texts) == 1)
