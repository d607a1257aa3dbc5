//! How the program is linked: at fixed addresses, what runs at every start side by side.
//!
//! A position-independent executable of this size has 140,000 relocations (vtables, tables of functions, messages),
//! which the dynamic linker applies at every start: 3 ms of processor time and 2.4 MB of pages that are no longer
//! shared with the file. Stack, heap and libraries lie at random addresses all the same.
//!
//! `src/startup.ld` (written by `scripts/order-startup`) adds to the linker's own script. Linkers that read no scripts
//! go without it.

use std::env::var;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/startup.ld");
    if var("CARGO_CFG_TARGET_OS").as_deref() != Ok("linux") {
        return;
    }
    println!("cargo:rustc-link-arg-bin=taipan=-no-pie");
    let flags = var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let reads_scripts = !["mold", "wild", "gold"].iter().any(|linker| flags.contains(linker));
    if let Ok(folder) = var("CARGO_MANIFEST_DIR")
        && reads_scripts
    {
        println!("cargo:rustc-link-arg-bin=taipan=-Wl,-T,{folder}/src/startup.ld");
    }
}
