//! Pieces of a body that any thread may take apart, and sinks that let them.
//!
//! A format whose body can be cut between two records hands out pieces in the body's order. Whoever receives them decides how many threads
//! take them apart; what they become is taken over in the body's order again, so that the result never depends on the number of threads.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::batch::{Batch, Ragged, Sink, SinkError};
use crate::error::DecodeError;

/// What a piece of a body becomes.
#[derive(Debug, Default)]
pub struct Decoded {
    /// The rows, in their order.
    pub batches: Vec<Batch>,
    /// Rows that do not fit the header.
    pub ragged: Vec<Ragged>,
}

/// A piece of a body that is read, but not yet taken apart.
pub type Piece = Box<dyn FnOnce() -> Result<Decoded, DecodeError> + Send>;

/// Hands out the pieces of a body, one after the other.
pub trait Pieces: Send {
    /// The next piece; none at the end of the body.
    fn next(&mut self) -> Result<Option<Piece>, DecodeError>;
}

/// Takes the pieces apart one after the other.
pub(crate) fn one_by_one(pieces: &mut dyn Pieces, sink: &mut (impl Sink + ?Sized)) -> Result<(), DecodeError> {
    while let Some(piece) = pieces.next()? {
        let Decoded { batches, ragged } = piece()?;
        batches.into_iter().try_for_each(|batch| sink.batch(batch)).map_err(|source| DecodeError::Sink { source })?;
        ragged.into_iter().try_for_each(|row| sink.ragged(row)).map_err(|source| DecodeError::Sink { source })?;
    }
    Ok(())
}

/// What a receiver does with batches on any thread, before they are taken over in their order.
pub trait Prepare: Sync {
    /// What a piece becomes.
    type Done: Send;
    /// Buffers that one thread uses again and again.
    type Scratch: Default;
    /// Does what needs no other piece.
    fn prepare(&self, scratch: &mut Self::Scratch, decoded: Decoded) -> Result<Self::Done, SinkError>;
}

/// A sink that prepares pieces on several threads and takes them over in the body's order.
pub struct Parallel<'p, P: Prepare, C> {
    prepare: &'p P,
    commit: C,
    threads: usize,
    scratch: P::Scratch,
}

impl<'p, P, C> Parallel<'p, P, C>
where
    P: Prepare,
    C: FnMut(P::Done) -> Result<(), SinkError> + Send,
{
    /// `commit` receives what `prepare` made, in the order of the body.
    pub fn new(threads: NonZero<usize>, prepare: &'p P, commit: C) -> Self {
        Self { prepare, commit, threads: threads.get(), scratch: P::Scratch::default() }
    }

    fn take(&mut self, decoded: Decoded) -> Result<(), SinkError> {
        let done = self.prepare.prepare(&mut self.scratch, decoded)?;
        (self.commit)(done)
    }
}

impl<P, C> Sink for Parallel<'_, P, C>
where
    P: Prepare,
    C: FnMut(P::Done) -> Result<(), SinkError> + Send,
{
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        self.take(Decoded { batches: vec![batch], ragged: Vec::new() })
    }

    fn ragged(&mut self, ragged: Ragged) -> Result<(), SinkError> {
        self.take(Decoded { batches: Vec::new(), ragged: vec![ragged] })
    }

    fn pieces(&mut self, pieces: &mut dyn Pieces) -> Result<(), DecodeError> {
        if self.threads == 1 {
            return one_by_one(pieces, self);
        }
        let crew = Crew {
            prepare: self.prepare,
            reading: Mutex::new(Reading { pieces, next: 0, ended: false }),
            order: Mutex::new(Order { commit: &mut self.commit, next: 0, waiting: BTreeMap::new(), failure: None, panicked: false }),
            moved: Condvar::new(),
            ahead: 2 * self.threads,
        };
        std::thread::scope(|scope| {
            for _ in 1..self.threads {
                scope.spawn(|| crew.work());
            }
            crew.work();
        });
        let order = crew.order.into_inner().unwrap_or_else(PoisonError::into_inner);
        order.failure.map_or(Ok(()), Err)
    }
}

/// The threads that share a body.
struct Crew<'c, P: Prepare, C> {
    prepare: &'c P,
    reading: Mutex<Reading<'c>>,
    order: Mutex<Order<'c, P::Done, C>>,
    /// Something was taken over.
    moved: Condvar,
    /// How many pieces may wait for an earlier one.
    ahead: usize,
}

struct Reading<'c> {
    pieces: &'c mut dyn Pieces,
    next: usize,
    ended: bool,
}

struct Order<'c, D, C> {
    commit: &'c mut C,
    next: usize,
    waiting: BTreeMap<usize, Result<D, DecodeError>>,
    failure: Option<DecodeError>,
    /// A thread panicked: its piece never comes, so nobody waits for it.
    panicked: bool,
}

impl<D, C> Order<'_, D, C> {
    fn is_over(&self) -> bool {
        self.failure.is_some() || self.panicked
    }
}

/// Ends the work of all threads where one of them panics; the scope then hands the panic on.
struct Alarm<'a, 'c, P: Prepare, C>(&'a Crew<'c, P, C>);

impl<P: Prepare, C> Drop for Alarm<'_, '_, P, C> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            lock(&self.0.order).panicked = true;
            self.0.moved.notify_all();
        }
    }
}

