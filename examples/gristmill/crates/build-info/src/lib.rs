//! What a Gristmill binary knows of its own build.

/// The version all crates of the workspace share.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The target triple the binary was compiled for, such as `aarch64-unknown-linux-gnu`.
pub const TARGET: &str = env!("GRISTMILL_TARGET");

/// `debug` or `release`, as cargo tells build scripts.
pub const PROFILE: &str = env!("GRISTMILL_PROFILE");

/// The line that `--version` prints.
pub fn version_line(program: &str) -> String {
    format!("{program} {VERSION} ({TARGET}, {PROFILE})")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The build script ran for this very target.
    #[test]
    fn names_the_target_it_was_compiled_for() {
        let architecture = std::env::consts::ARCH;
        assert!(TARGET.starts_with(architecture), "{TARGET} is not {architecture}");
        assert_eq!(version_line("gristmill"), format!("gristmill {VERSION} ({TARGET}, {PROFILE})"));
    }
}
