//! Charts: points between two logarithmic axes as SVG, and bars.

use super::page::Escaped;
use std::fmt::Write;

/// One thing that is shown.
#[derive(Debug, Clone)]
pub(crate) struct Point {
    /// What it is called.
    pub(crate) name: String,
    /// Its class, which gives the colour: `own`, `text`, `values`.
    pub(crate) class: &'static str,
    pub(crate) x: f64,
    pub(crate) y: f64,
    /// What is told of it when it is pointed at.
    pub(crate) about: String,
}

/// What the axes are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Axes<'t> {
    pub(crate) x: &'t str,
    pub(crate) y: &'t str,
}

const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 44.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 42.0;
/// Width of a letter of a name, and height of a line of it.
const LETTER: f64 = 6.7;
const LINE: f64 = 13.0;

/// Points; those of class `own` are joined by a line in the order given.
pub(crate) fn scatter(axes: Axes<'_>, points: &[Point]) -> String {
    let shown: Vec<&Point> = points.iter().filter(|point| point.x > 0.0 && point.y > 0.0).collect();
    let (x, y) = (Scale::of(shown.iter().map(|p| p.x)), Scale::of(shown.iter().map(|p| p.y)));
    let place = |p: &Point| {
        (LEFT + x.at(p.x) * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - y.at(p.y) * (HEIGHT - TOP - BOTTOM))
    };
    let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\">\n");
    draw_axes(&mut svg, axes, &x, &y);
    let places: Vec<(f64, f64)> = shown.iter().map(|point| place(point)).collect();
    let own = shown.iter().zip(&places).filter(|(point, _)| point.class == "own");
    let ladder: Vec<String> = own.map(|(_, (x, y))| format!("{x:.1},{y:.1}")).collect();
    let _ = writeln!(svg, "<polyline class=\"ladder\" points=\"{}\"/>", ladder.join(" "));
    let names = names(&shown, &places);
    for ((point, (x, y)), name) in shown.iter().zip(&places).zip(&names) {
        let (called, about, class) = (Escaped(&point.name), Escaped(&point.about), point.class);
        let radius = if class == "own" { 6.5 } else { 5.0 };
        let _ = writeln!(
            svg,
            "<g class=\"{class}\" data-codec=\"{called}\"><title>{about}</title>\
             <circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\"/>\
             <text class=\"name\" x=\"{:.1}\" y=\"{:.1}\">{called}</text></g>",
            name.left,
            name.bottom - 3.0,
        );
    }
    svg + "</svg>\n"
}

fn draw_axes(svg: &mut String, axes: Axes<'_>, x: &Scale, y: &Scale) {
    let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
    for tick in x.ticks() {
        let at = LEFT + x.at(tick) * (right - LEFT);
        let _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{TOP}\" y2=\"{bottom}\"/>\
             <text class=\"tick\" x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{tick}</text>",
            bottom + 16.0
        );
    }
    for tick in y.ticks() {
        let at = bottom - y.at(tick) * (bottom - TOP);
        let _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>\
             <text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{tick}</text>",
            LEFT - 7.0,
            at + 4.0
        );
    }
    let _ = writeln!(
        svg,
        "<text class=\"tick\" x=\"{right}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\
         <text class=\"tick\" x=\"4\" y=\"13\">{}</text>",
        HEIGHT - 6.0,
        Escaped(axes.x),
        Escaped(axes.y)
    );
}

/// A logarithmic axis with room on both sides.
#[derive(Debug, Clone, Copy)]
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let (low, high) =
            values.fold((f64::INFINITY, 0.0), |(low, high): (f64, f64), v| (low.min(v), high.max(v)));
        if low > high {
            return Self { low: 1.0, high: 10.0 };
        }
        let room = (high / low).powf(0.07).max(1.15);
        Self { low: low / room, high: high * room }
    }

    /// From 0 to 1.
    fn at(&self, value: f64) -> f64 {
        (value / self.low).ln() / (self.high / self.low).ln()
    }

    /// Round numbers, at least a few and not too many.
    fn ticks(&self) -> Vec<f64> {
        let rounds: [&[f64]; 4] =
            [&[1.0], &[1.0, 3.0], &[1.0, 2.0, 5.0], &[1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]];
        let ticks = |round: &[f64]| {
            let powers = (self.low.log10().floor() as i32)..=(self.high.log10().floor() as i32);
            let all = powers.flat_map(|power| {
                // Dividing by a power of ten keeps 0.3 from being 0.30000000000000004.
                let unit = 10f64.powi(power.abs());
                round.iter().map(move |r| if power < 0 { r / unit } else { r * unit })
            });
            all.filter(|tick| (self.low..=self.high).contains(tick)).collect::<Vec<f64>>()
        };
        let enough = rounds.iter().map(|round| ticks(round)).find(|ticks| ticks.len() >= 4);
        enough.unwrap_or_else(|| ticks(rounds[3]))
    }
}

