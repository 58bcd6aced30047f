//! Hands the target triple and the profile, which only build scripts are told, on to the crate.
//! Reads nothing else, so that the same build gives the same bytes anywhere.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    for (from, to) in [("TARGET", "GRISTMILL_TARGET"), ("PROFILE", "GRISTMILL_PROFILE")] {
        let value = env::var(from).expect("cargo sets this variable for every build script");
        println!("cargo::rustc-env={to}={value}");
    }
}
