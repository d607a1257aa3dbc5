"""Random games of go with liberties counted by flood fill: object graph, sets, a search tree. Size: games."""
SIZE = 60

SIDE = 7
EMPTY, BLACK, WHITE = 0, 1, 2


class Point:
    def __init__(self, index):
        self.index = index
        self.colour = EMPTY
        self.neighbours = ()


class Board:
    def __init__(self):
        self.points = [Point(index) for index in range(SIDE * SIDE)]
        for point in self.points:
            x, y = point.index % SIDE, point.index // SIDE
            around = [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)]
            point.neighbours = [self.points[b * SIDE + a] for a, b in around if 0 <= a < SIDE and 0 <= b < SIDE]
        self.captured = [0, 0, 0]

    def group(self, point):
        """The stones joined to the one at `point`, and whether they have a liberty."""
        stones = {point}
        todo = [point]
        free = False
        while todo:
            for other in todo.pop().neighbours:
                if other.colour == EMPTY:
                    free = True
                elif other.colour == point.colour and other not in stones:
                    stones.add(other)
                    todo.append(other)
        return stones, free

    def is_eye(self, point, colour):
        return all(other.colour == colour for other in point.neighbours)

    def play(self, point, colour):
        """Plays and returns True, or leaves the board and returns False where that is suicide."""
        point.colour = colour
        taken = []
        for other in point.neighbours:
            if other.colour == 3 - colour:
                stones, free = self.group(other)
                if not free:
                    taken.extend(stones)
        if not taken and not self.group(point)[1]:
            point.colour = EMPTY
            return False
        for stone in taken:
            if stone.colour != EMPTY:
                stone.colour = EMPTY
                self.captured[colour] += 1
        return True

    def score(self):
        return sum((0, 1, -1)[point.colour] for point in self.points) + self.captured[BLACK] - self.captured[WHITE]


class Random:
    def __init__(self, seed):
        self.state = seed

    def below(self, bound):
        self.state = (self.state * 1103515245 + 12345) & 0x7FFFFFFF
        return (self.state >> 8) % bound


def game(random):
    board = Board()
    colour = BLACK
    passes = moves = 0
    while passes < 2 and moves < 3 * SIDE * SIDE:
        choices = [point for point in board.points if point.colour == EMPTY and not board.is_eye(point, colour)]
        moves += 1
        for _ in range(len(choices)):
            at = random.below(len(choices))
            if board.play(choices[at], colour):
                passes = 0
                break
            choices[at] = choices[-1]
            choices.pop()
        else:
            passes += 1
        colour = 3 - colour
    return board.score(), moves


def bench(n):
    random = Random(2024)
    total = moves = 0
    for _ in range(n):
        score, length = game(random)
        total += score
        moves += length
    return "%d %d" % (total, moves)


if __name__ == "__main__":
    print(bench(SIZE))
