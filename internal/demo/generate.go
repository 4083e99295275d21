package demo

import "time"

const firstOther = "other-1"

func generate(o Options, zone *time.Location) ([]contribution, error) { return nil, nil }
