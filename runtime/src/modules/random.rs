//! The module `_random`: the generator under the stdlib's `random`.
//!
//! What lives here: MT19937 (M. Matsumoto, T. Nishimura, "Mersenne Twister", ACM TOMACS 8, 1998) seeded as CPython
//! seeds it, so that equal seeds give equal numbers. Start at [`MersenneTwister`].

use crate::dispatch::{hash, number};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::Arguments;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::int::{self, IntRef};
use crate::types::payload::{Payload, PayloadData};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use num_bigint::{BigInt, Sign};
use std::cell::RefCell;
use taipan_macros::py_class;

const WORDS: usize = 624;
const SHIFT_WORDS: usize = 397;

/// The state of one generator.
pub struct MersenneTwister {
    state: [u32; WORDS],
    /// Next word to hand out; `WORDS` when the state must be renewed.
    index: usize,
}

impl MersenneTwister {
    /// Seeded by one word (Knuth's multiplier, as in the reference implementation of 2002).
    fn from_word(seed: u32) -> MersenneTwister {
        let mut state = [0; WORDS];
        state[0] = seed;
        for i in 1..WORDS {
            let previous: u32 = state[i - 1];
            state[i] = 1_812_433_253u32.wrapping_mul(previous ^ previous >> 30).wrapping_add(i as u32);
        }
        MersenneTwister { state, index: WORDS }
    }

    /// Seeded by any number of words (`init_by_array` of the reference implementation).
    fn from_key(key: &[u32]) -> MersenneTwister {
        let mut generator = MersenneTwister::from_word(19_650_218);
        let state = &mut generator.state;
        let (mut i, mut j) = (1, 0);
        for _ in 0..WORDS.max(key.len()) {
            let previous = state[i - 1];
            let mixed = state[i] ^ (previous ^ previous >> 30).wrapping_mul(1_664_525);
            state[i] = mixed.wrapping_add(key[j]).wrapping_add(j as u32);
            i += 1;
            j = (j + 1) % key.len();
            if i >= WORDS {
                state[0] = state[WORDS - 1];
                i = 1;
            }
        }
        for _ in 0..WORDS - 1 {
            let previous = state[i - 1];
            let mixed = state[i] ^ (previous ^ previous >> 30).wrapping_mul(1_566_083_941);
            state[i] = mixed.wrapping_sub(i as u32);
            i += 1;
            if i >= WORDS {
                state[0] = state[WORDS - 1];
                i = 1;
            }
        }
        state[0] = 0x8000_0000;
        generator
    }

    fn renew(&mut self) {
        for i in 0..WORDS {
            let joined = self.state[i] & 0x8000_0000 | self.state[(i + 1) % WORDS] & 0x7fff_ffff;
            let twist = if joined & 1 != 0 { 0x9908_b0df } else { 0 };
            self.state[i] = self.state[(i + SHIFT_WORDS) % WORDS] ^ joined >> 1 ^ twist;
        }
        self.index = 0;
    }

    /// 32 random bits.
    #[inline]
    fn next_word(&mut self) -> u32 {
        if self.index >= WORDS {
            self.renew();
        }
        let mut y = self.state[self.index];
        self.index += 1;
        y ^= y >> 11;
        y ^= y << 7 & 0x9d2c_5680;
        y ^= y << 15 & 0xefc6_0000;
        y ^ y >> 18
    }

    /// A double in [0, 1) of 53 random bits.
    #[inline]
    fn next_f64(&mut self) -> f64 {
        let high = f64::from(self.next_word() >> 5);
        let low = f64::from(self.next_word() >> 6);
        (high * 67_108_864.0 + low) * (1.0 / 9_007_199_254_740_992.0)
    }
}

/// `_random.Random`
pub struct Random {
    generator: RefCell<MersenneTwister>,
}

impl PayloadData for Random {
    fn trace(&self, _: &mut Tracer) {}
}

/// The words that a seed stands for: the magnitude of an int, or of the hash of anything else.
fn key_of(thread: &Thread, seed: Option<Value>) -> PyResult<Vec<u32>> {
    let Some(seed) = seed.filter(|seed| !seed.is_none()) else {
        return Ok(system_key());
    };
    let words = match int::as_int(seed) {
        Some(IntRef::Small(n)) => words_of(n.unsigned_abs()),
        Some(IntRef::Big(big)) => int::limbs::to_biguint(big.limbs()).to_u32_digits(),
        None => words_of(hash::hash(thread, seed)? as u64),
    };
    Ok(if words.is_empty() { vec![0] } else { words })
}

fn words_of(n: u64) -> Vec<u32> {
    let (low, high) = (n as u32, (n >> 32) as u32);
    if high == 0 { vec![low] } else { vec![low, high] }
}

/// A key from the system's source of randomness.
fn system_key() -> Vec<u32> {
    use std::hash::{BuildHasher, Hasher};
    // Every `RandomState` starts from operating-system randomness.
    (0..WORDS as u64 / 2)
        .flat_map(|i| {
            let mut hasher = std::collections::hash_map::RandomState::new().build_hasher();
            hasher.write_u64(i);
            let word = hasher.finish();
            [word as u32, (word >> 32) as u32]
        })
        .collect()
}

