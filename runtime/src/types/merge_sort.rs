//! The stable merge sort behind `list.sort`, for comparisons that may raise and need not be an order.
//!
//! What lives here: timsort with powersort's merge policy, on a permutation. What must not: keys and values.
//! Start at [`sort`].
//!
//! Tim Peters: "listsort.txt" in CPython's sources (runs, minimal run length, galloping); Munro and Wild,
//! "Nearly-Optimal Mergesorts" (ESA 2018) for which runs to merge when. Comparisons are made in the same order
//! as CPython makes them, since the outcome shows it where `<` is no total order or counts its calls.

/// Runs shorter than this (or half of it) are filled up by insertion.
const MAX_MINRUN: usize = 64;
/// Wins in a row after which a merge begins to gallop.
const MIN_GALLOP: usize = 7;

/// A sorted stretch waiting to be merged.
#[derive(Clone, Copy)]
struct Run {
    start: usize,
    length: usize,
    /// Depth in the ideal merge tree of the boundary between this run and the next.
    power: u32,
}

struct Sorter<'a, L> {
    items: &'a mut [u32],
    /// The smaller side of a merge.
    buffer: Vec<u32>,
    pending: Vec<Run>,
    min_gallop: usize,
    less: L,
}

/// Sorts `items` stably by `less(a, b)`, "a comes before b". On an error `items` is left as some permutation.
pub fn sort<E>(items: &mut [u32], less: impl FnMut(u32, u32) -> Result<bool, E>) -> Result<(), E> {
    if items.len() < 2 {
        return Ok(());
    }
    Sorter { items, buffer: Vec::new(), pending: Vec::new(), min_gallop: MIN_GALLOP, less }.sort()
}

/// A run length such that the number of runs is a power of two or a little less.
fn minimal_run(mut length: usize) -> usize {
    let mut shifted_out = 0;
    while length >= MAX_MINRUN {
        shifted_out |= length & 1;
        length >>= 1;
    }
    length + shifted_out
}

/// The first bit in which the midpoints of two neighbouring runs, as fractions of the whole, differ.
fn boundary_power(start: usize, first: usize, second: usize, total: usize) -> u32 {
    let mut a = 2 * start + first;
    let mut b = a + first + second;
    let mut power = 0;
    loop {
        power += 1;
        if a >= total {
            a -= total;
            b -= total;
        } else if b >= total {
            return power;
        }
        a <<= 1;
        b <<= 1;
    }
}

