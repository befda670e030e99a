//! Takes uploads and hands out one large file, and keeps neither.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

pub fn run(file_size: u64) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
    println!("{}", listener.local_addr().expect("bound"));
    for stream in listener.incoming() {
        let stream = stream.expect("a connection");
        thread::spawn(move || answer(stream, file_size));
    }
}

fn answer(mut stream: TcpStream, file_size: u64) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    loop {
        let mut first = String::new();
        reader.read_line(&mut first).ok().filter(|read| *read > 0)?;
        let mut length = 0;
        let mut is_chunked = false;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let line = line.trim().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(given) = line.strip_prefix("content-length:") {
                length = given.trim().parse().ok()?;
            }
            is_chunked |= line == "transfer-encoding: chunked";
        }
        if first.starts_with("GET /files/") {
            send_file(&mut stream, file_size)?;
        } else {
            let came = match is_chunked {
                true => skip_chunks(&mut reader)?,
                false => skip(&mut reader, length)?,
            };
            let body = format!(
                r#"{{"data":{{"type":"importer/account","id":"mprt_1","attributes":{{"status":"ready","successful-count":{came}}}}}}}"#
            );
            let head = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length:";
            write!(stream, "{head} {}\r\n\r\n{body}", body.len()).ok()?;
        }
    }
}

fn send_file(stream: &mut TcpStream, size: u64) -> Option<()> {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length:";
    write!(stream, "{head} {size}\r\n\r\n").ok()?;
    let piece = [7; 64 * 1024];
    for _ in 0..size / piece.len() as u64 {
        stream.write_all(&piece).ok()?;
    }
    Some(())
}

fn skip(reader: &mut impl Read, length: u64) -> Option<u64> {
    let skipped = std::io::copy(&mut reader.take(length), &mut std::io::sink()).ok()?;
    (skipped == length).then_some(length)
}

fn skip_chunks(reader: &mut impl BufRead) -> Option<u64> {
    let mut total = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let size = u64::from_str_radix(line.trim(), 16).ok()?;
        skip(reader, size + 2)?; // with the line end behind it
        if size == 0 {
            return Some(total);
        }
        total += size;
    }
}
