//! The files of `static/`, each with its media type and the number of its ETag.

use web::conditional::fingerprint;

/// A file as it is served.
pub(crate) struct File {
    name: &'static str,
    pub(crate) media_type: &'static str,
    pub(crate) bytes: &'static [u8],
    pub(crate) version: u64,
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

macro_rules! files {
    ($($name:literal $media_type:ident)*) => {
        [$({
            const BYTES: &[u8] = include_bytes!(concat!("../static/", $name));
            File { name: $name, media_type: $media_type, bytes: BYTES, version: const { fingerprint(BYTES) } }
        }),*]
    };
}

static FILES: &[File] = &files! {
    "index.html" HTML
    "docs.html" HTML
    "icon.svg" SVG
    "theme.css" CSS
    "views.css" CSS
    "docs.css" CSS
    "api.js" JS
    "app.js" JS
    "calendar.js" JS
    "docs.js" JS
    "dom.js" JS
    "editor.js" JS
    "events.js" JS
    "fields.js" JS
    "filters.js" JS
    "history.js" JS
    "lag.js" JS
    "live.js" JS
    "notifications.js" JS
    "operation.js" JS
    "operators.js" JS
    "prose.js" JS
    "quick_add.js" JS
    "row.js" JS
    "schema.js" JS
    "session.js" JS
    "tasks.js" JS
    "sse.js" JS
    "timeline.js" JS
    "toast.js" JS
    "try.js" JS
    "words.js" JS
};

/// The file of this name.
pub(crate) fn find(name: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.name == name)
}
