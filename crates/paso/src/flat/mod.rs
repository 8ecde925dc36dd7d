//! A message as one flat table: dimensions and measures under their ids, attributes as `attr:<ID>`, other columns under their titles.
//!
//! The columns are those of the first batch. A message may have several parts with different columns; when one comes that the table lacks, the
//! rest of the message is only looked through, and then the message is read once more for the columns of all parts. So a message of one part
//! is read once.
//!
//! A batch becomes bytes on whatever thread decoded it, and the bytes are joined in the message's order.

mod delimited;
mod groups;
mod layout;
mod lines;
mod outlet;

use std::{
    num::NonZero,
    sync::{Mutex, OnceLock, PoisonError},
};

use paso_decode::{Batch, DecodeError, Limits, Message, Parallel, Prepare, Ragged, SinkError};

pub(crate) use delimited::Delimited;
pub(crate) use groups::Groups;
pub(crate) use lines::Lines;
pub(crate) use outlet::Target;

use crate::message::RAGGED_KEPT;
use layout::{Cells, Layout};
use outlet::Outlet;

/// A form of the output.
pub(crate) trait Form: Sync {
    /// What a thread keeps from batch to batch.
    type Scratch: Default;
    /// What a batch becomes.
    type Piece: Send;
    /// Takes the pieces.
    type Writer: Send;

    /// Turns the rows of a batch into a piece; `cells` says for each column of the layout where its cells are.
    fn encode(&self, scratch: &mut Self::Scratch, layout: &Layout, cells: &[Cells], batch: &Batch) -> Result<Self::Piece, SinkError>;
    /// Starts the output.
    fn start(&self, outlet: Outlet, layout: &Layout) -> Result<Self::Writer, SinkError>;
    /// Writes the next piece.
    fn append(writer: &mut Self::Writer, piece: Self::Piece) -> Result<(), SinkError>;
    /// Ends the output.
    fn finish(writer: Self::Writer) -> Result<Outlet, SinkError>;
}

/// How a message is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Options {
    pub(crate) limits: Limits,
    pub(crate) threads: NonZero<usize>,
    /// Whether columns say where each row stands.
    pub(crate) places: bool,
}

/// What was written.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// The number of rows.
    pub(crate) rows: u64,
    /// How many rows do not fit their header, and are left out.
    pub(crate) ragged: u64,
    /// The first of them.
    pub(crate) first_ragged: Vec<Ragged>,
}

/// Writes a message. A message without rows leaves no output.
pub(crate) fn write<F: Form>(form: &F, message: &Message<'_>, options: Options, target: &Target) -> Result<Written, DecodeError> {
    let pass = Pass::new(form, options.places, None);
    let (written, writer) = pass.run(message, options, target)?;
    let (written, writer) = match pass.wider.into_inner().unwrap_or_else(PoisonError::into_inner) {
        None => (written, writer),
        Some(wider) => {
            drop(writer);
            let again = Pass::new(form, options.places, Some(wider));
            again.run(message, options, target)?
        }
    };
    if let Some(writer) = writer {
        F::finish(writer).and_then(Outlet::commit).map_err(|source| DecodeError::Sink { source })?;
    }
    Ok(written)
}

/// One reading of a message.
struct Pass<'f, F> {
    form: &'f F,
    places: bool,
    layout: OnceLock<Layout>,
    /// The layout and the columns that it lacks, once there are any.
    wider: Mutex<Option<Layout>>,
}

/// What some batches became.
struct Done<P> {
    pieces: Vec<P>,
    rows: u64,
    ragged: Vec<Ragged>,
}

impl<'f, F: Form> Pass<'f, F> {
    fn new(form: &'f F, places: bool, known: Option<Layout>) -> Self {
        Self { form, places, layout: known.map(OnceLock::from).unwrap_or_default(), wider: Mutex::new(None) }
    }

    fn run(&self, message: &Message<'_>, options: Options, target: &Target) -> Result<(Written, Option<F::Writer>), DecodeError> {
        let mut written = Written::default();
        let mut writer = None;
        let mut sink = Parallel::new(options.threads, self, |done: Done<F::Piece>| {
            for piece in done.pieces {
                let writer = match &mut writer {
                    Some(writer) => writer,
                    none => {
                        let layout = self.layout.get().ok_or("rows without columns")?;
                        none.insert(self.form.start(target.open(layout.may_widen)?, layout)?)
                    }
                };
                F::append(writer, piece)?;
            }
            written.rows += done.rows;
            written.ragged += done.ragged.len() as u64;
            let room = RAGGED_KEPT - written.first_ragged.len();
            written.first_ragged.extend(done.ragged.into_iter().take(room));
            Ok(())
        });
        message.decode(options.limits, &mut sink)?;
        drop(sink);
        Ok((written, writer))
    }

    /// Notes the columns that the layout lacks.
    fn widen(&self, layout: &Layout, batch: &Batch) -> Result<(), SinkError> {
        if !layout.may_widen {
            return Err("a part of the message has other columns each time that it is read".into());
        }
        let mut wider = self.wider.lock().unwrap_or_else(PoisonError::into_inner);
        wider.get_or_insert_with(|| layout.settled()).add(batch, self.places);
        Ok(())
    }

    fn is_writing(&self) -> bool {
        self.wider.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }
}

impl<F: Form> Prepare for Pass<'_, F> {
    type Done = Done<F::Piece>;
    type Scratch = F::Scratch;

    fn prepare(&self, scratch: &mut F::Scratch, decoded: paso_decode::Decoded) -> Result<Self::Done, SinkError> {
        let mut done = Done { pieces: Vec::with_capacity(decoded.batches.len()), rows: 0, ragged: decoded.ragged };
        for batch in decoded.batches {
            let layout = self.layout.get_or_init(|| Layout::of(&batch, self.places));
            match layout.cells(&batch, self.places) {
                None => self.widen(layout, &batch)?,
                Some(cells) if self.is_writing() => {
                    done.rows += batch.rows.len() as u64;
                    done.pieces.push(self.form.encode(scratch, layout, &cells, &batch)?);
                }
                Some(_) => {}
            }
        }
        Ok(done)
    }
}
