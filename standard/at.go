package standard

import (
	"time"
)

// At is when the content says that something happened, where it says so to the day or closer: in the middle of the day where there is no time.
func (c *Content) At(zone *time.Location) (time.Time, bool) {
	v, ok := c.First(RoleEventDate)
	if !ok {
		return time.Time{}, false
	}
	var day string
	switch v := v.(type) {
	case DateTime:
		if at, err := time.Parse(time.RFC3339Nano, string(v)); err == nil {
			return at.In(zone), true
		}
		if at, err := time.Parse("2006-01-02T15:04Z07:00", string(v)); err == nil {
			return at.In(zone), true
		}
		day = string(v)
	case Date:
		day = string(v)
	}
	at, err := time.ParseInLocation(time.DateOnly, day, zone)
	if err != nil {
		return time.Time{}, false
	}
	hour, minute := 12, 0
	if t, ok := c.First(RoleEventTime); ok {
		if clock, ok := t.(Time); ok {
			if of, err := time.Parse("15:04", string(clock)[:min(5, len(clock))]); err == nil {
				hour, minute = of.Hour(), of.Minute()
			}
		}
	}
	return time.Date(at.Year(), at.Month(), at.Day(), hour, minute, 0, 0, zone), true
}
