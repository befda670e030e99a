//! What must not compile, and in which words a user is told. Where these change, or the compiler
//! does: `TRYBUILD=overwrite cargo test -p compile-fail`, and look over what became of them.

#[cfg(test)]
mod tests {
    #[test]
    fn a_wait_without_a_deadline_does_not_compile() {
        let cases = trybuild::TestCases::new();
        cases.compile_fail("wait_without_deadline.rs");
        cases.compile_fail("waits_without_deadline.rs");
    }
}
