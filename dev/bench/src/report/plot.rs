//! Horizontal bars as SVG, readable on a light and on a dark page.

use super::figures::number;
use std::fmt::Write;

const WIDTH: f64 = 760.0;
/// Where bars begin and how long the longest is; what is left is for its number.
const LEFT: f64 = 310.0;
const LONGEST: f64 = 360.0;
const ROW: f64 = 26.0;
const TOP: f64 = 44.0;

/// A plot of these bars (label, value); the largest value is the longest.
pub(crate) fn bars(title: &str, unit: &str, bars: &[(String, f64)]) -> String {
    let largest = bars.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    let height = TOP + ROW * bars.len() as f64 + 10.0;
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" font-family="system-ui, sans-serif" font-size="13">
<style>
text {{ fill: #1f2328 }} .bar {{ fill: #8c959f }} .ours {{ fill: #0969da }}
@media (prefers-color-scheme: dark) {{ text {{ fill: #e6edf3 }} .bar {{ fill: #6e7681 }} .ours {{ fill: #4493f8 }} }}
</style>
<title>{title}</title>
<text x="12" y="24" font-size="15" font-weight="600">{title}, {unit}</text>
"#,
        title = escape(title),
        unit = escape(unit),
    );
    for (at, (label, value)) in bars.iter().enumerate() {
        let y = TOP + ROW * at as f64;
        let length = if largest > 0.0 {
            value / largest * LONGEST
        } else {
            0.0
        };
        let class = if label.starts_with("ours") {
            "ours"
        } else {
            "bar"
        };
        let _ = writeln!(
            svg,
            r#"<text x="{}" y="{}" text-anchor="end">{}</text><rect class="{class}" x="{LEFT}" y="{}" width="{length:.1}" height="18" rx="2"/><text x="{:.1}" y="{}">{}</text>"#,
            LEFT - 8.0,
            y + 14.0,
            escape(label),
            y,
            LEFT + length + 6.0,
            y + 14.0,
            number(*value),
        );
    }
    svg + "</svg>\n"
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_values_and_texts_are_escaped() {
        let svg = bars(
            "A & B",
            "per <s>",
            &[("ours".to_owned(), 50.0), ("axum".to_owned(), 200.0)],
        );
        assert!(svg.contains("A &amp; B, per &lt;s&gt;"), "{svg}");
        assert!(
            svg.contains(r#"class="ours" x="310" y="44" width="90.0""#),
            "{svg}"
        );
        assert!(
            svg.contains(r#"class="bar" x="310" y="70" width="360.0""#),
            "{svg}"
        );
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    }

    #[test]
    fn nothing_measured_is_no_division_by_zero() {
        assert!(!bars("t", "u", &[("a".to_owned(), 0.0)]).contains("NaN"));
    }
}
