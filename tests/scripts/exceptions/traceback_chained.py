# Chained tracebacks: cause, context, notes.
# exit: 1
def parse(text):
    return int(text)


def load(texts):
    out = []
    for t in texts:
        try:
            out.append(parse(t))
        except ValueError as e:
            e.add_note(f"while reading {t!r}")
            raise RuntimeError("load failed") from e
    return out


def run():
    try:
        load(["1", "x2"])
    except RuntimeError:
        undefined_cleanup()


run()
