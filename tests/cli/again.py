source = """
def count(n):
    found = 0
    for i in range(n):
        if i % 7 == 3:
            found += 1
    return found

def work(n):
    return sum(count(1000) for _ in range(n))

result = work(ROUNDS)
"""
code = compile(source, "again", "exec")
results = set()
for i in range(30):
    names = {"ROUNDS": 2000 if i < 1 else 500}
    exec(code, names)
    results.add(names["result"])
print(sorted(results))