/// Where a name stands.
#[derive(Debug, Clone, Copy)]
struct Room {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Room {
    fn overlap(&self, other: &Self) -> f64 {
        let width = self.right.min(other.right) - self.left.max(other.left);
        let height = self.bottom.min(other.bottom) - self.top.max(other.top);
        width.max(0.0) * height.max(0.0)
    }
}

/// Names beside their points, where they cover least of the others.
fn names(points: &[&Point], places: &[(f64, f64)]) -> Vec<Room> {
    let mut taken: Vec<Room> = places
        .iter()
        .map(|(x, y)| Room { left: x - 6.0, right: x + 6.0, top: y - 6.0, bottom: y + 6.0 })
        .collect();
    let mut names = Vec::new();
    for (point, &(x, y)) in points.iter().zip(places) {
        let width = point.name.chars().count() as f64 * LETTER;
        let sides = [
            (9.0, -LINE / 2.0),
            (-9.0 - width, -LINE / 2.0),
            (-width / 2.0, -8.0 - LINE),
            (-width / 2.0, 8.0),
            (7.0, -5.0 - LINE),
            (7.0, 5.0),
            (-7.0 - width, -5.0 - LINE),
            (-7.0 - width, 5.0),
            (-width / 2.0, -20.0 - LINE),
            (-width / 2.0, 20.0),
        ];
        let rooms = sides.map(|(dx, dy)| Room {
            left: x + dx,
            right: x + dx + width,
            top: y + dy,
            bottom: y + dy + LINE,
        });
        let covered = |room: &Room| {
            let out = (room.right - WIDTH).max(0.0)
                + (LEFT - room.left).max(0.0)
                + (room.bottom - HEIGHT + BOTTOM).max(0.0);
            taken.iter().map(|other| room.overlap(other)).sum::<f64>() + out * LINE
        };
        let best = rooms.iter().copied().min_by(|a, b| covered(a).total_cmp(&covered(b)));
        let room = best.unwrap_or(rooms[0]);
        taken.push(room);
        names.push(room);
    }
    names
}

/// A bar.
#[derive(Debug, Clone)]
pub(crate) struct Bar {
    pub(crate) name: String,
    pub(crate) class: &'static str,
    pub(crate) value: f64,
    pub(crate) about: String,
}

/// Bars below each other, the longest as wide as there is room.
pub(crate) fn bars(bars: &[Bar]) -> String {
    let longest = bars.iter().map(|bar| bar.value).fold(f64::MIN_POSITIVE, f64::max);
    let mut html = String::from("<div class=\"bars\">\n");
    for Bar { name, class, value, about } in bars {
        let (name, about, share) = (Escaped(name), Escaped(about), value / longest * 100.0);
        let _ = writeln!(
            html,
            "<div class=\"{class}\" data-codec=\"{name}\" title=\"{about}\"><span>{name}</span>\
             <i style=\"--w:{share:.1}%\"></i><span>{value:.2}</span></div>",
        );
    }
    html + "</div>\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(name: &str, x: f64, y: f64) -> Point {
        Point { name: name.into(), class: "own", x, y, about: String::new() }
    }

    #[test]
    fn ticks_are_round_and_few() {
        let ticks = |low, high| Scale { low, high }.ticks();
        assert_eq!(ticks(0.5, 2000.0), [1.0, 10.0, 100.0, 1000.0]);
        assert_eq!(ticks(2.8, 11.0), [3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]);
        assert_eq!(ticks(0.02, 0.4), [0.02, 0.05, 0.1, 0.2]);
    }

    #[test]
    fn names_keep_out_of_each_others_way() {
        let points: Vec<Point> = (0..4).map(|n| point("qres-1", 100.0 + f64::from(n), 5.0)).collect();
        let places: Vec<(f64, f64)> = (0..4).map(|n| (200.0 + f64::from(n), 200.0)).collect();
        let names = names(&points.iter().collect::<Vec<_>>(), &places);
        for (at, name) in names.iter().enumerate() {
            assert!(names[..at].iter().all(|other| name.overlap(other) == 0.0), "{at}");
        }
    }

    #[test]
    fn what_has_no_place_is_left_out() {
        let svg = scatter(Axes { x: "MB/s", y: "ratio" }, &[point("a", 0.0, 1.0), point("b", 5.0, f64::NAN)]);
        assert!(!svg.contains("<circle") && !svg.contains("NaN"), "{svg}");
    }

    #[test]
    fn a_single_point_is_in_the_middle() {
        let svg = scatter(Axes { x: "MB/s", y: "ratio" }, &[point("<a>", 5.0, 5.0)]);
        assert!(svg.contains("cx=\"294.0\"") && svg.contains("&lt;a&gt;"), "{svg}");
    }
}