impl<P, C> Crew<'_, P, C>
where
    P: Prepare,
    C: FnMut(P::Done) -> Result<(), SinkError> + Send,
{
    fn work(&self) {
        let _alarm = Alarm(self);
        let mut scratch = P::Scratch::default();
        while let Some((number, piece)) = self.piece() {
            let done = piece
                .and_then(|piece| piece())
                .and_then(|decoded| self.prepare.prepare(&mut scratch, decoded).map_err(|source| DecodeError::Sink { source }));
            self.hand_in(number, done);
        }
    }

    /// The next piece and its number; none when there is nothing more to do.
    fn piece(&self) -> Option<(usize, Result<Piece, DecodeError>)> {
        let mut reading = lock(&self.reading);
        if reading.ended || lock(&self.order).is_over() {
            return None;
        }
        let number = reading.next;
        reading.next += 1;
        match reading.pieces.next() {
            Ok(Some(piece)) => Some((number, Ok(piece))),
            Ok(None) => {
                reading.ended = true;
                None
            }
            Err(error) => {
                reading.ended = true;
                Some((number, Err(error)))
            }
        }
    }

    /// Takes over what is next in the body's order, and waits where too much stands in line behind a slow piece.
    fn hand_in(&self, number: usize, done: Result<P::Done, DecodeError>) {
        let mut order = lock(&self.order);
        order.waiting.insert(number, done);
        order.take_over();
        self.moved.notify_all();
        while !order.is_over() && number >= order.next && order.waiting.len() > self.ahead {
            order = self.moved.wait(order).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl<D, C: FnMut(D) -> Result<(), SinkError>> Order<'_, D, C> {
    fn take_over(&mut self) {
        while !self.is_over()
            && let Some(done) = self.waiting.remove(&self.next)
        {
            self.next += 1;
            let taken = done.and_then(|done| (self.commit)(done).map_err(|source| DecodeError::Sink { source }));
            self.failure = taken.err();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Whoever panicked ends the work by its alarm; what it held is not used again.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out pieces whose one ragged row holds their number; the earlier ones take longer.
    struct Numbers {
        next: u32,
        end: u32,
        broken: Option<u32>,
    }

    impl Pieces for Numbers {
        fn next(&mut self) -> Result<Option<Piece>, DecodeError> {
            let (number, broken) = (self.next, self.broken);
            self.next += 1;
            let failure = move |problem: &str| DecodeError::Empty { place: number.to_string(), problem: problem.to_owned() };
            if number == self.end {
                return if self.broken == Some(self.end) { Err(failure("read")) } else { Ok(None) };
            }
            Ok(Some(Box::new(move || {
                std::thread::sleep(std::time::Duration::from_micros(u64::from(7 - number % 7) * 50));
                if broken == Some(number) {
                    return Err(failure("piece"));
                }
                let row = Ragged { part: None, row: number, text: String::new(), fields: 1, expected: 2 };
                Ok(Decoded { batches: Vec::new(), ragged: vec![row] })
            })))
        }
    }

    struct Row;

    impl Prepare for Row {
        type Done = u32;
        type Scratch = usize;
        fn prepare(&self, uses: &mut usize, decoded: Decoded) -> Result<u32, SinkError> {
            *uses += 1;
            Ok(decoded.ragged[0].row)
        }
    }

    fn run(threads: usize, broken: Option<u32>) -> (Vec<u32>, Result<(), DecodeError>) {
        let mut taken = Vec::new();
        let mut sink = Parallel::new(NonZero::new(threads).unwrap(), &Row, |row| {
            taken.push(row);
            Ok(())
        });
        let result = sink.pieces(&mut Numbers { next: 0, end: 40, broken });
        (taken, result)
    }

    #[test]
    fn pieces_are_taken_over_in_their_order_whatever_the_number_of_threads() {
        for threads in [1, 2, 5] {
            let (taken, result) = run(threads, None);
            result.unwrap();
            assert_eq!(taken, (0..40).collect::<Vec<_>>());
        }
    }

    #[test]
    fn nothing_behind_a_broken_piece_is_taken_over() {
        for threads in [1, 2, 5] {
            for broken in [0, 17, 40] {
                let (taken, result) = run(threads, Some(broken));
                assert_eq!(taken, (0..broken).collect::<Vec<_>>());
                let problem = if broken == 40 { "read" } else { "piece" };
                assert_eq!(result.unwrap_err().to_string(), format!("{broken} has no data: {problem}"));
            }
        }
    }

    #[test]
    fn a_receiver_that_fails_stops_the_work() {
        for threads in [1, 3] {
            let mut sink =
                Parallel::new(NonZero::new(threads).unwrap(), &Row, |row| if row < 5 { Ok(()) } else { Err("disk full".into()) });
            let error = sink.pieces(&mut Numbers { next: 0, end: 40, broken: None }).unwrap_err();
            assert!(matches!(error, DecodeError::Sink { .. }), "{error}");
        }
    }

    /// Panics at one piece.
    struct Panics;

    impl Prepare for Panics {
        type Done = u32;
        type Scratch = usize;
        fn prepare(&self, _: &mut usize, decoded: Decoded) -> Result<u32, SinkError> {
            let row = decoded.ragged[0].row;
            assert_ne!(row, 3, "a panic of a receiver");
            Ok(row)
        }
    }

    #[test]
    fn a_panic_on_one_thread_ends_the_work_of_all() {
        for threads in [1, 2, 5] {
            let run = || {
                let mut sink = Parallel::new(NonZero::new(threads).unwrap(), &Panics, |_| Ok(()));
                sink.pieces(&mut Numbers { next: 0, end: 40, broken: None })
            };
            assert!(std::panic::catch_unwind(run).is_err(), "{threads} threads");
        }
    }
}
