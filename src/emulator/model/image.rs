//! A small picture of one colour, as PNG: three chunks, one block that is not compressed, two
//! checksums. A crate for it would be larger than this.

const SIDE: u32 = 8;

/// Eight by eight pixels of one colour.
pub(crate) fn png(colour: [u8; 3]) -> Vec<u8> {
    let mut header = Vec::new();
    header.extend(SIDE.to_be_bytes());
    header.extend(SIDE.to_be_bytes());
    // Eight bits for each of red, green and blue; the only compression and filter that there are;
    // not interlaced.
    header.extend([8, 2, 0, 0, 0]);

    let mut rows = Vec::new();
    for _ in 0..SIDE {
        rows.push(0); // this row is not filtered
        rows.extend(colour.repeat(SIDE as usize));
    }
    let length = rows.len() as u16;
    let mut data = vec![0x78, 0x01, 0x01]; // zlib; one last block, stored
    data.extend(length.to_le_bytes());
    data.extend((!length).to_le_bytes());
    data.extend(&rows);
    data.extend(adler32(&rows).to_be_bytes());

    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, content) in [(b"IHDR", &header), (b"IDAT", &data), (b"IEND", &Vec::new())] {
        file.extend((content.len() as u32).to_be_bytes());
        let begin = file.len();
        file.extend(name);
        file.extend(content);
        let sum = crc32(&file[begin..]);
        file.extend(sum.to_be_bytes());
    }
    file
}

fn adler32(bytes: &[u8]) -> u32 {
    let (one, two) = bytes.iter().fold((1u32, 0u32), |(one, two), byte| {
        let one = (one + u32::from(*byte)) % 65_521;
        (one, (two + one) % 65_521)
    });
    two << 16 | one
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 {
                sum >> 1 ^ 0xedb8_8320
            } else {
                sum >> 1
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksums_are_those_of_the_standards() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn a_picture_begins_and_ends_as_one() {
        let file = png([1, 2, 3]);
        assert!(file.starts_with(b"\x89PNG\r\n\x1a\n"));
        // The last chunk is the same in every PNG.
        assert!(file.ends_with(b"\0\0\0\0IEND\xae\x42\x60\x82"));
    }
}
