//! The emulator's own thread. It does not run on the caller's runtime, so that a test which blocks
//! or pauses its runtime does not stop the server with it.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use tokio::sync::oneshot;

use super::api::router;
use super::{State, delivery, site};

/// Ends when dropped.
pub(super) struct Server {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(super) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    }

    /// Serves on a listener that is bound already: who connects from now on is answered.
    pub(super) fn start(listener: TcpListener, state: &Arc<Mutex<State>>) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let listener = {
            let _context = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let router = router(state).merge(site::router(state));
        let state = Arc::clone(state);
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("persona-emulator".into())
            .spawn(move || {
                runtime.block_on(async move {
                    tokio::select! {
                        _ = stopped => {}
                        _ = axum::serve(listener, router) => {}
                        () = delivery::run(state) => {}
                    }
                });
                // Connections that are kept alive end with the runtime.
                runtime.shutdown_background();
            })?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic in the server has been printed by its thread; there is no one to tell here.
            let _ = thread.join();
        }
    }
}
