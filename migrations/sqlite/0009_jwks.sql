-- Each paragraph is one statement.

-- The public keys of the identity provider at an address. An instance lives for one request, so it finds them here.
CREATE TABLE IF NOT EXISTS jwks (
    url           TEXT PRIMARY KEY,
    -- JSON Web Keys, only the usable ones; null until the provider has answered once.
    keys          TEXT,
    fetched_at    TEXT,
    -- When it was asked last, whatever came of it.
    asked_at      TEXT NOT NULL,
    -- Until when its answer may still come; null when nobody is asking.
    awaited_until TEXT
);
