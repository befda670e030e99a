//! TLS of the tests' own in front of an emulator, under a certificate that nobody trusts.

use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::CertifiedKey;
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use withpersona::emulator::Emulator;

pub struct Terminator {
    pub emulator: Emulator,
    address: SocketAddr,
    /// The certificate, for `localhost` alone.
    pub pem: String,
}

impl Terminator {
    pub async fn start() -> Self {
        let emulator = Emulator::start().await.expect("starts");
        let CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).expect("a key");
        let ring = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(ring)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .expect("a configuration");
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let behind = host(emulator.base_url());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (acceptor, behind) = (acceptor.clone(), behind.clone());
                tokio::spawn(async move {
                    // Who does not trust the certificate hangs up.
                    let Ok(mut client) = acceptor.accept(client).await else {
                        return;
                    };
                    let mut server = TcpStream::connect(behind).await.expect("the emulator");
                    // Whoever ends a connection first, it is over.
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                });
            }
        });
        Self {
            emulator,
            address,
            pem: cert.pem(),
        }
    }

    /// The API by a host name, `localhost` being the one of the certificate.
    pub fn base_url(&self, host: &str) -> String {
        format!("https://{host}:{}/api/v1", self.address.port())
    }
}

fn host(base_url: &str) -> String {
    let rest = base_url.strip_prefix("http://").expect("plain http");
    rest.split('/').next().expect("a host").to_owned()
}
