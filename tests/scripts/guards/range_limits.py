# Ranges that cross the ends of small ints, and the variables that loops over them leave behind.
def total(r):
    t = 0
    for i in r:
        t += i & 15
    return t, i


def walk(ranges, n):
    out = []
    for k in range(n):
        out.append(total(ranges[k % len(ranges)]))
    return out


edge = 2**62
inside = [range(edge - 30, edge - 5), range(-edge, -edge + 20), range(edge - 1, edge - 20, -1)]
across = [range(edge - 9, edge + 11), range(-edge + 5, -edge - 12, -3), range(edge - 1, edge)]
far = [range(2**70, 2**70 + 5), range(-(2**66), -(2**66) + 40, 7)]
print(walk(inside, 90)[-3:])
print(walk(inside + across, 120)[-6:])
print(walk(inside + across + far, 160)[-8:])


def made_in_loop(n):
    out = []
    for k in range(n):
        last = None
        for i in range(edge - 3 + k % 2, edge + k % 3):
            last = i
        out.append((last, k))
    return out[-6:]


print(made_in_loop(200))


def exhausted(n):
    seen = []
    for k in range(n):
        for i in range(k % 4):
            pass
        else:
            try:
                seen.append(i)
            except UnboundLocalError as error:
                seen.append(str(error))
        if k % 7 == 6:
            del i
    return seen


print(exhausted(60))
