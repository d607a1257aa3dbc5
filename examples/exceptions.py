"""Errors are objects: raising, catching, cleaning up, and errors that explain each other."""


def to_number(text):
    try:
        number = int(text)
    except ValueError:
        return f"{text!r} is no number"
    except TypeError as error:
        return f"cannot read it: {error}"
    else:
        return number * 2
    finally:
        print("looked at", repr(text))


for text in ("21", "twenty", None):
    print("  ->", to_number(text))


class ConfigError(Exception):
    """An error of our own carries what its reader needs."""

    def __init__(self, key, problem):
        super().__init__(f"{key}: {problem}")
        self.key = key


def setting(config, key):
    try:
        return int(config[key])
    except KeyError:
        raise ConfigError(key, "is missing") from None
    except ValueError as error:
        raise ConfigError(key, "must be a number") from error


config = {"port": "8080", "depth": "deep"}
for key in ("port", "depth", "width"):
    try:
        print(key, setting(config, key))
    except ConfigError as error:
        print(error, "| caused by", repr(error.__cause__), "| about", error.key)

# Several errors at once.
try:
    raise ExceptionGroup("two things went wrong", [ValueError("first"), KeyError("second")])
except* ValueError as group:
    print("values:", group.exceptions)
except* KeyError as group:
    print("keys:", group.exceptions)
