//! Source positions of instructions, packed.
//!
//! What lives here: [`Position`] and the table from unit offsets to positions. What must not: source text.
//!
//! The table is a byte string of entries, each a run of units with one position: varints of the run's
//! distance from the run before, the zigzag line difference, `end_line - line`, `column + 1` and
//! `end_column + 1` (0: unknown). A checkpoint every [`CHECKPOINT_INTERVAL`] entries bounds a look-up.

/// A range of source text. Columns count UTF-8 bytes from 0, lines from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash)]
pub struct Position {
    /// First line; 0 if the instruction has no place in the source.
    pub line: u32,
    /// Last line.
    pub end_line: u32,
    /// Byte offset of the start in its line; None if unknown.
    pub column: Option<u32>,
    /// Byte offset of the end in its line; None if unknown.
    pub end_column: Option<u32>,
}

impl Position {
    /// The position of an instruction that stands for no source text.
    pub const NONE: Position = Position { line: 0, end_line: 0, column: None, end_column: None };

    /// A position that is a whole line, columns unknown.
    pub const fn line(line: u32) -> Position {
        Position { line, end_line: line, column: None, end_column: None }
    }
}

/// Entries between two checkpoints.
pub const CHECKPOINT_INTERVAL: usize = 16;

/// Unit offset to position.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PositionTable {
    bytes: Box<[u8]>,
    checkpoints: Box<[Checkpoint]>,
}

impl PositionTable {
    /// The encoded entries.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// The state of the decoder before the entry at `byte`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Checkpoint {
    /// First unit of the entry at `byte`.
    unit: u32,
    byte: u32,
    /// Unit and line that the entry's differences refer to.
    previous_unit: u32,
    previous_line: u32,
}

/// Builds a [`PositionTable`].
#[derive(Debug, Default)]
pub struct PositionTableBuilder {
    bytes: Vec<u8>,
    checkpoints: Vec<Checkpoint>,
    entries: usize,
    unit: u32,
    last: Option<Position>,
    line: u32,
}

impl PositionTableBuilder {
    /// The instruction at `unit`, and those after it up to the next call, have `position`.
    /// Units must ascend.
    pub fn push(&mut self, unit: u32, position: Position) {
        if self.last == Some(position) {
            return;
        }
        if self.entries.is_multiple_of(CHECKPOINT_INTERVAL) {
            self.checkpoints.push(Checkpoint {
                unit,
                byte: self.bytes.len() as u32,
                previous_unit: self.unit,
                previous_line: self.line,
            });
        }
        self.entries += 1;
        self.varint(unit - self.unit);
        let difference = position.line.wrapping_sub(self.line).cast_signed();
        self.varint(((difference << 1) ^ (difference >> 31)).cast_unsigned());
        self.varint(position.end_line.saturating_sub(position.line));
        self.varint(position.column.map_or(0, |column| column + 1));
        self.varint(position.end_column.map_or(0, |column| column + 1));
        self.unit = unit;
        self.line = position.line;
        self.last = Some(position);
    }

    fn varint(&mut self, mut value: u32) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    /// The finished table.
    pub fn finish(self) -> PositionTable {
        PositionTable { bytes: self.bytes.into(), checkpoints: self.checkpoints.into() }
    }
}

impl PositionTable {
    /// What the table is made of: its bytes, and the four numbers of each checkpoint.
    pub fn parts(&self) -> (&[u8], impl ExactSizeIterator<Item = [u32; 4]> + '_) {
        let numbers = |c: &Checkpoint| [c.unit, c.byte, c.previous_unit, c.previous_line];
        (&self.bytes, self.checkpoints.iter().map(numbers))
    }

    /// The table made of these [`PositionTable::parts`].
    pub fn from_parts(bytes: Box<[u8]>, checkpoints: &[[u32; 4]]) -> PositionTable {
        let checkpoint = |&[unit, byte, previous_unit, previous_line]: &[u32; 4]| Checkpoint {
            unit,
            byte,
            previous_unit,
            previous_line,
        };
        PositionTable { bytes, checkpoints: checkpoints.iter().map(checkpoint).collect() }
    }

    /// The position of the instruction that covers unit `unit`.
    pub fn lookup(&self, unit: u32) -> Position {
        let after = self.checkpoints.partition_point(|checkpoint| checkpoint.unit <= unit);
        let Some(checkpoint) = after.checked_sub(1).map(|index| self.checkpoints[index]) else {
            return Position::NONE;
        };
        let mut found = Position::NONE;
        for (start, position) in self.entries_from(checkpoint) {
            if start > unit {
                break;
            }
            found = position;
        }
        found
    }

    /// The runs of units with one position: first unit and position, ascending.
    pub fn entries(&self) -> impl Iterator<Item = (u32, Position)> + '_ {
        self.checkpoints.first().into_iter().flat_map(|first| self.entries_from(*first))
    }

    fn entries_from(&self, checkpoint: Checkpoint) -> impl Iterator<Item = (u32, Position)> + '_ {
        let mut at = checkpoint.byte as usize;
        let mut unit = checkpoint.previous_unit;
        let mut line = checkpoint.previous_line;
        std::iter::from_fn(move || {
            if at >= self.bytes.len() {
                return None;
            }
            let mut varint = || {
                let mut value = 0u32;
                let mut shift = 0;
                loop {
                    let byte = self.bytes[at];
                    at += 1;
                    value |= u32::from(byte & 0x7f) << shift;
                    if byte & 0x80 == 0 {
                        return value;
                    }
                    shift += 7;
                }
            };
            unit += varint();
            let zigzag = varint();
            let difference = (zigzag >> 1).cast_signed() ^ -((zigzag & 1).cast_signed());
            line = line.wrapping_add_signed(difference);
            let end_line = line + varint();
            let column = varint().checked_sub(1);
            let end_column = varint().checked_sub(1);
            Some((unit, Position { line, end_line, column, end_column }))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_up_what_was_pushed() {
        let mut builder = PositionTableBuilder::default();
        let position = |i: u32| Position {
            line: 1000 + (i * 7919) % 613,
            end_line: 1000 + (i * 7919) % 613 + i % 3,
            column: (i % 5 != 0).then_some(i % 300),
            end_column: (i % 7 != 0).then_some(i % 200),
        };
        for i in 0..1000 {
            builder.push(i * 3, position(i));
        }
        let table = builder.finish();
        for i in 0..1000 {
            for unit in 0..3 {
                assert_eq!(table.lookup(i * 3 + unit), position(i), "unit {}", i * 3 + unit);
            }
        }
        assert_eq!(table.entries().count(), 1000);
        assert_eq!(PositionTable::default().lookup(5), Position::NONE);
    }
}
