package standard

import (
	"strconv"
	"strings"
	"time"
)

// titleLength is how many characters of a text a title shows.
const titleLength = 100

// Display shows a value in plain English. Instants are shown in loc, or with nil as they were entered. A reference is shown as its id:
// only the caller knows what it points at. A group is shown as its values, one after the other.
func Display(v Value, loc *time.Location) string {
	switch v := v.(type) {
	case Text:
		return string(v)
	case Number:
		return v.String()
	case Quantity:
		return strings.TrimRight(v.Number.String()+" "+unitWords(v.Unit), " ")
	case Boolean:
		if v {
			return "Yes"
		}
		return "No"
	case Date:
		return dateWords(string(v))
	case Time:
		return string(v)
	case DateTime:
		return dateTimeWords(string(v), loc)
	case Coded:
		return firstOf(v.Display, v.Text, v.Code)
	case Reference:
		if v.Version > 0 {
			return v.UID.String() + ", version " + strconv.Itoa(v.Version)
		}
		return v.UID.String()
	case Absent:
		return absenceWords(v)
	case *Group:
		return v.display(loc)
	}
	return ""
}

// firstOf returns the first text that is not empty.
func firstOf(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}

// absenceWords says in words why there is no answer.
func absenceWords(a Absent) string {
	switch a {
	case NotAsked:
		return "Not asked"
	case AskedNotKnown:
		return "Asked, not known"
	case Declined:
		return "Declined to say"
	case NotApplicable:
		return "Does not apply"
	case Masked:
		return "Withheld"
	}
	return string(a)
}

// dateWords shows a date as far as it goes: 4 March 1941, March 1941, 1941.
func dateWords(s string) string {
	year, month, day, ok := dateParts(s)
	switch {
	case !ok || month > 12:
		return s
	case day > 0:
		return strconv.Itoa(day) + " " + time.Month(month).String() + " " + strconv.Itoa(year)
	case month > 0:
		return time.Month(month).String() + " " + strconv.Itoa(year)
	}
	return strconv.Itoa(year)
}

// dateTimeWords shows a date, or an instant as "4 March 2026 at 09:30".
func dateTimeWords(s string, loc *time.Location) string {
	at, _, ok := instant(s)
	if !ok {
		return dateWords(s)
	}
	if loc != nil {
		at = at.In(loc)
	}
	layout := "2 January 2006 at 15:04"
	if at.Second() != 0 {
		layout += ":05"
	}
	return at.Format(layout)
}

// display joins the values of a group, absences left out.
func (g *Group) display(loc *time.Location) string {
	var line titleLine
	for _, entry := range g.Entries {
		for _, v := range entry.Values {
			if _, absent := v.(Absent); !absent {
				line.add(entry.Element, Display(v, loc))
			}
		}
	}
	return line.text
}

// Title is one line that tells the record from its fellows, made of the elements that the class file names for it; where none of
// them has a value, it is the class's name.
func (c *Content) Title() string {
	return c.TitleBy(func(v Value) string { return Display(v, nil) }, func(english string) string { return english })
}

// TitleBy makes it for a reader of another language: display words a value that somebody chose or measured, say what stands in the class file.
func (c *Content) TitleBy(display func(Value) string, say func(string) string) string {
	if c.Class == nil {
		return say("A record of an unknown class")
	}
	line := titleLine{display: display}
	c.Group.title(c.Class, &line)
	return firstOf(line.text, say(c.Class.Name))
}

// title adds the group's part of a title: the block's own title where it has one.
func (g *Group) title(class *Class, line *titleLine) {
	for _, e := range class.Title {
		for _, v := range g.Get(e.ID) {
			switch v := v.(type) {
			case Absent, Reference:
			case *Group:
				v.title(e.Block, line)
			case Text:
				line.add(e, firstWords(string(v)))
			default:
				line.add(e, line.display(v))
			}
		}
	}
}

// titleLine joins the parts of a line: names with a space between them, all else with a comma.
type titleLine struct {
	display   func(Value) string
	text      string
	afterName bool
}

func (l *titleLine) add(e *Element, part string) {
	if part == "" {
		return
	}
	isName := e.Role == RoleGivenName || e.Role == RoleFamilyName
	switch {
	case l.text == "":
	case l.afterName && isName:
		l.text += " "
	default:
		l.text = strings.TrimRight(l.text, " .,;:") + ", "
	}
	l.text += part
	l.afterName = isName
}

// beginning is how many bytes the first so many letters of a text have.
func beginning(s string, letters int) int {
	if len(s) <= letters {
		return len(s)
	}
	for i := range s {
		if letters == 0 {
			return i
		}
		letters--
	}
	return len(s)
}

// firstWords cuts a text to what a title can show: of its first line, whole words.
func firstWords(s string) string {
	s, _, more := strings.Cut(strings.TrimSpace(s), "\n")
	s = strings.TrimSpace(s)
	if cut := beginning(s, titleLength); cut < len(s) {
		more = true
		s = s[:cut]
		if space := strings.LastIndexByte(s, ' '); space > titleLength/2 {
			s = s[:space]
		}
	}
	if more {
		return strings.TrimRight(s, " .,;:") + "…"
	}
	return s
}
