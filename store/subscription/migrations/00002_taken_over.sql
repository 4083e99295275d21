-- +goose Up

-- Has a row once the log of who saw what names the subscriptions that were there before it was told of any.
CREATE TABLE subscription_taken_over (
    only INTEGER PRIMARY KEY CHECK (only = 1)
) STRICT;
