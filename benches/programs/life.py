"""Game of Life on a torus: as a set of cells and as a list of lists. Size: generations."""
SIZE = 200

WIDTH, HEIGHT = 64, 32


def start():
    return {(x, y) for y in range(HEIGHT) for x in range(WIDTH) if (x * x + 3 * y * y + x * y) % 7 < 3}


def next_set(cells):
    neighbours = {}
    for x, y in cells:
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                if dx or dy:
                    place = (x + dx) % WIDTH, (y + dy) % HEIGHT
                    neighbours[place] = neighbours.get(place, 0) + 1
    return {place for place, count in neighbours.items() if count == 3 or count == 2 and place in cells}


def next_grid(grid):
    out = []
    for y in range(HEIGHT):
        above, line, below = grid[y - 1], grid[y], grid[(y + 1) % HEIGHT]
        new = []
        for x in range(WIDTH):
            left, right = x - 1, (x + 1) % WIDTH
            count = (above[left] + above[x] + above[right] + line[left] + line[right]
                     + below[left] + below[x] + below[right])
            new.append(1 if count == 3 or (count == 2 and line[x]) else 0)
        out.append(new)
    return out


def bench(n):
    cells = start()
    grid = [[int((x, y) in cells) for x in range(WIDTH)] for y in range(HEIGHT)]
    for _ in range(n):
        cells = next_set(cells)
        grid = next_grid(grid)
    same = cells == {(x, y) for y in range(HEIGHT) for x in range(WIDTH) if grid[y][x]}
    return "%d %d %s" % (len(cells), sum(x * 7 + y * 13 for x, y in cells), same)


if __name__ == "__main__":
    print(bench(SIZE))
