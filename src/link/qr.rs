//! Links as QR codes.

use std::fmt;

use qrcode::render::svg;
use secrecy::{ExposeSecret, SecretString};

use crate::error::Error;
use crate::secret::{HostedLink, OneTimeLink};

/// A link that can be scanned; implemented by [`OneTimeLink`] and [`HostedLink`].
pub trait LinkForQr: sealed::Sealed {}

impl LinkForQr for OneTimeLink {}
impl LinkForQr for HostedLink {}

mod sealed {
    use crate::secret::{HostedLink, OneTimeLink};

    pub trait Sealed {
        fn text(&self) -> &str;
    }

    impl Sealed for OneTimeLink {
        /// The fewer letters, the larger the dots.
        fn text(&self) -> &str {
            self.reveal_short().unwrap_or(self.reveal())
        }
    }

    impl Sealed for HostedLink {
        fn text(&self) -> &str {
            self.reveal()
        }
    }
}

/// A link as a QR code, for a person who goes on with their phone.
///
/// It gives the same access as the link, so it does not print, and is wiped from memory on drop.
///
/// ```
/// use withpersona::{OneTimeLink, QrCode};
///
/// let link = OneTimeLink::new("https://withpersona.com/verify?code=us1-abc");
/// let code = QrCode::of(&link)?;
/// assert!(code.reveal_svg().contains("<svg"));
/// # Ok::<(), withpersona::Error>(())
/// ```
#[derive(Clone)]
pub struct QrCode {
    svg: SecretString,
}

impl QrCode {
    /// Draws the link, of a one-time link the short form where there is one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for an empty link, and for one
    /// of more than about 2,300 bytes, which no code can hold: leave fields out.
    pub fn of(link: &impl LinkForQr) -> Result<Self, Error> {
        let text = sealed::Sealed::text(link);
        if text.is_empty() {
            return Err(Error::invalid_input("the link is empty"));
        }
        let code = qrcode::QrCode::new(text)
            .map_err(|_| Error::invalid_input("the link is too long for a QR code"))?;
        let drawn = code
            .render::<svg::Color<'_>>()
            .min_dimensions(240, 240)
            .quiet_zone(true)
            .build();
        Ok(Self { svg: drawn.into() })
    }

    /// The picture as an SVG document, black on white, 240 pixels wide or more, with the margin
    /// that scanners need.
    pub fn reveal_svg(&self) -> &str {
        self.svg.expose_secret()
    }
}

impl fmt::Debug for QrCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("QrCode([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    /// The dark dots of a drawing, by column and row.
    fn dots(svg: &str) -> Vec<(usize, usize)> {
        let path = svg.split(" d=\"").nth(1).expect("a path");
        let path = path.split('"').next().expect("its end");
        let mut dots = Vec::new();
        for step in path.split('M').skip(1) {
            let numbers: Vec<usize> = step
                .split(|it: char| !it.is_ascii_digit())
                .filter_map(|number| number.parse().ok())
                .collect();
            let (x, y, width) = (numbers[0], numbers[1], numbers[2]);
            dots.push((x / width, y / width));
        }
        dots
    }

    fn expected(text: &str) -> Vec<(usize, usize)> {
        const MARGIN: usize = 4;
        let code = qrcode::QrCode::new(text).unwrap();
        let width = code.width();
        let places = (0..width * width).map(|at| (at % width, at / width));
        places
            .filter(|place| code[*place] == qrcode::Color::Dark)
            .map(|(x, y)| (x + MARGIN, y + MARGIN))
            .collect()
    }

    #[test]
    fn the_drawing_has_the_dots_of_the_link_and_a_margin() {
        let long = "https://withpersona.com/verify?code=us1-abcdefghij";
        let short = "https://perso.na/verify?code=abc";
        let link = OneTimeLink::new(long);
        let hosted = HostedLink::new(long);
        for (svg, text) in [
            (QrCode::of(&link).unwrap(), long),
            (QrCode::of(&link.with_short(short)).unwrap(), short),
            (QrCode::of(&hosted).unwrap(), long),
        ] {
            assert_eq!(dots(svg.reveal_svg()), expected(text));
            assert_eq!(format!("{svg:?}"), "QrCode([redacted])");
        }
    }

    #[test]
    fn what_no_code_can_hold_is_told() {
        for text in [String::new(), "x".repeat(3000)] {
            let error = QrCode::of(&HostedLink::new(text)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
        }
    }
}
