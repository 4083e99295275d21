package standard

// Score is a scored assessment, compiled from one file of scores/: which questions it has, how many points each answer gives, in which band the total falls, and what is to be done then.
// It is worked out from what is recorded (From), or asked. Which it is, who owns it and on what terms, stand in the file; care/score works it out.
type Score struct {
	ID       string
	Name     string
	Version  string // of the instrument, as its owner names it
	Summary  string
	Use      string // for whom, and when not
	Owner    string
	Licence  string // the terms on which it may be used
	Thanks   string // the acknowledgement that its owner asks for, shown with every score
	Source   string
	Evidence Evidence
	Provider bool   // a provider's own file
	Hash     string // SHA-256 of the file, lower-case hex
	From     *Class // whose records it is worked out from; nil: its questions are asked
	Round    int    // measurements within so many minutes are one round; From only
	Least    int    // what has fewer of its items is no round of this score; From only
	Chosen   []*ScoreChoice
	Items    []*ScoreItem
	Bands    []*ScoreBand
}

// ScoreChoice is something that is not observed each time but was decided for the person, in a record of its own: which of two scales counts.
type ScoreChoice struct {
	ID      string
	Name    string
	Element *Element // that holds the code
	Default string   // the code that counts where nothing was decided
}

// ScoreItem is one question of a score.
type ScoreItem struct {
	ID      string
	Name    string
	Hint    string
	Reading string   // the kind of reading that answers it; "" for other items
	Unit    string   // of the reading
	Places  int      // decimals that the table knows; a finer reading is rounded to them
	Element *Element // of From, that answers it with a code; nil for other items
	Several bool     // asked: any number of the answers, their points added
	Most    int      // points that the item gives at most; 0: no limit
	Tables  []*ScoreTable
}

// Asked says whether the item is asked, and not read from what was recorded.
func (i *ScoreItem) Asked() bool { return i.Reading == "" && i.Element == nil }

// Highest is the most points that the item can give.
func (i *ScoreItem) Highest() int {
	most := 0
	for _, t := range i.Tables {
		sum, one := 0, 0
		for _, p := range t.Points {
			sum, one = sum+p.Points, max(one, p.Points)
		}
		if i.Several {
			one = sum
		}
		most = max(most, one)
	}
	if i.Most > 0 {
		most = min(most, i.Most)
	}
	return most
}

// ScoreTable says how many points each answer gives. Of several tables the first counts whose conditions hold.
type ScoreTable struct {
	When   []ScoreWhen
	Points []ScorePoints
}

// ScoreWhen is a condition of a table: another item, or a choice, has one of these codes.
type ScoreWhen struct {
	ID string
	Is []string
}

// ScorePoints are the points of one answer: of readings up to a number, of a code, or of an answer that is offered.
type ScorePoints struct {
	UpTo   *Number // readings: this and less, beyond the row before; nil: everything beyond
	Code   string  // codes and answers
	Words  string  // how the answer is put
	Points int
}

// ScoreBand is a range of totals, and what is to be done in it.
type ScoreBand struct {
	ID      string
	Name    string
	From    int
	UpTo    int
	Any     int    // only where some item has so many points or more; 0: whatever the items have
	Without int    // only where no item has so many points or more; 0: whatever
	Colour  string // one of ScoreColours: shown beside the words, never instead of them
	Urgent  bool   // somebody must be told at once
	Repeat  string // how soon again, in words
	Minutes int    // the same in minutes; 0: no fixed time
	Do      []string
}

// Fits says whether a total, and the most points that one item has, fall in the band.
func (b *ScoreBand) Fits(total, most int) bool {
	return total >= b.From && total <= b.UpTo && (b.Any == 0 || most >= b.Any) && (b.Without == 0 || most < b.Without)
}

// ScoreColours are the colours that a band may have.
func ScoreColours() []string { return []string{"white", "green", "yellow", "orange", "red"} }

// Highest is the highest total.
func (s *Score) Highest() int {
	total := 0
	for _, item := range s.Items {
		total += item.Highest()
	}
	return total
}

// Item finds an item.
func (s *Score) Item(id string) (*ScoreItem, bool) {
	for _, item := range s.Items {
		if item.ID == id {
			return item, true
		}
	}
	return nil, false
}

// Scores returns every score by file name, the program's own before a provider's.
func (c *Catalogue) Scores() []*Score { return c.scores }

// Score returns the score with this id.
func (c *Catalogue) Score(id string) (*Score, bool) {
	for _, s := range c.scores {
		if s.ID == id {
			return s, true
		}
	}
	return nil, false
}
