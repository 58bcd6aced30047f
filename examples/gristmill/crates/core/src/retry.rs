const FIRST_MS: u64 = 250;
const LONGEST_MS: u64 = 60_000;

/// How many milliseconds to wait after the `attempt`-th failure (the first is 1): a quarter of a second,
/// doubled each time, at most a minute.
pub fn backoff_ms(attempt: u32) -> u64 {
    let doublings = attempt.saturating_sub(1).min(16);
    (FIRST_MS << doublings).min(LONGEST_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_up_to_a_minute() {
        for (attempt, expected) in [(0, 250), (1, 250), (2, 500), (5, 4_000), (9, 60_000), (u32::MAX, 60_000)]
        {
            assert_eq!(backoff_ms(attempt), expected, "attempt {attempt}");
        }
    }
}
