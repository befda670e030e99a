mod faults;
mod feed;
mod fleet;
mod saved;
mod single;
mod watched;
