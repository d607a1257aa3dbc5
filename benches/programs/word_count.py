"""Words counted, grouped and ranked: string methods, dicts, sorting with keys. Size: words."""
SIZE = 300000


def words(count):
    """Made-up words with a skewed distribution."""
    parts = ["ka", "lo", "mi", "ne", "tu", "ra", "so", "vi"]
    state = 99
    for _ in range(count):
        state = (state * 69069 + 1) & 0xFFFFFFFF
        a, b, c = state >> 29, state >> 20 & 7, state >> 11 & 7
        word = parts[a] + parts[b & a] if state & 1 << 15 else parts[a & b & c] + parts[b] + parts[c]
        yield word.capitalize() if state & 1 << 10 else word


def bench(n):
    text = " ".join(words(n)) + "."
    counts = {}
    for word in text.split():
        word = word.strip(".,").lower()
        if word in counts:
            counts[word] += 1
        else:
            counts[word] = 1
    by_start = {}
    for word in counts:
        by_start.setdefault(word[:2], []).append(word)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    longest = max(by_start.values(), key=len)
    letters = {}
    for word, count in counts.items():
        for letter in word:
            letters[letter] = letters.get(letter, 0) + count
    lines = ["%-8s %5d" % item for item in ranked[:3]]
    return "%d %s %d %s" % (len(counts), "|".join(lines), len(longest), "".join(sorted(letters, key=letters.get)))


if __name__ == "__main__":
    print(bench(SIZE))
