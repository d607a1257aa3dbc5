from . import NAME


def sees():
    from .sub import leaf
    return NAME, leaf.__name__
