# What a NameError suggests are variables of the frame that raised it, in hot code too.
import traceback


def add(n, counter):
    if n >= 2000:
        return countr + 1
    return n + counter


def loop(n, counter):
    total = 0
    for i in range(n):
        try:
            total += add(i, counter)
        except NameError:
            if i < 2003:
                traceback.print_exc(file=Output)
    return total


class Output:
    @staticmethod
    def write(text):
        if "NameError" in text:
            print(text, end="")


print(loop(2400, 1))


def always(value):
    result = value
    return resul


for i in range(300):
    try:
        always(i)
    except NameError as error:
        last = error
traceback.print_exception(last, file=Output)
