//! Whom a peer can send to, and whom it hears: addresses, whatever they are to the driver.
//!
//! Half of the places are for contacts that the driver names ([`Contacts::meet`]): whoever only talks can take the other
//! half from each other, never these.

use super::SLOTS;

/// Whom the driver sends to: a number that it gives each end it can reach.
pub type Address = u64;

/// Limit: contacts that are remembered.
pub(super) const CONTACTS: usize = 2 * SLOTS;
/// Tuning: forged packets after which a contact is not heard for a while.
const STRIKES: u8 = 3;
/// Tuning: milliseconds of that while.
const BLOCKED: u64 = 3_600_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Contact {
    address: Address,
    /// Genes from it that have served.
    helped: u16,
    strikes: u8,
    /// Whether the driver has named it.
    is_met: bool,
    is_asked: bool,
    heard: u64,
    /// When it was last answered.
    answered: Option<u64>,
}

/// The contacts.
#[derive(Debug, Clone, Default)]
pub(super) struct Contacts {
    all: [Option<Contact>; CONTACTS],
}

impl Contacts {
    fn find(&mut self, address: Address) -> Option<&mut Contact> {
        self.all.iter_mut().flatten().find(|one| one.address == address)
    }

    /// The driver names a contact. Of more than there is room for the first stay.
    pub(super) fn meet(&mut self, address: Address) {
        if let Some(known) = self.find(address) {
            known.is_met = true;
            return;
        }
        let met = self.all.iter().flatten().filter(|one| one.is_met).count();
        if met < CONTACTS / 2 {
            self.put(Contact { is_met: true, ..Contact::new(address, 0) });
        }
    }

    /// Somebody talks; whether it is heard.
    pub(super) fn hears(&mut self, address: Address, now: u64) -> bool {
        match self.find(address) {
            Some(known) => {
                if known.strikes >= STRIKES && now.saturating_sub(known.heard) < BLOCKED {
                    return false;
                }
                if known.strikes >= STRIKES {
                    known.strikes = 0;
                }
                known.heard = now;
            }
            None => self.put(Contact::new(address, now)),
        }
        true
    }

    /// In a free place, or that of whoever only talks, has helped least and was silent longest.
    fn put(&mut self, new: Contact) {
        let talkers = self.all.iter().flatten().filter(|one| !one.is_met).count();
        let free = self.all.iter().position(Option::is_none).filter(|_| new.is_met || talkers < CONTACTS / 2);
        let least = || {
            let known = self.all.iter().enumerate().filter_map(|(at, one)| Some((at, one.as_ref()?)));
            known
                .filter(|(_, one)| !one.is_met)
                .min_by_key(|(_, one)| (one.helped, one.heard))
                .map(|(at, _)| at)
        };
        if let Some(place) = free.or_else(least).and_then(|at| self.all.get_mut(at)) {
            *place = Some(new);
        }
    }

    /// It has sent what cannot be from whom it says it is.
    pub(super) fn strike(&mut self, address: Address) {
        if let Some(known) = self.find(address) {
            known.strikes = known.strikes.saturating_add(1);
        }
    }

    /// The contact to ask for genes next: one that was not asked yet, if there is one.
    pub(super) fn ask(&mut self, draw: u64) -> Option<Address> {
        let known = || self.all.iter().flatten();
        let is_left = known().any(|one| !one.is_asked);
        let fit = || known().filter(|one| !(is_left && one.is_asked));
        let at = draw.checked_rem(fit().count() as u64)?;
        let address = fit().nth(at as usize)?.address;
        self.find(address)?.is_asked = true;
        Some(address)
    }

    /// Whether it was asked for genes.
    pub(super) fn is_asked(&self, address: Address) -> bool {
        self.all.iter().flatten().any(|one| one.address == address && one.is_asked)
    }

    /// A gene from it has served.
    pub(super) fn credit(&mut self, address: Address) {
        if let Some(known) = self.find(address) {
            known.helped = known.helped.saturating_add(1);
        }
    }

    /// Whether a hello of this contact may be answered now: once in `period`.
    pub(super) fn may_answer(&mut self, address: Address, now: u64, period: u64) -> bool {
        let Some(known) = self.find(address) else { return false };
        let early = known.answered.is_some_and(|answered| now.saturating_sub(answered) < period);
        if !early {
            known.answered = Some(now);
        }
        !early
    }

    /// Two contacts to send to, not `except`: one of those that have helped, if any has, and any other one.
    pub(super) fn draw(&self, except: Option<Address>, draws: [u64; 2]) -> [Option<Address>; 2] {
        let [first, second] = draws;
        let others = || self.all.iter().flatten().filter(|one| Some(one.address) != except);
        let pick = |helpful: bool, but: Option<Address>, draw: u64| {
            let fit = || others().filter(|one| (one.helped > 0 || !helpful) && Some(one.address) != but);
            let at = draw.checked_rem(fit().count() as u64)?;
            fit().nth(at as usize).map(|one| one.address)
        };
        let one = pick(true, None, first).or_else(|| pick(false, None, first));
        [one, pick(false, one, second)]
    }

    /// All of them.
    pub(super) fn addresses(&self) -> impl Iterator<Item = Address> {
        self.all.iter().flatten().map(|one| one.address)
    }
}

impl Contact {
    const fn new(address: Address, heard: u64) -> Self {
        Self { address, helped: 0, strikes: 0, is_met: false, is_asked: false, heard, answered: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    #[test]
    fn those_who_only_talk_push_nobody_out_whom_the_driver_named() {
        let mut contacts = Contacts::default();
        (0..8).for_each(|address| contacts.meet(address));
        for address in 100..1000 {
            assert!(contacts.hears(address, address));
        }
        let all: Vec<Address> = contacts.addresses().collect();
        assert!((0..8).all(|met| all.contains(&met)) && all.len() == CONTACTS, "{all:?}");
    }

    #[test]
    fn forgers_are_not_heard_for_a_while() {
        let mut contacts = Contacts::default();
        assert!(contacts.hears(1, 0));
        (0..3).for_each(|_| contacts.strike(1));
        assert!(!contacts.hears(1, 1000) && contacts.hears(1, BLOCKED) && contacts.hears(1, BLOCKED + 1));
    }

    #[test]
    fn all_are_asked_before_anybody_is_asked_again() {
        let mut contacts = Contacts::default();
        (0..8).for_each(|address| contacts.meet(address));
        let mut asked: Vec<Address> = (0..8).filter_map(|draw| contacts.ask(draw * 5)).collect();
        asked.sort_unstable();
        assert_eq!(asked, [0, 1, 2, 3, 4, 5, 6, 7]);
        assert!(contacts.ask(3).is_some() && contacts.is_asked(3) && !contacts.is_asked(9));
    }

    #[test]
    fn one_of_two_who_are_drawn_has_helped() {
        let mut contacts = Contacts::default();
        (0..8).for_each(|address| contacts.meet(address));
        contacts.credit(3);
        for draw in 0..40 {
            let [one, other] = contacts.draw(None, [draw, draw * 7]);
            assert!(one == Some(3) && other.is_some_and(|other| other != 3));
            let [one, other] = contacts.draw(Some(3), [draw, draw * 7]);
            assert!(one != Some(3) && other != Some(3) && one != other);
        }
        assert_eq!(Contacts::default().draw(None, [1, 2]), [None; 2]);
    }
}