/// Where `key` belongs in sorted `items`, before (`left`) or behind its equals. Searches outwards from `hint` in
/// growing steps, then by halves.
fn gallop<E>(items: &[u32], hint: usize, mut goes_right: impl FnMut(u32) -> Result<bool, E>) -> Result<usize, E> {
    let (mut low, mut high);
    let mut last = 0;
    let mut offset = 1;
    if goes_right(items[hint])? {
        let most = items.len() - hint;
        while offset < most && goes_right(items[hint + offset])? {
            last = offset;
            offset = (offset << 1) + 1;
        }
        low = hint + last + 1;
        high = hint + offset.min(most);
    } else {
        let most = hint + 1;
        while offset < most && !goes_right(items[hint - offset])? {
            last = offset;
            offset = (offset << 1) + 1;
        }
        low = (hint + 1) - offset.min(most);
        high = hint - last;
    }
    while low < high {
        let middle = low + ((high - low) >> 1);
        if goes_right(items[middle])? {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(high)
}

/// Why a merge loop ended.
enum Ended {
    /// One side is used up (or an error came): what is left of the buffer goes into the hole.
    Done,
    /// The buffer has one item, which belongs at the far end.
    LastOne,
}

impl<E, L: FnMut(u32, u32) -> Result<bool, E>> Sorter<'_, L> {
    fn sort(&mut self) -> Result<(), E> {
        let total = self.items.len();
        let minimal = minimal_run(total);
        let mut start = 0;
        while start < total {
            let mut length = self.count_run(start, total)?;
            if length < minimal {
                let forced = minimal.min(total - start);
                self.insert(start, length, forced)?;
                length = forced;
            }
            self.push_run(start, length)?;
            start += length;
        }
        while self.pending.len() > 1 {
            let mut index = self.pending.len() - 2;
            if index > 0 && self.pending[index - 1].length < self.pending[index + 1].length {
                index -= 1;
            }
            self.merge_at(index)?;
        }
        Ok(())
    }

    /// The item at `index` comes before the one in front of it.
    fn falls(&mut self, index: usize) -> Result<bool, E> {
        (self.less)(self.items[index], self.items[index - 1])
    }

    /// Length of the run that begins at `start`; a descending one is reversed. Equal items inside a descending
    /// run keep their order.
    fn count_run(&mut self, start: usize, end: usize) -> Result<usize, E> {
        let mut next = start + 1;
        while next < end && !self.falls(next)? {
            next += 1;
        }
        if next == end {
            return Ok(next - start);
        }
        if next - start > 1 {
            if (self.less)(self.items[start], self.items[next - 1])? {
                return Ok(next - start);
            }
            // So far all were equal: they may begin a descending run.
            self.items[start..next].reverse();
        }
        next += 1;
        let mut equal = 0;
        while next < end {
            if self.falls(next)? {
                self.reverse_equal(next, &mut equal);
            } else if (self.less)(self.items[next - 1], self.items[next])? {
                break;
            } else {
                equal += 1;
            }
            next += 1;
        }
        self.reverse_equal(next, &mut equal);
        self.items[start..next].reverse();
        while next < end && !self.falls(next)? {
            next += 1;
        }
        Ok(next - start)
    }

    /// The last `equal + 1` items before `end` are equal: reversed now, they will come out in order.
    fn reverse_equal(&mut self, end: usize, equal: &mut usize) {
        if *equal > 0 {
            self.items[end - *equal - 1..end].reverse();
            *equal = 0;
        }
    }

    /// Sorts `length` items from `start`, of which the first `sorted` are sorted, by binary insertion.
    fn insert(&mut self, start: usize, sorted: usize, length: usize) -> Result<(), E> {
        for next in sorted.max(1)..length {
            let pivot = self.items[start + next];
            let (mut low, mut high) = (0, next);
            while low < high {
                let middle = (low + high) >> 1;
                if (self.less)(pivot, self.items[start + middle])? {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            self.items[start + low..=start + next].rotate_right(1);
        }
        Ok(())
    }

    fn push_run(&mut self, start: usize, length: usize) -> Result<(), E> {
        if let Some(&last) = self.pending.last() {
            let power = boundary_power(last.start, last.length, length, self.items.len());
            while self.pending.len() > 1 && self.pending[self.pending.len() - 2].power > power {
                self.merge_at(self.pending.len() - 2)?;
            }
            if let Some(last) = self.pending.last_mut() {
                last.power = power;
            }
        }
        self.pending.push(Run { start, length, power: 0 });
        Ok(())
    }

    /// Merges pending runs `index` and `index + 1`.
    fn merge_at(&mut self, index: usize) -> Result<(), E> {
        let (a, b) = (self.pending[index], self.pending[index + 1]);
        self.pending[index].length = a.length + b.length;
        self.pending.remove(index + 1);
        // What stands in place already at both ends is left alone.
        let key = self.items[b.start];
        let less = &mut self.less;
        let skip = gallop(&self.items[a.start..a.start + a.length], 0, |item| less(key, item).map(|b| !b))?;
        let (start, count_a) = (a.start + skip, a.length - skip);
        if count_a == 0 {
            return Ok(());
        }
        let key = self.items[b.start - 1];
        let less = &mut self.less;
        let count_b = gallop(&self.items[b.start..b.start + b.length], b.length - 1, |item| less(item, key))?;
        if count_b == 0 {
            return Ok(());
        }
        if count_a <= count_b {
            self.merge_low(start, count_a, count_b)
        } else {
            self.merge_high(start, count_a, count_b)
        }
    }

    /// Merges two neighbouring runs, the first being the shorter, from the front.
    fn merge_low(&mut self, start: usize, count_a: usize, count_b: usize) -> Result<(), E> {
        self.buffer.clear();
        self.buffer.extend_from_slice(&self.items[start..start + count_a]);
        let mut state = Merge { target: start, a: 0, left_a: count_a, b: start + count_a, left_b: count_b };
        let result = self.merge_low_loop(&mut state);
        let Merge { target, a, left_a, b, left_b } = state;
        match result {
            Ok(Ended::LastOne) => {
                self.items.copy_within(b..b + left_b, target);
                self.items[target + left_b] = self.buffer[a];
            }
            Ok(Ended::Done) | Err(_) => {
                self.items[target..target + left_a].copy_from_slice(&self.buffer[a..a + left_a])
            }
        }
        result.map(drop)
    }

    fn merge_low_loop(&mut self, s: &mut Merge) -> Result<Ended, E> {
        self.take_b(s);
        if s.left_b == 0 {
            return Ok(Ended::Done);
        }
        if s.left_a == 1 {
            return Ok(Ended::LastOne);
        }
        let mut min_gallop = self.min_gallop;
        loop {
            let (mut wins_a, mut wins_b) = (0, 0);
            loop {
                if (self.less)(self.items[s.b], self.buffer[s.a])? {
                    self.take_b(s);
                    wins_b += 1;
                    wins_a = 0;
                    if s.left_b == 0 {
                        return Ok(Ended::Done);
                    }
                    if wins_b >= min_gallop {
                        break;
                    }
                } else {
                    self.take_a(s);
                    wins_a += 1;
                    wins_b = 0;
                    if s.left_a == 1 {
                        return Ok(Ended::LastOne);
                    }
                    if wins_a >= min_gallop {
                        break;
                    }
                }
            }
            min_gallop += 1;
            loop {
                min_gallop -= usize::from(min_gallop > 1);
                self.min_gallop = min_gallop;
                let key = self.items[s.b];
                let less = &mut self.less;
                wins_a = gallop(&self.buffer[s.a..s.a + s.left_a], 0, |item| less(key, item).map(|b| !b))?;
                if wins_a > 0 {
                    self.items[s.target..s.target + wins_a].copy_from_slice(&self.buffer[s.a..s.a + wins_a]);
                    s.target += wins_a;
                    s.a += wins_a;
                    s.left_a -= wins_a;
                    if s.left_a == 1 {
                        return Ok(Ended::LastOne);
                    }
                    // Only an inconsistent comparison leaves none.
                    if s.left_a == 0 {
                        return Ok(Ended::Done);
                    }
                }
                self.take_b(s);
                if s.left_b == 0 {
                    return Ok(Ended::Done);
                }
                let key = self.buffer[s.a];
                let less = &mut self.less;
                wins_b = gallop(&self.items[s.b..s.b + s.left_b], 0, |item| less(item, key))?;
                if wins_b > 0 {
                    self.items.copy_within(s.b..s.b + wins_b, s.target);
                    s.target += wins_b;
                    s.b += wins_b;
                    s.left_b -= wins_b;
                    if s.left_b == 0 {
                        return Ok(Ended::Done);
                    }
                }
                self.take_a(s);
                if s.left_a == 1 {
                    return Ok(Ended::LastOne);
                }
                if wins_a < MIN_GALLOP && wins_b < MIN_GALLOP {
                    break;
                }
            }
            // Leaving galloping mode is made a little dearer.
            min_gallop += 1;
            self.min_gallop = min_gallop;
        }
    }

    fn take_a(&mut self, s: &mut Merge) {
        self.items[s.target] = self.buffer[s.a];
        s.target += 1;
        s.a += 1;
        s.left_a -= 1;
    }

    fn take_b(&mut self, s: &mut Merge) {
        self.items[s.target] = self.items[s.b];
        s.target += 1;
        s.b += 1;
        s.left_b -= 1;
    }

    /// Merges two neighbouring runs, the second being the shorter, from the back. What is left of `a` are the
    /// items `start..start + left_a`, of `b` the first `left_b` of the buffer; the hole ends at their sum.
    fn merge_high(&mut self, start: usize, count_a: usize, count_b: usize) -> Result<(), E> {
        self.buffer.clear();
        self.buffer.extend_from_slice(&self.items[start + count_a..start + count_a + count_b]);
        let (mut left_a, mut left_b) = (count_a, count_b);
        let result = self.merge_high_loop(start, &mut left_a, &mut left_b);
        match result {
            Ok(Ended::LastOne) => {
                self.items.copy_within(start..start + left_a, start + 1);
                self.items[start] = self.buffer[0];
            }
            Ok(Ended::Done) | Err(_) => {
                self.items[start + left_a..start + left_a + left_b].copy_from_slice(&self.buffer[..left_b]);
            }
        }
        result.map(drop)
    }

    fn merge_high_loop(&mut self, start: usize, left_a: &mut usize, left_b: &mut usize) -> Result<Ended, E> {
        self.put_a(start, left_a, *left_b);
        if *left_a == 0 {
            return Ok(Ended::Done);
        }
        if *left_b == 1 {
            return Ok(Ended::LastOne);
        }
        let mut min_gallop = self.min_gallop;
        loop {
            let (mut wins_a, mut wins_b) = (0, 0);
            loop {
                if (self.less)(self.buffer[*left_b - 1], self.items[start + *left_a - 1])? {
                    self.put_a(start, left_a, *left_b);
                    wins_a += 1;
                    wins_b = 0;
                    if *left_a == 0 {
                        return Ok(Ended::Done);
                    }
                    if wins_a >= min_gallop {
                        break;
                    }
                } else {
                    self.put_b(start, *left_a, left_b);
                    wins_b += 1;
                    wins_a = 0;
                    if *left_b == 1 {
                        return Ok(Ended::LastOne);
                    }
                    if wins_b >= min_gallop {
                        break;
                    }
                }
            }
            min_gallop += 1;
            loop {
                min_gallop -= usize::from(min_gallop > 1);
                self.min_gallop = min_gallop;
                let key = self.buffer[*left_b - 1];
                let less = &mut self.less;
                let keep =
                    gallop(&self.items[start..start + *left_a], *left_a - 1, |item| less(key, item).map(|b| !b))?;
                wins_a = *left_a - keep;
                if wins_a > 0 {
                    let from = start + keep;
                    self.items.copy_within(from..from + wins_a, from + *left_b);
                    *left_a = keep;
                    if keep == 0 {
                        return Ok(Ended::Done);
                    }
                }
                self.put_b(start, *left_a, left_b);
                if *left_b == 1 {
                    return Ok(Ended::LastOne);
                }
                let key = self.items[start + *left_a - 1];
                let less = &mut self.less;
                let keep = gallop(&self.buffer[..*left_b], *left_b - 1, |item| less(item, key))?;
                wins_b = *left_b - keep;
                if wins_b > 0 {
                    let to = start + *left_a + keep;
                    self.items[to..to + wins_b].copy_from_slice(&self.buffer[keep..*left_b]);
                    *left_b = keep;
                    if keep == 1 {
                        return Ok(Ended::LastOne);
                    }
                    // Only an inconsistent comparison leaves none.
                    if keep == 0 {
                        return Ok(Ended::Done);
                    }
                }
                self.put_a(start, left_a, *left_b);
                if *left_a == 0 {
                    return Ok(Ended::Done);
                }
                if wins_a < MIN_GALLOP && wins_b < MIN_GALLOP {
                    break;
                }
            }
            min_gallop += 1;
            self.min_gallop = min_gallop;
        }
    }

    fn put_a(&mut self, start: usize, left_a: &mut usize, left_b: usize) {
        *left_a -= 1;
        self.items[start + *left_a + left_b] = self.items[start + *left_a];
    }

    fn put_b(&mut self, start: usize, left_a: usize, left_b: &mut usize) {
        *left_b -= 1;
        self.items[start + left_a + *left_b] = self.buffer[*left_b];
    }
}

/// Positions in a merge from the front: `a` in the buffer, `b` and the target among the items.
struct Merge {
    target: usize,
    a: usize,
    left_a: usize,
    b: usize,
    left_b: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Random(u64);

    impl Random {
        fn below(&mut self, limit: u64) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0 % limit
        }
    }

    fn is_permutation(order: &[u32]) -> bool {
        let mut seen = vec![false; order.len()];
        order.iter().all(|&i| !std::mem::replace(&mut seen[i as usize], true))
    }

    #[test]
    fn sorts_stably_whatever_the_shape_of_the_input() {
        let mut random = Random(88172645463325252);
        for round in 0..400 {
            let length = random.below(500) as usize;
            let spread = 1 + random.below(if round % 2 == 0 { 10 } else { 1000 });
            let mut keys: Vec<u64> = (0..length).map(|_| random.below(spread)).collect();
            match round % 5 {
                1 => keys.sort_unstable(),
                2 => keys.sort_unstable_by(|a, b| b.cmp(a)),
                3 => keys[length / 2..].sort_unstable(),
                4 => keys[..length / 3].sort_unstable_by(|a, b| b.cmp(a)),
                _ => {}
            }
            let mut order: Vec<u32> = (0..length as u32).collect();
            let mut expected = order.clone();
            expected.sort_by_key(|&i| keys[i as usize]);
            assert!(sort::<()>(&mut order, |a, b| Ok(keys[a as usize] < keys[b as usize])).is_ok());
            assert_eq!(order, expected);
        }
    }

    #[test]
    fn an_error_leaves_a_permutation() {
        let mut random = Random(362436069);
        for _ in 0..300 {
            let length = 1 + random.below(400) as usize;
            let keys: Vec<u64> = (0..length).map(|_| random.below(50)).collect();
            let mut order: Vec<u32> = (0..length as u32).collect();
            let mut budget = random.below(2000);
            let result: Result<(), ()> = sort(&mut order, |a, b| {
                budget = budget.checked_sub(1).ok_or(())?;
                Ok(keys[a as usize] < keys[b as usize])
            });
            assert!(is_permutation(&order));
            assert!(result.is_err() || order.is_sorted_by_key(|&i| keys[i as usize]));
        }
    }

    #[test]
    fn an_inconsistent_comparison_leaves_a_permutation() {
        let mut random = Random(521288629);
        for _ in 0..200 {
            let length = random.below(600) as usize;
            let mut order: Vec<u32> = (0..length as u32).collect();
            assert!(sort::<()>(&mut order, |_, _| Ok(random.below(2) == 0)).is_ok());
            assert!(is_permutation(&order));
        }
    }

    /// The keys of one line of the table: made by the same generator that made it.
    fn keys_of_line(seed: u64, kind: u64) -> (usize, u64, Vec<u64>) {
        const LENGTHS: [usize; 18] = [0, 1, 2, 3, 5, 10, 31, 63, 64, 65, 100, 127, 128, 200, 333, 500, 1000, 2000];
        const SPREADS: [u64; 5] = [1, 2, 5, 50, 100_000];
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 33
        };
        let length = LENGTHS[next() as usize % LENGTHS.len()];
        let spread = SPREADS[next() as usize % SPREADS.len()];
        let mut keys: Vec<u64> = (0..length).map(|_| next() % spread).collect();
        match kind {
            1 => keys.sort_unstable(),
            2 => keys.sort_unstable_by(|a, b| b.cmp(a)),
            3 => keys[length / 3..].sort_unstable(),
            4 => keys[..length / 2].sort_unstable_by(|a, b| b.cmp(a)),
            5 => {
                keys[..length / 4].sort_unstable();
                keys[length / 4..length / 2].sort_unstable();
            }
            _ => {}
        }
        (length, spread, keys)
    }

    /// `sort_comparisons.txt` was printed by CPython 3.14: for each list how many comparisons `list.sort` made,
    /// and a checksum of which items were compared in which order.
    #[test]
    fn compares_in_the_order_of_cpython() {
        for line in include_str!("../../tests/data/sort_comparisons.txt").lines() {
            let numbers: Vec<u64> = line.split(' ').filter_map(|word| word.parse().ok()).collect();
            let [seed, length, spread, kind, count, checksum] = numbers[..] else { panic!("{line}") };
            let (made_length, made_spread, keys) = keys_of_line(seed, kind);
            assert_eq!((made_length as u64, made_spread), (length, spread));
            let (mut calls, mut hash) = (0u64, 0u64);
            let mut order: Vec<u32> = (0..keys.len() as u32).collect();
            let result = sort::<()>(&mut order, |a, b| {
                calls += 1;
                hash = hash.wrapping_mul(31).wrapping_add(u64::from(a) * 1_000_003).wrapping_add(u64::from(b));
                Ok(keys[a as usize] < keys[b as usize])
            });
            assert!(result.is_ok());
            assert_eq!((calls, hash), (count, checksum), "{line}");
        }
    }
}
