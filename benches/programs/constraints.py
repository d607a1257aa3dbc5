"""A one-way constraint solver: chains of objects of several classes, planned and executed again and again. Size: chain."""
SIZE = 8000

REQUIRED, STRONG, NORMAL, WEAK = range(4)


class Variable:
    def __init__(self, name, value):
        self.name = name
        self.value = value
        self.uses = []
        self.decided_by = None
        self.strength = WEAK
        self.mark = 0


class Constraint:
    def __init__(self, strength):
        self.strength = strength
        self.output = None
        self.planned = 0

    def inputs(self):
        return [variable for variable in self.variables() if variable is not self.output]

    def ready(self, mark):
        for variable in self.inputs():
            if variable.mark != mark and variable.decided_by is not None:
                return False
        return True


class Stay(Constraint):
    def __init__(self, variable, strength):
        super().__init__(strength)
        self.variable = variable

    def variables(self):
        return [self.variable]

    def choose(self, mark):
        if self.variable.mark != mark and self.strength < self.variable.strength:
            self.output = self.variable
        else:
            self.output = None

    def execute(self):
        pass


class Edit(Stay):
    pass


class Equal(Constraint):
    def __init__(self, a, b, strength):
        super().__init__(strength)
        self.a = a
        self.b = b

    def variables(self):
        return [self.a, self.b]

    def choose(self, mark):
        if self.a.mark == mark:
            self.output = self.b if self.b.mark != mark else None
        elif self.b.mark == mark:
            self.output = self.a
        else:
            self.output = self.b if self.a.strength <= self.b.strength else self.a

    def execute(self):
        source = self.a if self.output is self.b else self.b
        self.output.value = source.value


class Scale(Equal):
    def __init__(self, a, scale, offset, b, strength):
        super().__init__(a, b, strength)
        self.scale = scale
        self.offset = offset

    def variables(self):
        return [self.a, self.b, self.scale, self.offset]

    def execute(self):
        if self.output is self.b:
            self.b.value = self.a.value * self.scale.value + self.offset.value
        else:
            self.a.value = (self.b.value - self.offset.value) // self.scale.value


class Solver:
    def __init__(self):
        self.mark = 0

    def add(self, constraint):
        for variable in constraint.variables():
            variable.uses.append(constraint)

    def plan(self, edits):
        """The constraints to execute when the variables of `edits` change, in an order that respects their inputs."""
        self.mark += 1
        mark = self.mark
        steps = []
        queue = []
        for edit in edits:
            edit.variable.mark = mark
            queue.append(edit.variable)
        while queue:
            variable = queue.pop()
            for constraint in variable.uses:
                if constraint.planned == mark:
                    continue
                constraint.choose(mark)
                output = constraint.output
                if output is not None and output.mark != mark and constraint.ready(mark):
                    constraint.planned = output.mark = mark
                    output.strength = constraint.strength
                    steps.append(constraint)
                    queue.append(output)
        return steps


def chain(solver, n):
    variables = [Variable("v%d" % i, 0) for i in range(n + 1)]
    for a, b in zip(variables, variables[1:]):
        solver.add(Equal(a, b, REQUIRED))
    solver.add(Stay(variables[-1], STRONG))
    edit = Edit(variables[0], NORMAL)
    plan = solver.plan([edit])
    total = 0
    for value in range(20):
        variables[0].value = value
        for step in plan:
            step.execute()
        total += variables[-1].value
    return total, len(plan)


def projection(solver, n):
    scale, offset = Variable("scale", 10), Variable("offset", 1000)
    pairs = []
    for i in range(n):
        source, target = Variable("s%d" % i, i), Variable("t%d" % i, i)
        solver.add(Stay(source, NORMAL))
        solver.add(Scale(source, scale, offset, target, REQUIRED))
        pairs.append((source, target))
    total = 0
    for number, (source, target) in enumerate(pairs):
        plan = solver.plan([Edit(source, STRONG)])
        source.value = number * 2
        for step in plan:
            step.execute()
        total += target.value
    return total


def bench(n):
    solver = Solver()
    return "%s %d" % (chain(solver, n), projection(solver, n))


if __name__ == "__main__":
    print(bench(SIZE))
