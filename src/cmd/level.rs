//! The options `-1` to `-9`, made from the ladder itself: a stronger level needs no change here.

use crate::{
    failure::{Failure, Outcome},
    text::plain,
};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use qres_core::codec::Level;

/// The level typed, if one was; the last one counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LevelFlag(Option<u8>);

const HIGHEST_FLAG: u8 = 9;
const IDS: [&str; HIGHEST_FLAG as usize + 1] =
    ["level", "level1", "level2", "level3", "level4", "level5", "level6", "level7", "level8", "level9"];
/// The level of people who do not choose, once there are that many.
const ORDINARY: u8 = 5;

impl LevelFlag {
    /// The level meant: the one typed, else that of `QRES_LEVEL`, else the ordinary one.
    pub(crate) fn get(self) -> Outcome<Level> {
        let number = match self.0 {
            Some(level) => level,
            None => of_environment()?.unwrap_or_else(default),
        };
        Level::new(number).ok_or_else(|| {
            let strongest = Level::STRONGEST.get();
            let what = format!("there is no level {number} in this version; the strongest is {strongest}");
            Failure::usage(what, "leave the level out to get a good one")
        })
    }
}

fn of_environment() -> Outcome<Option<u8>> {
    let Some(word) = std::env::var_os("QRES_LEVEL").filter(|word| !word.is_empty()) else { return Ok(None) };
    let level = word.to_str().and_then(|word| word.trim().parse::<u8>().ok());
    level.filter(|level| (1..=HIGHEST_FLAG).contains(level)).map(Some).ok_or_else(|| {
        let what =
            format!("QRES_LEVEL is `{}`, which is no level", plain::printable(&word.to_string_lossy()));
        Failure::usage(what, "set it to a number from 1 to 9, or leave it unset")
    })
}

fn default() -> u8 {
    ORDINARY.min(Level::STRONGEST.get())
}

fn id(level: u8) -> &'static str {
    IDS[usize::from(level)]
}

impl Args for LevelFlag {
    fn augment_args(command: Command) -> Command {
        (1..=HIGHEST_FLAG).fold(command, |command, level| command.arg(flag(level)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

fn flag(level: u8) -> Arg {
    let (fastest, strongest) = (Level::FASTEST.get(), Level::STRONGEST.get());
    let help = match level {
        _ if level == fastest => format!("Fastest; -{fastest} to -{strongest} trade speed for size"),
        _ if level == strongest && level == default() => "Smallest (default)".into(),
        _ if level == strongest => "Smallest".into(),
        _ if level == default() => "Default; QRES_LEVEL sets another".into(),
        _ => String::new(),
    };
    Arg::new(id(level))
        .short(char::from(b'0' + level))
        .action(ArgAction::SetTrue)
        .overrides_with_all((1..=HIGHEST_FLAG).map(id))
        .hide(help.is_empty())
        .help(help)
}

impl FromArgMatches for LevelFlag {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self((1..=HIGHEST_FLAG).find(|&level| matches.get_flag(id(level)))))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
