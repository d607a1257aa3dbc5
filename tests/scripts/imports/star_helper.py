# helper: imported by the scripts here
public = "public"
_under = "under"
counter = 0


class Klass:
    def m(self):
        return "m"


def len(x):
    return "shadowed len"


max = "shadowed max"
