//! What the components are where no structure message says it.

use crate::batch::Role;

/// Eurostat's own column, which stands before the dimensions.
const LAST_UPDATE: &str = "LAST UPDATE";
const TIME_PERIOD: &str = "TIME_PERIOD";
pub(super) const OBS_VALUE: &str = "OBS_VALUE";

/// The roles of the components with these ids, which stand in this order.
pub(super) fn guess(ids: &[&str]) -> Vec<Role> {
    by_name(ids).unwrap_or_else(|| by_order(ids))
}

/// The names of teaching material and of registries' own tests, `DIM_1`, `MEAS_1`, `ATTR_1`, `Id_1`, `Me_1`: there, columns stand in any order.
/// Counts only if every column but the last ones, which may be the writer's own, has such a name: `MEASURE` is a dimension elsewhere.
fn by_name(ids: &[&str]) -> Option<Vec<Role>> {
    let roles: Vec<Option<Role>> = ids.iter().map(|id| named(id)).collect();
    let named = roles.iter().take_while(|role| role.is_some()).count();
    let convention = roles.iter().skip(named).all(Option::is_none) && ids.iter().any(|id| prefix(id).is_some());
    convention.then(|| roles.into_iter().map(|role| role.unwrap_or(Role::Attribute)).collect())
}

fn named(id: &str) -> Option<Role> {
    if id == TIME_PERIOD {
        return Some(Role::Dimension);
    }
    if id.strip_prefix(OBS_VALUE).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit())) {
        return Some(Role::Measure);
    }
    prefix(id)
}

fn prefix(id: &str) -> Option<Role> {
    const PREFIXES: [(&str, Role); 7] = [
        ("DIM", Role::Dimension),
        ("Id_", Role::Dimension),
        ("MEAS_", Role::Measure),
        ("Me_", Role::Measure),
        ("ATTR", Role::Attribute),
        ("ATT", Role::Attribute),
        ("At_", Role::Attribute),
    ];
    PREFIXES.iter().find_map(|(prefix, role)| {
        let rest = id.strip_prefix(prefix)?;
        (prefix.ends_with('_') || rest.starts_with(|first: char| first == '_' || first.is_ascii_digit())).then_some(*role)
    })
}

/// The order in which the standard tells services to write: the dimensions, the time last, the value, the attributes.
fn by_order(ids: &[&str]) -> Vec<Role> {
    let key = ids.iter().position(|id| named(id).is_some()).unwrap_or(ids.len());
    let role = |(index, id): (usize, &&str)| match named(id) {
        Some(role) if prefix(id).is_none() => role,
        _ if index < key && *id != LAST_UPDATE => Role::Dimension,
        _ => Role::Attribute,
    };
    ids.iter().enumerate().map(role).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(ids: &str) -> String {
        let ids: Vec<&str> = ids.split(',').collect();
        let letter = |role| match role {
            Role::Dimension => 'D',
            Role::Measure => 'M',
            Role::Attribute => 'A',
            Role::Cell => 'C',
        };
        guess(&ids).into_iter().map(letter).collect()
    }

    #[test]
    fn the_order_tells_the_roles() {
        assert_eq!(letters("FREQ,TIME_PERIOD,OBS_VALUE,EMBARGO_TIME"), "DDMA");
        assert_eq!(letters("LAST UPDATE,freq,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG"), "ADDDMA");
        assert_eq!(letters("REF_AREA,MEASURE,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,ATT_1"), "DDDMAA");
        assert_eq!(letters("FREQ,TIME_PERIOD,COLLECTION,OBS_VALUE"), "DDAM", "the time is the last dimension");
        assert_eq!(letters("FREQ,OBS_VALUE,TIME_PERIOD,OBS_STATUS"), "DMDA");
        assert_eq!(letters("FREQ,REF_AREA"), "DD", "a deletion may name dimensions only");
    }

    #[test]
    fn conventional_names_tell_the_roles_in_any_order() {
        assert_eq!(letters("OBS_VALUE1,OBS_VALUE2,ATTR_3,ATTR_1,DIM_2,DIM_1,DIM_3"), "MMAADDD");
        assert_eq!(letters("DIM1,DIM2,ATT1,OBS_VALUE,TIME_PERIOD,UPDATED"), "DDAMDA");
        assert_eq!(letters("Id_1,Id_2,Me_1,At_1"), "DDMA");
        assert_eq!(letters("DIM_A1B1,MEAS_C2,ATTR_B1"), "DMA");
    }
}
