//! "Did you mean": the nearest of several names to a misspelt one.
//!
//! What lives here: the weighted edit distance and the choice, exactly as CPython's `Python/suggestions.c`
//! weighs them, because the outcome is part of error messages. What must not: where the candidates come from.
//! Start at [`closest`].

/// Cost of inserting, deleting or replacing a byte.
const MOVE: usize = 2;
/// Cost of replacing a letter by its other case.
const CASE: usize = 1;
/// More candidates than this are not looked at.
const MAX_CANDIDATES: usize = 750;
/// Names longer than this (less what they share at both ends) are not compared.
const MAX_LENGTH: usize = 40;

/// The candidate nearest to `name`, if any is near enough; the first of equals. `name` itself is not one.
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut best = None;
    let mut best_distance = usize::MAX;
    for (index, candidate) in candidates.into_iter().enumerate() {
        if index >= MAX_CANDIDATES - 1 {
            return None;
        }
        if candidate == name {
            continue;
        }
        // No more than a third of the involved bytes may need changing.
        let limit = ((name.len() + candidate.len() + 3) * MOVE / 6).min(best_distance - 1);
        if let Some(distance) = distance(name.as_bytes(), candidate.as_bytes(), limit) {
            (best, best_distance) = (Some(candidate), distance);
            if distance == 0 {
                break;
            }
        }
    }
    best
}

fn substitution_cost(a: u8, b: u8) -> usize {
    if a == b {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE
    } else {
        MOVE
    }
}

/// The edit distance (Wagner and Fischer, one row kept), `None` once it must exceed `limit`.
fn distance(a: &[u8], b: &[u8], limit: usize) -> Option<usize> {
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[prefix..], &b[prefix..]);
    let suffix = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - suffix], &b[..b.len() - suffix]);
    let within = |cost: usize| (cost <= limit).then_some(cost);
    if a.is_empty() || b.is_empty() {
        return within((a.len() + b.len()) * MOVE);
    }
    if a.len() > MAX_LENGTH || b.len() > MAX_LENGTH {
        return None;
    }
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    within((long.len() - short.len()) * MOVE)?;
    let mut row = [0; MAX_LENGTH];
    for (index, cost) in row[..short.len()].iter_mut().enumerate() {
        *cost = (index + 1) * MOVE;
    }
    let mut result = 0;
    for (line, &right) in long.iter().enumerate() {
        let mut diagonal = line * MOVE;
        result = diagonal;
        let mut least = usize::MAX;
        for (cost, &left) in row.iter_mut().zip(short) {
            let replace = diagonal + substitution_cost(left, right);
            diagonal = *cost;
            result = replace.min(result.min(diagonal) + MOVE);
            *cost = result;
            least = least.min(result);
        }
        within(least)?;
    }
    within(result)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn picks_the_nearest_name_within_a_third() {
        assert_eq!(closest("encodin", ["encoding", "errors"]), Some("encoding"));
        assert_eq!(closest("sep2", ["sep", "end", "file", "flush"]), Some("sep"));
        assert_eq!(closest("foo", ["file", "flush"]), None);
        assert_eq!(closest("Key", ["key", "keys"]), Some("key"));
        assert_eq!(closest("same", ["same"]), None);
        assert_eq!(closest("x", ["y"]), None);
    }
}
