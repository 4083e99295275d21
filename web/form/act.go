package form

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// The actions of the buttons inside a form. Each is the value of a submit button, so that they work without script.
const (
	actAdd    = "add:"    // another answer of a list
	actRemove = "remove:" // take one answer of a list away
	actToday  = "today:"  // the date is today
	actNow    = "now:"    // the time is now
	actMe     = "me:"     // it was me
)

// Act does what a button inside the form asks for, and reports whether it was one. The values are changed in place.
func Act(values url.Values, action string, now time.Time, me string) bool {
	kind, name, found := strings.Cut(action, ":")
	if !found || !strings.Contains(name, "-") {
		return false
	}
	switch kind + ":" {
	case actAdd:
		n := count(values, name)
		values.Set(name+partCount, strconv.Itoa(min(n+1, maxItems)))
	case actRemove:
		remove(values, name)
	case actToday:
		setDay(values, name, now)
	case actNow:
		if _, dated := values[name+partDay]; dated {
			setDay(values, name, now)
			values.Set(name+partTime, now.Format("15:04"))
			values.Del(name + partTwice)
			if early, _, repeated := bothHours(now); repeated {
				values.Set(name+partTwice, map[bool]string{true: "first", false: "second"}[early.Equal(now)])
			}
		} else {
			values.Set(name, now.Format("15:04"))
		}
	case actMe:
		values.Set(name, me)
	default:
		return false
	}
	return true
}

func setDay(values url.Values, name string, now time.Time) {
	values.Set(name+partDay, strconv.Itoa(now.Day()))
	values.Set(name+partMonth, strconv.Itoa(int(now.Month())))
	values.Set(name+partYear, strconv.Itoa(now.Year()))
}

// remove takes the answer name-i away and moves those behind it up.
func remove(values url.Values, name string) {
	cut := strings.LastIndexByte(name, '-')
	list, at := name[:max(cut, 0)], name[cut+1:]
	i, err := strconv.Atoi(at)
	n := count(values, list)
	if err != nil || i < 0 || i >= n {
		return
	}
	drop(values, item(list, i))
	for k := i + 1; k < n; k++ {
		move(values, item(list, k), item(list, k-1))
	}
	values.Set(list+partCount, strconv.Itoa(n-1))
}

// belongs reports whether a field is the answer itself, a part of it or something inside it.
func belongs(key, name string) bool {
	rest, ok := strings.CutPrefix(key, name)
	return ok && (rest == "" || rest[0] == '-' || rest[0] == '_')
}

func drop(values url.Values, name string) {
	for key := range values {
		if belongs(key, name) {
			delete(values, key)
		}
	}
}

func move(values url.Values, from, to string) {
	moved := url.Values{}
	for key, v := range values {
		if belongs(key, from) {
			moved[to+strings.TrimPrefix(key, from)] = v
			delete(values, key)
		}
	}
	for key, v := range moved {
		values[key] = v
	}
}

// Target is where on the page an action leaves the reader: the anchor to come back to.
func Target(action string) string {
	_, name, _ := strings.Cut(action, ":")
	return name
}
