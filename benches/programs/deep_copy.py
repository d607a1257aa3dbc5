"""Graphs of lists, dicts, tuples and objects copied with their sharing kept, by a memo of ids. Size: copies."""
SIZE = 1500


class Node:
    def __init__(self, name):
        self.name = name
        self.links = []
        self.data = {"tags": ("a", "b"), "weight": 1.5}


def copy_list(value, memo):
    out = []
    memo[id(value)] = out
    for item in value:
        out.append(copy(item, memo))
    return out


def copy_dict(value, memo):
    out = {}
    memo[id(value)] = out
    for key, item in value.items():
        out[copy(key, memo)] = copy(item, memo)
    return out


def copy_tuple(value, memo):
    items = [copy(item, memo) for item in value]
    for old, new in zip(value, items):
        if old is not new:
            return tuple(items)
    return value


def copy_object(value, memo):
    out = type(value).__new__(type(value))
    memo[id(value)] = out
    for name, item in vars(value).items():
        setattr(out, name, copy(item, memo))
    return out


COPIERS = {list: copy_list, dict: copy_dict, tuple: copy_tuple}
ATOMS = {int, float, str, bool, type(None)}


def copy(value, memo):
    kind = type(value)
    if kind in ATOMS:
        return value
    found = memo.get(id(value))
    if found is not None:
        return found
    copier = COPIERS.get(kind)
    return copier(value, memo) if copier is not None else copy_object(value, memo)


def graph():
    nodes = [Node("n%d" % i) for i in range(12)]
    for i, node in enumerate(nodes):
        node.links = [nodes[(i * k + 1) % 12] for k in range(1, 4)]
    return {"nodes": nodes, "first": nodes[0], "table": [[i, (i, [i])] for i in range(10)]}


def bench(n):
    original = graph()
    count = 0
    for _ in range(n):
        found = copy(original, {})
        if found["first"] is found["nodes"][0] and found["nodes"][3].links[0] in found["nodes"]:
            count += len(found["table"])
        found["table"][0][1][1].append("changed")
    return "%d %d" % (count, len(original["table"][0][1][1]))


if __name__ == "__main__":
    print(bench(SIZE))
