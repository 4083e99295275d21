-- +goose Up

-- Programs and apps of others that were registered. A revoked one stays, so that its id is never given again.
CREATE TABLE client (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    kind       TEXT NOT NULL,
    account    TEXT NOT NULL,    -- of a system; '' for an app
    scopes     TEXT NOT NULL,
    stays      INTEGER NOT NULL,
    redirects  TEXT NOT NULL,    -- a line each
    launch     TEXT NOT NULL,
    keys       TEXT NOT NULL,    -- public keys, a JSON Web Key Set
    keys_at    TEXT NOT NULL,
    waits      INTEGER NOT NULL,
    created    INTEGER NOT NULL, -- microseconds since 1970, UTC, as all times below
    created_by TEXT NOT NULL,
    revoked    INTEGER NOT NULL, -- 0: open
    revoked_by TEXT NOT NULL
) WITHOUT ROWID, STRICT;

-- Codes and tokens that they were given.
CREATE TABLE client_paper (
    hash      BLOB PRIMARY KEY, -- SHA-256 of the secret
    kind      TEXT NOT NULL,
    client    TEXT NOT NULL,
    account   TEXT NOT NULL,
    scopes    TEXT NOT NULL,
    person    BLOB NOT NULL,    -- 16 zero bytes: nobody
    granted   BLOB NOT NULL,    -- the decision that it came of
    issued    INTEGER NOT NULL,
    expires   INTEGER NOT NULL,
    until     INTEGER NOT NULL,
    redirect  TEXT NOT NULL,
    challenge TEXT NOT NULL,
    spent     INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX client_paper_granted ON client_paper (granted);
CREATE INDEX client_paper_client ON client_paper (client);
CREATE INDEX client_paper_account ON client_paper (account);
CREATE INDEX client_paper_expires ON client_paper (expires);

-- Ids of assertions that were heard, until they expire.
CREATE TABLE client_heard (
    client  TEXT NOT NULL,
    id      BLOB NOT NULL,      -- SHA-256
    expires INTEGER NOT NULL,
    PRIMARY KEY (client, id)
) WITHOUT ROWID, STRICT;
CREATE INDEX client_heard_expires ON client_heard (expires);
