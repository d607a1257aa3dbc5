//! The sieve of `../programs/sieve.py` in Rust, line for line: how far compiled Python is from compiled Rust.
//!
//! Prints the checksum, then the seconds of each of a number of runs. `../run.py` builds it with `rustc -O`.

use std::hint::black_box;
use std::time::Instant;

fn sieve(n: usize) -> (usize, usize) {
    let mut prime = vec![true; n + 1];
    prime[0] = false;
    prime[1] = false;
    let mut i = 2;
    while i * i <= n {
        if prime[i] {
            let mut k = i * i;
            while k <= n {
                prime[k] = false;
                k += i;
            }
        }
        i += 1;
    }
    let (mut count, mut last) = (0, 0);
    for (i, is_prime) in prime.iter().enumerate() {
        if *is_prime {
            count += 1;
            last = i;
        }
    }
    (count, last)
}

fn main() {
    let n = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let (count, last) = sieve(n);
    println!("{count} {last}");
    for _ in 0..60 {
        let started = Instant::now();
        black_box(sieve(black_box(n)));
        println!("{:.9}", started.elapsed().as_secs_f64());
    }
}
