//! A real browser, headless, for the tests of the page: what a person does there, by WebDriver. What it looks like is in `sight`.

mod sight;

pub use sight::Look;

use serde_json::Value;
use stack::Chromedriver;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::prelude::{By, DesiredCapabilities, WebDriver, WebDriverResult, WebElement};
use tokio::runtime::Runtime;

use crate::folder;
use crate::wait::{SOON, eventually};

/// A browser with one window. It ends with this value.
pub struct Browser {
    base: String,
    driver: Option<WebDriver>,
    runtime: Runtime,
    _chromedriver: Chromedriver,
}

impl Browser {
    /// Starts one for the host at `base`.
    #[track_caller]
    pub fn start(base: &str) -> Self {
        match Self::try_start(base) {
            Ok(browser) => browser,
            Err(error) => panic!("no browser: {error:#}"),
        }
    }

    fn try_start(base: &str) -> anyhow::Result<Self> {
        let program = stack::ensure_browser(stack::NEVER)?;
        let name = format!("browser-{}", crate::new_id());
        let log = folder::empty(&name)?.join("chromedriver.log");
        let chromedriver = Chromedriver::start(&program, &log)?;
        let runtime = Runtime::new()?;
        let mut capabilities = DesiredCapabilities::chrome();
        // As root its sandbox cannot be had, and /dev/shm is small in containers.
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--hide-scrollbars",
            // It ends when the other end of the pipe does, also when this process is killed.
            "--remote-debugging-pipe",
        ] {
            capabilities.add_arg(argument)?;
        }
        capabilities.set_browser_log_level(thirtyfour::LoggingPrefsLogLevel::All)?;
        let driver = runtime.block_on(WebDriver::new(chromedriver.url(), capabilities))?;
        let browser = Self {
            base: base.to_owned(),
            driver: Some(driver),
            runtime,
            _chromedriver: chromedriver,
        };
        browser.set_look(Look::Light);
        Ok(browser)
    }

    fn driver(&self) -> &WebDriver {
        self.driver.as_ref().expect("until it is dropped")
    }

    #[track_caller]
    fn run<T>(&self, what: &str, work: impl Future<Output = WebDriverResult<T>>) -> T {
        match self.runtime.block_on(work) {
            Ok(result) => result,
            Err(error) => panic!("{what}: {error}"),
        }
    }

    /// Opens an address of the host.
    #[track_caller]
    pub fn open(&self, path: &str) {
        let address = format!("{}{path}", self.base);
        self.run(&address, self.driver().goto(address.as_str()));
    }

    /// Runs a script, the body of an async function; a promise that is refused ends the test.
    #[track_caller]
    pub fn eval(&self, script: &str) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             (async () => {{ {script} }})().then((value) => done({{value}}), (error) => done({{error: String(error.stack ?? error)}}));"
        );
        let result = self.run("a script", async {
            let result = self.driver().execute_async(&script, Vec::new()).await?;
            Ok(result.json().clone())
        });
        assert!(result["error"].is_null(), "{}", result["error"]);
        result["value"].clone()
    }

    /// Those that a selector fits and a person can see.
    #[track_caller]
    fn visible(&self, css: &str) -> Vec<WebElement> {
        let find = async {
            let mut seen = Vec::new();
            for element in self.driver().find_all(By::Css(css)).await? {
                // One that has gone in the meantime is not seen.
                if element.is_displayed().await.unwrap_or(false) {
                    seen.push(element);
                }
            }
            Ok(seen)
        };
        self.run(css, find)
    }

    /// How many a person can see.
    #[track_caller]
    pub fn count(&self, css: &str) -> usize {
        self.visible(css).len()
    }

    /// Waits until there is one to be seen.
    #[track_caller]
    pub fn wait_for(&self, css: &str) -> WebElement {
        eventually(
            SOON,
            &format!("{css} on the page: {}", self.excerpt()),
            || self.visible(css).into_iter().next(),
        )
    }

    /// Waits until there is none to be seen.
    #[track_caller]
    pub fn wait_gone(&self, css: &str) {
        eventually(SOON, &format!("no {css}"), || {
            self.visible(css).is_empty().then_some(())
        });
    }

    /// Waits until the text of one has `part` in it.
    #[track_caller]
    pub fn wait_text(&self, css: &str, part: &str) -> String {
        eventually(SOON, &format!("{part:?} in {css}"), || {
            let text = self.text(css);
            text.contains(part).then_some(text)
        })
    }

    /// The texts of all that can be seen, a line each; white space between words is one space.
    #[track_caller]
    pub fn text(&self, css: &str) -> String {
        let texts = self.visible(css).into_iter().map(|element| {
            let text = self.runtime.block_on(element.text()).unwrap_or_default();
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        });
        texts.collect::<Vec<_>>().join("\n")
    }

    fn excerpt(&self) -> String {
        self.text("body").chars().take(300).collect()
    }

    /// Clicks on one as soon as it is there; once more when it was being made anew.
    #[track_caller]
    pub fn click(&self, css: &str) {
        eventually(SOON, &format!("a click on {css}"), || {
            let element = self.visible(css).into_iter().next()?;
            // Not under the bar at the top, where a person would not click.
            let click = async {
                element.scroll_into_view().await?;
                element.click().await
            };
            self.runtime.block_on(click).ok()
        });
    }

    /// Writes into a field in place of what it has.
    #[track_caller]
    pub fn fill(&self, css: &str, text: &str) {
        // By keys, as a person does: what clears a field by itself leaves it, too.
        let (all, delete) = ("\u{e009}a\u{e000}", "\u{e017}");
        let element = self.wait_for(css);
        let keys = [all, delete, text].concat();
        self.run(css, element.send_keys(keys));
    }

    /// Chooses of a list, or a time of a field for times, which keys would fill by the browser's locale.
    #[track_caller]
    pub fn choose(&self, css: &str, value: &str) {
        self.wait_for(css);
        self.eval(&format!(
            "const control = document.querySelector({css:?});
             control.value = {value:?};
             if (control.value !== {value:?}) throw new Error('no such choice');
             control.dispatchEvent(new Event('input', {{bubbles: true}}));
             control.dispatchEvent(new Event('change', {{bubbles: true}}));"
        ));
    }

    /// Presses keys where the focus is.
    #[track_caller]
    pub fn press(&self, keys: &str) {
        self.run(keys, async {
            let focused = self.driver().active_element().await?;
            focused.send_keys(keys).await
        });
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(driver) = self.driver.take() {
            if std::thread::panicking() {
                let test = std::thread::current();
                let name = test.name().unwrap_or("test").replace(':', "-");
                let file = sight::screenshots().join(format!("failed-{name}.png"));
                let _ = self.runtime.block_on(driver.screenshot(&file));
            }
            let _ = self.runtime.block_on(driver.quit());
        }
    }
}
