from .. import NAME as parent_name
from ..sibling import sees
from . import __doc__ as package_doc


def up():
    return parent_name, package_doc


def here():
    return __name__, __package__
