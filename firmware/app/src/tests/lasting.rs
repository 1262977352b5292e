//! What a board keeps in flash memory: over power cuts, damage and starts that fail.

use super::*;

/// Flash memory that outlives a program.
#[derive(Debug, Clone)]
pub(super) struct Lasting(Rc<RefCell<Vec<u8>>>);

impl Lasting {
    pub(super) fn blank(sectors: u32) -> Self {
        Self(Rc::new(RefCell::new(vec![0; (sectors * SECTOR) as usize])))
    }
}

impl Flash for Lasting {
    type Error = Infallible;

    fn sectors(&self) -> u32 {
        self.0.borrow().len() as u32 / SECTOR
    }

    fn read(&mut self, at: u32, into: &mut [u8]) -> Result<(), Infallible> {
        into.copy_from_slice(&self.0.borrow()[at as usize..][..into.len()]);
        Ok(())
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), Infallible> {
        self.0.borrow_mut()[at as usize..].iter_mut().zip(bytes).for_each(|(to, from)| *to &= from);
        Ok(())
    }

    fn erase(&mut self, sector: u32) -> Result<(), Infallible> {
        self.0.borrow_mut()[(sector * SECTOR) as usize..][..SECTOR as usize].fill(0xFF);
        Ok(())
    }
}

#[test]
fn genes_go_in_and_out_and_last() {
    let flash = Lasting::blank(4);
    let gene = gene(12_345);
    let mut program = Program::new(Synthetic::new(5), Stored::new(flash.clone()), who(1), config(10));
    assert_eq!(run(&mut program, Task::Install(gene.clone())), "Installed");
    assert_eq!(run(&mut program, Task::Export), std::format!("{:?}", Told::Exported(&gene)));
    // A store of this size holds no longer ones.
    assert!(run(&mut program, Task::Identify).contains("features: 1, most: 4064 "));
    // After a power cut it is still there.
    let mut program = Program::new(Synthetic::new(5), Stored::new(flash), who(1), config(10));
    assert_eq!(run(&mut program, Task::Export), std::format!("{:?}", Told::Exported(&gene)));
    (0..9000).for_each(|now| program.poll(now));
    program.output().clear();
    let learnt = run_from(99, 9000, &mut program, Task::Export);
    assert!(learnt.starts_with("Exported") && learnt != std::format!("{:?}", Told::Exported(&gene)));
    let foreign = Builder::new(None, 1).finish();
    assert!(Gene::parse(&foreign).is_ok());
    assert_eq!(run(&mut program, Task::Install(foreign)), "Refused(Unfit)");
}

#[test]
fn a_board_is_the_same_after_a_power_cut_and_proves_it() {
    let flash = Lasting::blank(16);
    let mut store = Stored::new(flash.clone());
    let (drawn, remark) = identity(&mut store, || [9; 32]);
    assert_eq!((drawn.name(), remark), (who(9).name(), None));
    // It has one now, and draws none; what the host puts there counts as well.
    assert_eq!(identity(&mut Stored::new(flash.clone()), || unreachable!()).0.name(), drawn.name());
    let mut provisioned = Store::new(flash.clone());
    provisioned.put(flash::Kind::Identity, &[8; 32]).unwrap();
    let (who, _) = identity(&mut Stored::new(flash), || unreachable!());
    assert_eq!(who.name(), self::who(8).name());

    let name = who.name();
    let mut program = Program::new(Synthetic::new(5), store, who, config(10));
    let said = frames(program.output()).1;
    let notes: Vec<&str> = said.iter().map(|frame| read_note(frame).unwrap()).collect();
    assert_eq!(notes, [std::format!("qres 0.1.0 on test, {name}")]);
    let proof = Proof::new(&self::who(8), &[6; 32]);
    let answer = run(&mut program, Task::Prove([6; 32]));
    assert_eq!(answer, std::format!("{:?}", Told::Answer(Answer::Proof(proof))));
    assert!(proof.holds(&[6; 32]) && proof.name == name);
}

/// A board that has drawn its name and begins, with what it says.
fn begin(flash: &Lasting, boot: Boot) -> (Program<Synthetic, Stored<Lasting>>, Vec<std::string::String>) {
    let mut keep = Stored::new(flash.clone());
    let start = Start::new(&mut keep, None, boot, || [3; 32]);
    let mut program = Program::new(Synthetic::new(5), keep, start, config(10));
    let said = notes(&mut program);
    (program, said)
}

