# The traceback text of an uncaught exception in a module, with carets and nested calls.
# exit: 1
def compute(data):
    return sum(item["value"] / item["count"] for item in data)


class Report:
    def __init__(self, data):
        self.data = data

    def total(self):
        return compute(self.data) + self.bonus()

    def bonus(self):
        return 1


def main():
    print("starting")
    report = Report([{"value": 1, "count": 2}, {"value": 5, "count": 0}])
    print("total", report.total())


main()
