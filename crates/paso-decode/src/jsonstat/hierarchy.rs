//! The hierarchy of a dimension's categories: no category may stand below itself.

/// An edge of a hierarchy: the positions of a parent and of one of its children.
pub(super) type Edge = (u32, u32);

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    /// It is on the way from the category where the walk began.
    Open,
    Done,
}

fn set(states: &mut [State], category: u32, state: State) {
    if let Some(slot) = states.get_mut(category as usize) {
        *slot = state;
    }
}

/// A category that stands below itself.
///
/// Walks down from every category without recursion, so that a chain of a million categories is no deeper than a short one.
pub(super) fn cycle(categories: usize, mut edges: Vec<Edge>) -> Option<u32> {
    edges.sort_unstable();
    let children = |parent: u32| {
        let start = edges.partition_point(|edge| edge.0 < parent);
        let end = edges.partition_point(|edge| edge.0 <= parent);
        edges.get(start..end).unwrap_or_default().iter().map(|edge| edge.1)
    };
    let mut states = vec![State::New; categories];
    for start in edges.iter().map(|edge| edge.0) {
        if states.get(start as usize) != Some(&State::New) {
            continue;
        }
        let mut path = vec![(start, children(start))];
        set(&mut states, start, State::Open);
        while let Some((category, below)) = path.last_mut() {
            let Some(child) = below.next() else {
                set(&mut states, *category, State::Done);
                path.pop();
                continue;
            };
            match states.get(child as usize) {
                Some(State::Open) => return Some(child),
                Some(State::New) => {
                    set(&mut states, child, State::Open);
                    path.push((child, children(child)));
                }
                _ => {}
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_and_a_category_with_two_parents_have_no_cycle() {
        assert_eq!(cycle(5, vec![(0, 1), (0, 2), (1, 3), (2, 3), (3, 4)]), None);
        assert_eq!(cycle(0, vec![]), None);
        let chain = (0..999_999).map(|n| (n, n + 1)).collect();
        assert_eq!(cycle(1_000_000, chain), None);
    }

    #[test]
    fn a_cycle_is_found_wherever_it_is() {
        assert_eq!(cycle(1, vec![(0, 0)]), Some(0));
        assert_eq!(cycle(2, vec![(0, 1), (1, 0)]), Some(0));
        assert_eq!(cycle(5, vec![(0, 1), (2, 3), (3, 4), (4, 2)]), Some(2));
        assert_eq!(cycle(4, vec![(0, 1), (1, 2), (2, 3), (3, 1)]), Some(1));
    }
}
