//! What is said about samples of time: medians, ratios with a confidence interval, break-even points.
//!
//! What must not live here: how samples are taken (`run.rs`) or printed (`report.rs`). All of it is a pure function of
//! its arguments; the bootstrap draws from a generator with a fixed seed. Start at [`ratio`].

/// The share of bootstrap ratios that an interval covers.
const CONFIDENCE: f64 = 0.95;
const RESAMPLES: usize = 2000;

/// The middle of `samples` (the mean of the two middle ones), NaN when there are none.
pub fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    median_of_sorted(&sorted)
}

fn median_of_sorted(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => sorted[middle],
        _ => (sorted[middle - 1] + sorted[middle]) / 2.0,
    }
}

/// The iterations of one process that count as its steady state: the later half.
pub fn later_half(samples: &[f64]) -> &[f64] {
    &samples[samples.len() / 2..]
}

/// How many times as quick one thing is as another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// `median(baseline) / median(candidate)`: above 1 where the candidate is quicker.
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

impl Ratio {
    /// Whether the interval leaves out 1.
    pub fn is_clear(&self) -> bool {
        self.low > 1.0 || self.high < 1.0
    }

    pub fn is_clearly_slower(&self) -> bool {
        self.high < 1.0
    }
}

/// Compares two sets of times; `None` when one has fewer than two, which say nothing about their spread.
///
/// The interval is the percentile bootstrap of the ratio of medians (B. Efron and R. Tibshirani, "An Introduction to
/// the Bootstrap", chapter 13). With two samples on a side there is too little to draw from, and the
/// interval is the widest that the samples allow.
pub fn ratio(baseline: &[f64], candidate: &[f64]) -> Option<Ratio> {
    if baseline.len() < 2 || candidate.len() < 2 {
        return None;
    }
    let value = median(baseline) / median(candidate);
    if baseline.len() < 3 || candidate.len() < 3 {
        let least = |samples: &[f64]| samples.iter().copied().fold(f64::INFINITY, f64::min);
        let most = |samples: &[f64]| samples.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        return Some(Ratio { value, low: least(baseline) / most(candidate), high: most(baseline) / least(candidate) });
    }
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut scratch = Vec::new();
    let mut draw = |samples: &[f64]| {
        scratch.clear();
        scratch.extend((0..samples.len()).map(|_| samples[random.below(samples.len())]));
        scratch.sort_by(f64::total_cmp);
        median_of_sorted(&scratch)
    };
    let mut ratios: Vec<f64> = (0..RESAMPLES).map(|_| draw(baseline) / draw(candidate)).collect();
    ratios.sort_by(f64::total_cmp);
    let edge = ((1.0 - CONFIDENCE) / 2.0 * RESAMPLES as f64) as usize;
    Some(Ratio { value, low: ratios[edge], high: ratios[RESAMPLES - 1 - edge] })
}

/// One series of runs in one process.
#[derive(Clone, Copy, Debug)]
pub struct Series<'a> {
    /// What the process takes before its first run.
    pub start_up: f64,
    pub runs: &'a [f64],
}

impl Series<'_> {
    /// What a run takes once all is warm.
    fn steady(&self) -> f64 {
        median(later_half(self.runs))
    }
}

/// After how many runs the total of `candidate`, start-up included, falls below the total of `baseline`.
///
/// Runs past those measured are taken to cost the steady state's median. `None` when that never happens, or when
/// one side has no runs.
pub fn break_even(baseline: Series, candidate: Series) -> Option<u64> {
    if baseline.runs.is_empty() || candidate.runs.is_empty() {
        return None;
    }
    let measured = baseline.runs.len().max(candidate.runs.len());
    let (steady_baseline, steady_candidate) = (baseline.steady(), candidate.steady());
    let mut lead = baseline.start_up - candidate.start_up;
    for run in 0..measured {
        lead +=
            baseline.runs.get(run).unwrap_or(&steady_baseline) - candidate.runs.get(run).unwrap_or(&steady_candidate);
        if lead > 0.0 {
            return Some(run as u64 + 1);
        }
    }
    let gain = steady_baseline - steady_candidate;
    if gain <= 0.0 {
        return None;
    }
    Some(measured as u64 + (-lead / gain).floor() as u64 + 1)
}

/// SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is not 0. The bias of the multiplication is below 2^-32 for our sizes.
    fn below(&mut self, bound: usize) -> usize {
        (((self.next() >> 32) * bound as u64) >> 32) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert!(median(&[]).is_nan());
        assert_eq!(median(&[5.0]), 5.0);
        assert_eq!(median(&[9.0, 1.0, 5.0]), 5.0);
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), 2.5);
    }

    #[test]
    fn later_half_takes_the_middle_one_too() {
        assert_eq!(later_half(&[1.0, 2.0, 3.0]), [2.0, 3.0]);
        assert_eq!(later_half(&[1.0, 2.0, 3.0, 4.0]), [3.0, 4.0]);
        assert_eq!(later_half(&[1.0]), [1.0]);
        assert_eq!(later_half(&[]), [0.0; 0]);
    }

    /// Times around `centre` that spread by `spread` to either side.
    fn around(centre: f64, spread: f64, count: usize) -> Vec<f64> {
        (0..count).map(|i| centre + spread * ((i * 7 % 11) as f64 / 5.0 - 1.0)).collect()
    }

    #[test]
    fn a_clear_ratio() {
        let found = ratio(&around(10.0, 0.5, 30), &around(2.0, 0.1, 30)).unwrap();
        assert!((found.value - 5.0).abs() < 0.3, "{found:?}");
        assert!(found.low > 4.5 && found.high < 5.5 && found.low <= found.value && found.value <= found.high);
        assert!(found.is_clear() && !found.is_clearly_slower());
        let reverse = ratio(&around(2.0, 0.1, 30), &around(10.0, 0.5, 30)).unwrap();
        assert!(reverse.is_clearly_slower());
    }

    #[test]
    fn no_clear_difference_in_noise() {
        let found = ratio(&around(10.0, 3.0, 9), &around(10.1, 3.0, 9)).unwrap();
        assert!(!found.is_clear(), "{found:?}");
        let same = ratio(&[1.0; 8], &[1.0; 8]).unwrap();
        assert_eq!((same.low, same.high), (1.0, 1.0));
        assert!(!same.is_clear());
    }

    #[test]
    fn few_samples_give_the_widest_interval() {
        assert_eq!(ratio(&[2.0, 4.0], &[1.0, 1.0, 1.0]), Some(Ratio { value: 3.0, low: 2.0, high: 4.0 }));
        assert_eq!(ratio(&[], &[1.0, 1.0]), None);
        assert_eq!(ratio(&[2.0], &[1.0, 1.0]), None);
    }

    #[test]
    fn the_same_samples_give_the_same_interval() {
        let (a, b) = (around(3.0, 1.0, 20), around(2.0, 1.0, 20));
        assert_eq!(ratio(&a, &b), ratio(&a, &b));
    }

    #[test]
    fn intervals_cover_about_as_often_as_they_say() {
        // 300 experiments with a known ratio of 1.5; each side draws 21 uniform times.
        let mut random = Random(7);
        let mut covered = 0;
        for _ in 0..300 {
            let mut times = |centre: f64| -> Vec<f64> {
                (0..21).map(|_| centre * (0.8 + 0.4 * (random.below(1 << 20) as f64 / (1 << 20) as f64))).collect()
            };
            let found = ratio(&times(1.5), &times(1.0)).unwrap();
            covered += u32::from(found.low <= 1.5 && 1.5 <= found.high);
        }
        assert!((270..=300).contains(&covered), "{covered} of 300");
    }

    #[test]
    fn break_even_points() {
        let at = |start_up, runs| Series { start_up, runs };
        // Ahead from the first run on.
        assert_eq!(break_even(at(1.0, &[5.0, 5.0]), at(0.5, &[2.0, 1.0])), Some(1));
        // Behind after one run (10 against 15), ahead after two (20 against 16).
        assert_eq!(break_even(at(0.0, &[10.0, 10.0]), at(0.0, &[15.0, 1.0])), Some(2));
        // Beyond what was measured: 100 behind, then 4 a run gained.
        assert_eq!(break_even(at(0.0, &[5.0, 5.0]), at(108.0, &[1.0, 1.0])), Some(28));
        // Never.
        assert_eq!(break_even(at(0.0, &[5.0, 5.0]), at(1.0, &[5.0, 5.0])), None);
        assert_eq!(break_even(at(0.0, &[]), at(1.0, &[5.0])), None);
    }
}