#[test]
fn a_name_that_is_damaged_or_cannot_be_read_is_told_and_left() {
    let flash = Lasting::blank(16);
    begin(&flash, Boot::default());
    let whole = flash.0.borrow().clone();
    assert_eq!(begin(&flash, Boot::default()).1.len(), 1);
    // One copy: it is mended.
    flash.0.borrow_mut()[40] ^= 1;
    let said = begin(&flash, Boot::default()).1;
    assert!(
        said[0].ends_with(&std::format!("{}", who(3).name())) && said[1].contains("is mended"),
        "{said:?}"
    );
    assert!(*flash.0.borrow() == whole);
    // Both: the name is drawn anew, and what is there stays.
    let mut damaged = whole.clone();
    (damaged[50], damaged[SECTOR as usize + 60]) = (!damaged[50], !damaged[SECTOR as usize + 60]);
    *flash.0.borrow_mut() = damaged.clone();
    let mut keep = Stored::new(flash.clone());
    assert_eq!((keep.secret(), keep.begin_term()), (Kept::Damaged, 0));
    let (drawn, remark) = identity(&mut keep, || [4; 32]);
    assert!(drawn.name() == who(4).name() && remark.unwrap().contains("damaged"));
    assert!(*flash.0.borrow() == damaged);
    // So at memory that fails; what fails for a moment is read again.
    *flash.0.borrow_mut() = whole.clone();
    for (failures, kept) in [(2, Kept::Whole([3; 32])), (u32::MAX, Kept::Unreadable)] {
        let mut keep = Stored::new(Failing { flash: flash.clone(), failures });
        assert_eq!(keep.secret(), kept);
        let mut keep = Stored::new(Failing { flash: flash.clone(), failures });
        let (_, remark) = identity(&mut keep, || [4; 32]);
        assert_eq!(remark.is_some(), failures > 2, "{remark:?}");
        assert!(*flash.0.borrow() == whole);
    }
}

/// Memory that cannot be read a few times.
#[derive(Debug)]
struct Failing {
    flash: Lasting,
    failures: u32,
}

impl Flash for Failing {
    type Error = ();

    fn sectors(&self) -> u32 {
        self.flash.sectors()
    }

    fn read(&mut self, at: u32, into: &mut [u8]) -> Result<(), ()> {
        match self.failures {
            0 => self.flash.read(at, into).map_err(|error| match error {}),
            _ => {
                self.failures -= 1;
                Err(())
            }
        }
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), ()> {
        self.flash.write(at, bytes).map_err(|error| match error {})
    }

    fn erase(&mut self, sector: u32) -> Result<(), ()> {
        self.flash.erase(sector).map_err(|error| match error {})
    }
}

#[test]
fn a_board_without_a_store_forgets_and_says_so() {
    for (lack, words) in
        [(Lack::Store, "no partition `qres`"), (Lack::Table, "cannot be read"), (Lack::Unfit, "overlaps")]
    {
        let mut keep = Stored::new(Nowhere);
        let start = Start::new(&mut keep, Some(lack), Boot::default(), || [6; 32]);
        let mut program = Program::new(Synthetic::new(5), keep, start, config(10));
        let said = notes(&mut program);
        assert!(said.len() == 2 && said[1].contains(words) && said[1].contains("forgotten"), "{said:?}");
        // Genes serve until it is switched off.
        assert!(run(&mut program, Task::Identify).contains("features: 0, most: 4096 "));
        assert_eq!(run(&mut program, Task::Install(gene(7))), "Installed");
        assert_eq!(run(&mut program, Task::Export), std::format!("{:?}", Told::Exported(&gene(7))));
    }
}

#[test]
fn starts_are_counted_and_too_many_that_fail_end_in_safe_mode() {
    let flash = Lasting::blank(16);
    let (mut program, _) = begin(&flash, Boot::default());
    assert_eq!(run(&mut program, Task::Install(gene(7))), "Installed");
    let mut words: Words = [1, 2, 3, 4];
    let mut next = |before: fn(&mut Words), reset| {
        before(&mut words);
        Boot::begin(&mut words, reset)
    };
    // Power, and memory that says nothing, begin anew.
    let boots = [
        (next(|_| {}, Reset::Power), Reset::Power, 0),
        (next(panicked, Reset::Watchdog), Reset::Panic, 1),
        (next(|_| {}, Reset::Watchdog), Reset::Watchdog, 2),
        (next(settle, Reset::Watchdog), Reset::Watchdog, 3),
        (next(|_| {}, Reset::Host), Reset::Host, 4),
        (next(panicked, Reset::Unknown), Reset::Panic, 5),
    ];
    for (boot, reset, restarts) in boots {
        assert_eq!((boot.reset, boot.restarts, boot.is_safe()), (reset, restarts, false));
    }
    let boot = next(|_| {}, Reset::Watchdog);
    assert!(boot.is_safe());
    let (mut program, said) = begin(&flash, boot);
    let how = "started anew by its watchdog, 6 times since power came";
    assert!(said[0].ends_with(how) && said[1].starts_with("safe mode"), "{said:?}");
    assert!(run(&mut program, Task::Stats).contains("restarts: 6, reset: Watchdog, safe: true"));
    assert_ne!(run(&mut program, Task::Export), std::format!("{:?}", Told::Exported(&gene(7))));
    // It is over once a start has not failed, and after power was off.
    (0..100 * 16).for_each(|now| program.poll(now));
    assert!(program.settles() && !program.settles());
    assert!(!next(settle, Reset::Watchdog).is_safe());
    let boot = next(|_| {}, Reset::Power);
    assert_eq!((boot.reset, boot.restarts, boot.is_safe()), (Reset::Power, 0, false));
    let (mut program, said) = begin(&flash, Boot::default());
    assert_eq!(
        (said.len(), run(&mut program, Task::Export)),
        (1, std::format!("{:?}", Told::Exported(&gene(7))))
    );
    // A bit that flips makes the count begin anew.
    for bit in 0..128 {
        let mut words: Words = [0; 4];
        for _ in 0..5 {
            Boot::begin(&mut words, Reset::Watchdog);
        }
        words[bit / 32] ^= 1 << (bit % 32);
        assert_eq!(Boot::begin(&mut words, Reset::Watchdog).restarts, 1, "bit {bit}");
    }
}
