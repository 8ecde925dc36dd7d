//! Codes and their names.

use serde::{Deserialize, Serialize};

/// What of codes and their names comes out. The words are those of SDMX, which asks a publisher for them in the same way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Labels {
    /// The codes.
    #[default]
    Id,
    /// The codes, and the names beside them in a column `<ID>_label`, where the message has names.
    Name,
    /// Both in one cell, `A: Annual`; the code alone where the message has no name.
    Both,
}
