//! The instructions of a pickle.
//!
//! What lives here: the one table of opcodes, used by both directions, and the numbers of the format. What must not:
//! what an opcode does ([`super::load`]) or when it is written ([`super::save`]). Source: CPython's
//! `Lib/pickletools.py`, which describes each opcode and the protocol it came with.

/// Each line: name, byte, first protocol, what it does.
macro_rules! opcodes {
    ($($name:ident = $byte:literal, $protocol:literal, $doc:literal;)*) => {
        /// An instruction of the pickle machine, by its byte.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Opcode { $(#[doc = $doc] $name = $byte,)* }

        impl Opcode {
            /// The instruction with this byte.
            #[inline]
            pub const fn from_byte(byte: u8) -> Option<Opcode> {
                match byte {
                    $($byte => Some(Opcode::$name),)*
                    _ => None,
                }
            }

            /// The protocol that has it first.
            #[cfg(test)]
            pub const fn protocol(self) -> u8 {
                match self { $(Opcode::$name => $protocol,)* }
            }
        }
    };
}

opcodes! {
    Mark = b'(', 0, "Pushes a mark.";
    Stop = b'.', 0, "The end; the top of the stack is the result.";
    Pop = b'0', 0, "Drops the top of the stack, which may be a mark.";
    PopMark = b'1', 1, "Drops all down to the topmost mark.";
    Dup = b'2', 0, "Pushes the top once more.";
    Float = b'F', 0, "A float as a decimal line.";
    Int = b'I', 0, "An int or a bool as a decimal line.";
    BinInt = b'J', 1, "A signed int of four bytes.";
    BinInt1 = b'K', 1, "An unsigned int of one byte.";
    Long = b'L', 0, "An int as a decimal line that may end with `L`.";
    BinInt2 = b'M', 1, "An unsigned int of two bytes.";
    None = b'N', 0, "`None`.";
    PersistentId = b'P', 0, "The object of a persistent id, which is a line.";
    BinPersistentId = b'Q', 1, "The object of the persistent id on the stack.";
    Reduce = b'R', 0, "Calls a callable with a tuple of arguments.";
    String = b'S', 0, "A string of Python 2 as a quoted line.";
    BinString = b'T', 1, "A string of Python 2 after its length in four bytes.";
    ShortBinString = b'U', 1, "A string of Python 2 after its length in one byte.";
    Unicode = b'V', 0, "A str as a line of raw-unicode-escape.";
    BinUnicode = b'X', 1, "A str in UTF-8 after its length in four bytes.";
    Append = b'a', 0, "Appends the top to the list below.";
    Build = b'b', 0, "Gives the object below the state on top.";
    Global = b'c', 0, "A global by two lines: module and name.";
    Dict = b'd', 0, "A dict of all above the mark.";
    EmptyDict = b'}', 1, "A new dict.";
    Appends = b'e', 1, "Appends all above the mark to the list below it.";
    Get = b'g', 0, "Pushes a remembered object, by a decimal line.";
    BinGet = b'h', 1, "Pushes a remembered object, by one byte.";
    Inst = b'i', 0, "An instance of a class, which two lines name, with all above the mark as arguments.";
    LongBinGet = b'j', 1, "Pushes a remembered object, by four bytes.";
    List = b'l', 0, "A list of all above the mark.";
    EmptyList = b']', 1, "A new list.";
    Obj = b'o', 1, "An instance of the class above the mark with all above that as arguments.";
    Put = b'p', 0, "Remembers the top under the number of a decimal line.";
    BinPut = b'q', 1, "Remembers the top under the number of one byte.";
    LongBinPut = b'r', 1, "Remembers the top under the number of four bytes.";
    SetItem = b's', 0, "Sets an item of the dict below key and value.";
    Tuple = b't', 0, "A tuple of all above the mark.";
    EmptyTuple = b')', 1, "The empty tuple.";
    SetItems = b'u', 1, "Sets items of the dict below the mark.";
    BinFloat = b'G', 1, "A float of eight bytes, the most significant first.";
    Proto = 0x80, 2, "The protocol.";
    NewObj = 0x81, 2, "`cls.__new__(cls, *args)`.";
    Ext1 = 0x82, 2, "A registered extension, by one byte.";
    Ext2 = 0x83, 2, "A registered extension, by two bytes.";
    Ext4 = 0x84, 2, "A registered extension, by four bytes.";
    Tuple1 = 0x85, 2, "A tuple of the top.";
    Tuple2 = 0x86, 2, "A tuple of the two topmost.";
    Tuple3 = 0x87, 2, "A tuple of the three topmost.";
    NewTrue = 0x88, 2, "`True`.";
    NewFalse = 0x89, 2, "`False`.";
    Long1 = 0x8a, 2, "An int in two's complement after its length in one byte.";
    Long4 = 0x8b, 2, "An int in two's complement after its length in four bytes.";
    BinBytes = b'B', 3, "Bytes after their length in four bytes.";
    ShortBinBytes = b'C', 3, "Bytes after their length in one byte.";
    ShortBinUnicode = 0x8c, 4, "A str in UTF-8 after its length in one byte.";
    BinUnicode8 = 0x8d, 4, "A str in UTF-8 after its length in eight bytes.";
    BinBytes8 = 0x8e, 4, "Bytes after their length in eight bytes.";
    EmptySet = 0x8f, 4, "A new set.";
    AddItems = 0x90, 4, "Adds all above the mark to the set below it.";
    FrozenSet = 0x91, 4, "A frozenset of all above the mark.";
    NewObjEx = 0x92, 4, "`cls.__new__(cls, *args, **kwargs)`.";
    StackGlobal = 0x93, 4, "A global by module and name on the stack.";
    Memoize = 0x94, 4, "Remembers the top under the next number.";
    Frame = 0x95, 4, "The next so many bytes are a frame, which can be read at once.";
    ByteArray8 = 0x96, 5, "A bytearray after its length in eight bytes.";
    NextBuffer = 0x97, 5, "The next buffer that was given besides the pickle.";
    ReadonlyBuffer = 0x98, 5, "Makes the buffer on top read-only.";
}

/// The newest protocol.
pub const HIGHEST_PROTOCOL: u8 = 5;
/// The protocol that is written if none is asked for.
pub const DEFAULT_PROTOCOL: u8 = 5;
/// So many items are given to a container at once.
pub const BATCH: usize = 1000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_from_128_on_came_with_protocol_2() {
        for byte in 0..=u8::MAX {
            if let Some(opcode) = Opcode::from_byte(byte) {
                assert_eq!(opcode as u8, byte);
                assert!(opcode.protocol() <= HIGHEST_PROTOCOL);
                assert!(byte < 0x80 || opcode.protocol() >= 2, "{opcode:?}");
            }
        }
    }
}