/// Base class of random.Random: the generator of random bits.
#[py_class(name = "Random", payload, module = "_random", subclassable)]
impl Random {
    #[new]
    fn new(class: Gc<Type>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Gc<Payload<Random>>> {
        // A subclass may take other arguments; only the base class checks them.
        if arguments.values.len() > 1 {
            let count = arguments.values.len();
            return Err(thread.raise_type_error(format!("Random() takes at most 1 argument ({count} given)")));
        }
        let key = key_of(thread, arguments.values.first().copied())?;
        Ok(Payload::new(thread, class, Random { generator: RefCell::new(MersenneTwister::from_key(&key)) }))
    }

    /// A float from [0, 1).
    #[method(no_reenter)]
    fn random(this: Gc<Payload<Random>>) -> f64 {
        this.data.generator.borrow_mut().next_f64()
    }

    /// Starts again from a seed: an int, the hash of another object, or the system's randomness.
    #[method(signature = "(self, n=None, /)")]
    fn seed(this: Gc<Payload<Random>>, thread: &Thread, n: Option<Value>) -> PyResult<()> {
        let key = key_of(thread, n)?;
        *this.data.generator.borrow_mut() = MersenneTwister::from_key(&key);
        Ok(())
    }

    /// The state, as a tuple for setstate.
    #[method]
    fn getstate(this: Gc<Payload<Random>>, thread: &Thread) -> Gc<Tuple> {
        let generator = this.data.generator.borrow();
        let mut words = [Value::NONE; WORDS + 1];
        for (slot, &word) in words.iter_mut().zip(&generator.state) {
            *slot = Value::small_wrapping(i64::from(word));
        }
        words[WORDS] = Value::small_wrapping(generator.index as i64);
        Tuple::new(thread, &words)
    }

    /// Goes back to a state that getstate returned.
    #[method]
    fn setstate(this: Gc<Payload<Random>>, thread: &Thread, state: Value) -> PyResult<()> {
        let Some(state) = state.cast::<Tuple>() else {
            return Err(thread.raise_type_error("state vector must be a tuple"));
        };
        let &[ref words @ .., index] = state.items() else {
            return Err(thread.raise_value_error("state vector is the wrong size"));
        };
        if words.len() != WORDS {
            return Err(thread.raise_value_error("state vector is the wrong size"));
        }
        let mut new = MersenneTwister { state: [0; WORDS], index: 0 };
        for (slot, &word) in new.state.iter_mut().zip(words) {
            *slot = number::index_ref(thread, word)?.to_u64().unwrap_or(0) as u32;
        }
        let index = number::index_i64(thread, index)?;
        match usize::try_from(index) {
            Ok(index) if index <= WORDS => new.index = index,
            _ => return Err(thread.raise_value_error("invalid state")),
        }
        *this.data.generator.borrow_mut() = new;
        Ok(())
    }

    /// An int of k random bits.
    #[method]
    fn getrandbits(this: Gc<Payload<Random>>, thread: &Thread, k: Value) -> PyResult<Value> {
        let k = number::index_ref(thread, k)?;
        if k.is_negative() {
            return Err(thread.raise_value_error("Cannot convert negative int"));
        }
        let Some(k) = k.to_u64() else {
            return Err(thread.raise_overflow_error("Python int too large to convert to C unsigned long"));
        };
        let mut generator = this.data.generator.borrow_mut();
        if k == 0 {
            return Ok(Value::small_wrapping(0));
        }
        if k <= 32 {
            return Ok(Value::small_wrapping(i64::from(generator.next_word() >> (32 - k))));
        }
        let count = k.div_ceil(32) as usize;
        let mut words = Vec::new();
        if words.try_reserve_exact(count).is_err() {
            return Err(thread.raise_memory_error(""));
        }
        words.extend((0..count).map(|_| generator.next_word()));
        if k % 32 != 0 {
            words[count - 1] >>= 32 - k % 32;
        }
        Ok(int::from_bigint(thread, BigInt::from_slice(Sign::Plus, &words)))
    }
}

pub use definition::MODULE;

/// The Mersenne Twister.
#[taipan_macros::py_module(name = "_random")]
pub mod definition {
    #[class]
    use super::Random;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_reference_implementation() {
        let mut generator = MersenneTwister::from_key(&[0x123, 0x234, 0x345, 0x456]);
        let first: Vec<u32> = (0..5).map(|_| generator.next_word()).collect();
        assert_eq!(first, [1067595299, 955945823, 477289528, 4107218783, 4228976476]);
    }

    #[test]
    fn seed_one_gives_pythons_numbers() {
        let mut generator = MersenneTwister::from_key(&words_of(1));
        assert_eq!(generator.next_f64(), 0.13436424411240122);
        assert_eq!(generator.next_f64(), 0.8474337369372327);
    }
}
