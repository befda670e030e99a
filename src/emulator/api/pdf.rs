//! A small PDF of one page. The format is five objects and a table of where they begin; a crate
//! for it would be larger than this.

use std::fmt::Write;

/// The lines from the top of a page downwards. Lines beyond the foot of the page are not seen.
pub(crate) fn pdf(lines: &[String]) -> Vec<u8> {
    let mut text = String::from("BT /F1 11 Tf 14 TL 56 780 Td ");
    for line in lines {
        let _ = write!(text, "({}) Tj T* ", escaped(line));
    }
    text.push_str("ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut file = String::from("%PDF-1.4\n");
    let mut table = String::new();
    for (index, object) in objects.iter().enumerate() {
        let _ = writeln!(table, "{:010} 00000 n ", file.len());
        let _ = writeln!(file, "{} 0 obj\n{object}\nendobj", index + 1);
    }
    let count = objects.len() + 1;
    let begin = file.len();
    let _ = write!(
        file,
        "xref\n0 {count}\n0000000000 65535 f \n{table}\
         trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{begin}\n%%EOF\n"
    );
    file.into_bytes()
}

/// What a PDF string may hold: plain characters, with its own signs escaped.
fn escaped(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for letter in line.chars() {
        match letter {
            '(' | ')' | '\\' => {
                out.push('\\');
                out.push(letter);
            }
            ' '..='~' => out.push(letter),
            _ => out.push('?'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_points_at_the_objects() {
        let file = String::from_utf8(pdf(&["a (b) \\ c".into()])).expect("it is text");
        let (body, table) = file.split_once("xref\n0 6\n").expect("there is a table");
        let offsets = table.lines().skip(1).take(5);
        for (index, line) in offsets.enumerate() {
            let at: usize = line[..10].parse().expect("an offset");
            assert!(body[at..].starts_with(&format!("{} 0 obj", index + 1)));
        }
        assert!(file.contains(r"(a \(b\) \\ c) Tj"));
    }
}
