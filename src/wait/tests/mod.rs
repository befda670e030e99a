mod faults;
mod feed;
mod fleet;
mod single;
mod watched;
