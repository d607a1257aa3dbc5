# Carets under parts of expressions that span lines; long lines; nested operators.
# exit: 1
def get(d):
    return d


def compute(a, b):
    return (a
            + b
            + get(
                {"x": 1}
            )["y"])


compute(
    1,
    2,
)
