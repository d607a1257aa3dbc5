//! What it takes to leave compiled code: which interpreter frames to rebuild, and from what.
//!
//! What lives here: the descriptors that lowering makes for each side exit and each call. What must not: the
//! rebuilding, which knows the interpreter's frames (`deopt.rs`). Start at [`Exit`].
//!
//! A side exit stores its live values, one word each, into a buffer on the native stack and passes the exit's
//! number. Constants are in the descriptor; boxes and objects that nobody else saw are made from it.

use super::events::ExitReason;
use super::ir::Layout;
use std::cell::OnceCell;
use taipan_runtime::dispatch::operation::Tried;

/// How to get one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Recipe {
    /// The tagged word in this word of the buffer.
    Word(u16),
    /// The machine int there, as a Python int.
    Int(u16),
    /// The double there, as a float.
    Double(u16),
    /// The truth value there, as a bool.
    Flag(u16),
    /// The machine int in the second of these words, as a Python int, if the truth value in the first is 1; else the
    /// double in the third, as a float.
    Number([u16; 3]),
    /// This word.
    Constant(u64),
    /// This machine int, for a field that holds one.
    RawConstant(u64),
    /// The machine int or double there as it is, for a field that holds one.
    Raw(u16),
    /// A new float of these bits.
    DoubleConstant(u64),
    /// The object made by this recipe of [`Exit::objects`].
    Object(u16),
}

/// An object to make.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ObjectRecipe {
    /// What it is.
    pub layout: Layout,
    /// Its fields, in the layout's order.
    pub fields: Vec<Recipe>,
}

/// How the interpreter goes on in a frame; see [`super::ir::Resume`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResumeRecipe {
    /// Executes the instruction.
    Here,
    /// Unwinds with the pending exception.
    Raise,
    /// Waits for its callee's result.
    AfterCall,
    /// Waits for `__init__` of this object.
    AfterInit(Recipe),
    /// Waits for the method of its operator, which is as far as this if the method declines.
    AfterOperator(Tried),
    /// Waits for its callee, whose result is ignored.
    AfterIgnored,
    /// Waits at a `ForIter` for this generator, whose frame is the callee.
    AfterNext(Recipe),
    /// No activation: the registers of this generator, which is suspended there.
    Suspended(Recipe),
}

/// A frame to rebuild.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FrameRecipe {
    /// Index among the units of the compiled code.
    pub unit: u32,
    /// Unit offset of the instruction.
    pub position: u32,
    /// How to go on there.
    pub resume: ResumeRecipe,
    /// The function object.
    pub function: Recipe,
    /// The registers that matter, and what they hold.
    pub registers: Vec<(u16, Recipe)>,
}

/// A side exit.
#[derive(Clone, Debug, PartialEq)]
pub struct Exit {
    /// Why.
    pub reason: ExitReason,
    /// Unit and position of the instruction that is to blame: not that of the innermost frame if the check was moved.
    pub origin: (u32, u32),
    /// The frames, the innermost first.
    pub frames: Vec<FrameRecipe>,
    /// Objects to make; each may use those before it.
    pub objects: Vec<ObjectRecipe>,
    /// Words of the buffer in use.
    pub words: u16,
}

/// A place in Python source from which native code was called or raised: the frames, innermost first, each as
/// unit and position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallSite {
    /// Unit and position of each frame.
    pub frames: Vec<(u32, u32)>,
    /// The last frame is that of the function itself, not one inlined in it where an exception is handled.
    pub whole: bool,
    /// The source line of each frame, once a traceback asked for it.
    pub lines: OnceCell<Vec<u32>>,
}
