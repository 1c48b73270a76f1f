//! What those see who do not see it as most do: names of controls, contrast, text that fits.

use e2e::{Browser, Look};
use serde_json::json;

use crate::{host, signed_in};

/// Controls without a name, and pictures that are neither described nor left out.
const NAMELESS: &str = "
    const named = (one) => one.getAttribute('aria-label') || one.innerText?.trim() || one.labels?.[0]?.innerText.trim() || one.title;
    const seen = (one) => one.checkVisibility();
    const controls = [...document.querySelectorAll('button, a[href], input, select, textarea, summary, dialog, [role]:not([role=status], [role=alert])')];
    const wrong = controls.filter((one) => seen(one) && !named(one) && !one.hasAttribute('aria-labelledby'));
    wrong.push(...document.querySelectorAll('img:not([alt]), svg:not([aria-hidden])'));
    return wrong.map((one) => one.outerHTML.slice(0, 120));";

/// Texts whose contrast with what is behind them is less than 4.5 to 1 (WCAG 2.2, 1.4.3).
const FAINT: &str = "
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
    const rgba = (color) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
    const light = ([r, g, b]) => [r, g, b].map((x) => x / 255).map((x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4)).reduce((sum, x, i) => sum + x * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = (one) => { for (let at = one; at; at = at.parentElement) { const color = rgba(getComputedStyle(at).backgroundColor); if (color[3] === 255) return color; } return rgba('canvas'); };
    const faint = [];
    const walker = document.createTreeWalker(document.querySelector('dialog[open]') ?? document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const one = walker.currentNode.parentElement;
      if (!walker.currentNode.data.trim() || !one.checkVisibility() || one.closest('script, noscript, option, .skip, .visually-hidden, :disabled')) continue;
      const [a, b] = [light(rgba(getComputedStyle(one).color)), light(behind(one))];
      const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (contrast < 4.5) faint.push(`${contrast.toFixed(2)}: ${one.className} ${walker.currentNode.data.trim().slice(0, 40)}`);
    }
    return faint;";

/// What reaches out of the window to the side.
const WIDE: &str = "
    const wide = [...document.querySelectorAll('body *')].filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.skip, pre, .visually-hidden') && !one.parentElement.closest('.scroll'));
    return wide.slice(0, 5).map((one) => `${one.tagName} ${one.className} ${Math.round(one.getBoundingClientRect().right)}`);";

#[track_caller]
pub(crate) fn assert_accessible(browser: &Browser, what: &str) {
    for (script, rule) in [
        (NAMELESS, "without a name"),
        (FAINT, "too faint"),
        (WIDE, "too wide"),
    ] {
        let wrong = browser.eval(script);
        assert_eq!(wrong, json!([]), "{what}: {rule}");
    }
    let headings = browser.eval("return document.querySelectorAll('h1').length;");
    assert_eq!(headings, json!(1), "{what}: main headings");
}

#[test]
fn every_view_has_names_contrast_and_room_in_every_look() {
    let (browser, user) = signed_in(host());
    let soon = e2e::api_time(chrono::Utc::now() + chrono::Duration::hours(3));
    let long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
        .repeat(2);
    user.create(&json!({"title": long, "due_date": soon, "tags": ["a", "b"], "priority": "high", "description": long}));
    user.create_recurring("weekly", "2020-01-31T09:00:00Z");
    let done = user.create(&json!({"title": "Done"}));
    user.complete(e2e::id_of(&done));
    for look in [Look::Light, Look::Dark, Look::Phone] {
        browser.set_look(look);
        browser.open("/#/tasks");
        browser.click("[data-status=all]");
        browser.wait_text(".rows", "Done");
        browser.click(".add-title");
        browser.wait_for(".add-more");
        browser.click("[aria-label='More filters']");
        assert_accessible(&browser, &format!("tasks, {look:?}"));
        browser.click("[aria-label='Edit Done']");
        browser.wait_for("dialog");
        browser.choose("dialog [name=recurring_interval]", "daily");
        assert_accessible(&browser, &format!("editor, {look:?}"));
        browser.click("[aria-label=Close]");
        for (view, sign) in [
            ("notifications", ".rows .row"),
            ("history", ".journeys li"),
            ("operators", ".sign-in"),
        ] {
            browser.open(&format!("/#/{view}"));
            browser.wait_for(sign);
            if view == "history" {
                browser.click(".journeys summary");
                browser.wait_for(".stations");
            }
            assert_accessible(&browser, &format!("{view}, {look:?}"));
        }
    }
}
