package medicine

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// Order is one medicine as staff give it.
type Order struct {
	Version     *record.Version
	Content     *standard.Content
	Name        string // of the medicine, as on the label
	Medicine    standard.Coded
	Ingredients []Ingredient
	Dose, UpTo  Amount
	Route       string
	RouteCode   standard.Coded
	SiteCode    standard.Coded
	SideCode    standard.Coded
	Site        string
	Directions  string
	Reason      string
	Offer       string // how one can tell that it is needed
	Storage     string
	Note        string
	Status      string // in words
	Source      string
	Homely      bool // a homely remedy

	AsNeeded   bool
	Times      []string // hh:mm, local
	Days       []time.Weekday
	Interval   time.Duration // at least, between two doses; 0: none is given
	Most       Amount        // in any 24 hours
	AskAfter   time.Duration // how long after a dose its effect is asked for; 0: not
	From, Till time.Time     // zero: open

	Critical, Controlled, Anticoagulant, Covert bool
	Variable, Insulin, Patch, ReadingFirst      bool
	Injected                                    bool
	Special                                     []string // in words
	GivenBy                                     string   // in words
	SelfKept, SelfGiven, ByOthers               bool     // the person looks after it; takes it while staff are there; neither they nor staff give it
	Decided                                     []standard.Reference
	Replaces                                    uuid.UUID
	AllergyReason                               string // why it is given in spite of an allergy

	Writers        []uuid.UUID
	CheckedBy      uuid.UUID
	Checked        bool // by somebody else than the writers, here
	InForce, Ended bool // by its status
	Held           bool // on hold, or not checked yet
	WrittenAt      string
	CheckedAt      string
	Agreement      string // with a list, in words
	Difference     string
	ReviewDue      string
	PrescribedBy   uuid.UUID
}

// Ingredient is one substance of a medicine, with how much of it is in how much where that is known.
type Ingredient struct {
	Key    string // the same for the same substance, whatever it is called
	Name   string
	Amount Amount
	InEach Amount
}

func readOrder(v *record.Version, x said, zone *time.Location) *Order {
	o := &Order{
		Version: v, Content: x.Content, Medicine: x.coded(standard.RoleMedicine), Name: x.word(standard.RoleMedicine),
		Dose: x.quantity(standard.RoleDose), UpTo: x.quantity(standard.RoleDoseUpTo), Route: x.word(standard.RoleRoute), RouteCode: x.coded(standard.RoleRoute), SiteCode: x.coded(standard.RoleBodySite), SideCode: x.coded(standard.RoleSide),
		Site: sided(x), Directions: x.word(standard.RoleDirections), Reason: x.word(standard.RoleReason),
		Offer: x.word(standard.RoleWhenToOffer), Storage: x.word(standard.RoleStorage), Note: x.word(standard.RoleNote), Status: x.word(standard.RoleStatus),
		Source: x.word(standard.RoleOrderSource), Homely: x.mean(standard.RoleOrderSource) == standard.MeansHomelyRemedy,
		AsNeeded: x.yes(standard.RoleAsNeeded), Interval: span(x.quantity(standard.RoleMinimumInterval)), Most: x.quantity(standard.RoleMostInADay),
		AskAfter: span(x.quantity(standard.RoleEffectAfter)),
		From:     instant(x.word(standard.RoleValidFrom), zone, false), Till: instant(x.word(standard.RoleValidUntil), zone, true),
		Critical: x.yes(standard.RoleTimeCritical), Controlled: x.yes(standard.RoleControlledDrug), Anticoagulant: x.yes(standard.RoleAnticoagulant),
		Covert: x.yes(standard.RoleCovert), Variable: x.yes(standard.RoleVariableDose), GivenBy: x.word(standard.RoleGivenBy),
		Decided: x.references(standard.RoleDecidedUnder), Replaces: x.reference(standard.RoleReplaces).UID, AllergyReason: x.word(standard.RoleOverrideReason),
		CheckedBy: x.reference(standard.RoleCheckedBy).UID, CheckedAt: x.word(standard.RoleCheckedAt), WrittenAt: x.word(standard.RoleEventDate),
		Agreement: x.word(standard.RoleReconciled), Difference: x.word(standard.RoleDifference), ReviewDue: x.word(standard.RoleReviewDue),
		PrescribedBy: x.reference(standard.RolePrescribedBy).UID,
	}
	for _, c := range x.All(standard.RoleSpecialCare) {
		o.Special = append(o.Special, plain.Value(c, nil))
	}
	special := x.means(standard.RoleSpecialCare)
	o.Insulin = slices.Contains(special, standard.MeansInsulin)
	o.Patch = slices.Contains(special, standard.MeansPatch) || x.mean(standard.RoleRoute) == standard.MeansPatch
	o.Variable = o.Variable || slices.Contains(special, standard.MeansVariableDose)
	o.ReadingFirst = o.Variable || slices.Contains(special, standard.MeansReadingFirst)
	o.Injected = x.mean(standard.RoleRoute) == standard.MeansInjected
	switch x.mean(standard.RoleGivenBy) {
	case standard.MeansSelfKept:
		o.SelfKept = true
	case standard.MeansSelfGiven:
		o.SelfGiven = true
	case standard.MeansOthersGive:
		o.ByOthers = true
	}
	for _, t := range x.All(standard.RoleTimeOfDay) {
		if clock, ok := t.(standard.Time); ok && len(clock) >= 5 {
			o.Times = append(o.Times, string(clock[:5]))
		}
	}
	slices.Sort(o.Times)
	o.Days = weekdays(x)
	switch x.mean(standard.RoleStatus) {
	case standard.MeansInForce:
		o.InForce = true
	case standard.MeansEnded:
		o.Ended = true
	default:
		o.Held = true
	}
	for _, r := range x.references(standard.RolePerformer) {
		o.Writers = append(o.Writers, r.UID)
	}
	// A check that another system's people made is none of ours: what came from elsewhere is checked here before it is given.
	o.Checked = o.CheckedBy != uuid.Nil && !slices.Contains(o.Writers, o.CheckedBy) && v.Abroad.IsZero()
	o.Ingredients = ingredients(x, o)
	return o
}

// sided is a place on the body with its side.
func sided(x said) string {
	site, side := x.word(standard.RoleBodySite), x.word(standard.RoleSide)
	if site == "" || side == "" {
		return site + side
	}
	return site + ", " + strings.ToLower(side)
}

// weekdays reads the days of the week.
func weekdays(x said) []time.Weekday {
	var days []time.Weekday
	for _, m := range x.means(standard.RoleDayOfWeek) {
		for day, means := range []string{standard.MeansSunday, standard.MeansMonday, standard.MeansTuesday, standard.MeansWednesday, standard.MeansThursday, standard.MeansFriday, standard.MeansSaturday} {
			if m == means {
				days = append(days, time.Weekday(day))
			}
		}
	}
	return days
}

// ingredients are the substances of a medicine. Where nobody has said what is in it, it is its own.
func ingredients(x said, o *Order) []Ingredient {
	var list []Ingredient
	add := func(in Ingredient) {
		for i := range list {
			if list[i].Key == in.Key {
				if !list[i].Amount.Known {
					list[i] = in
				}
				return
			}
		}
		list = append(list, in)
	}
	for _, entry := range x.Entries {
		for _, v := range entry.Values {
			switch v := v.(type) {
			case *standard.Group:
				if entry.Element.Block == nil || !entry.Element.Block.HasRole(standard.ClassRoleIngredientAmount) {
					continue
				}
				g := said{&standard.Content{Group: *v}}
				c := g.coded(standard.RoleIngredient)
				add(Ingredient{Key: keyOf(c), Name: plain.Value(c, nil), Amount: g.quantity(standard.RoleIngredientAmount), InEach: g.quantity(standard.RoleInEach)})
			case standard.Coded:
				if entry.Element.Role == standard.RoleIngredient {
					add(Ingredient{Key: keyOf(v), Name: plain.Value(v, nil)})
				}
			}
		}
	}
	if len(list) == 0 {
		list = append(list, Ingredient{Key: substanceOf(o.Name), Name: o.Name})
	}
	return list
}

// keyOf is the same for a substance that was chosen from the list and for one that was written in words.
func keyOf(c standard.Coded) string {
	words := c.Display
	if words == "" {
		words = c.Text
	}
	if words == "" {
		words = c.Code
	}
	return strings.Join(strings.FieldsFunc(strings.ToLower(words), func(r rune) bool { return r == ' ' || r == '-' }), " ")
}

// substanceOf is the name of a medicine up to its strength: paracetamol of "Paracetamol 500 mg tablets".
func substanceOf(name string) string {
	var words []string
	for _, w := range strings.Fields(strings.ToLower(name)) {
		if w[0] >= '0' && w[0] <= '9' {
			break
		}
		words = append(words, strings.Trim(w, ",.;:()"))
	}
	return strings.Join(words, " ")
}

// shares reports whether two orders hold the same substance.
func (o *Order) shares(other *Order) bool {
	for _, a := range o.Ingredients {
		if other.holds(a.Key) {
			return true
		}
	}
	return false
}

func (o *Order) holds(key string) bool {
	return slices.ContainsFunc(o.Ingredients, func(in Ingredient) bool { return in.Key == key })
}

// Needs reports whether a second person must witness a dose: a controlled drug or insulin that staff give.
func (o *Order) NeedsWitness() bool {
	return (o.Controlled || o.Insulin) && !o.SelfKept && !o.SelfGiven && !o.ByOthers
}

// NeedsSite reports whether the place on the body is asked for at each dose.
func (o *Order) NeedsSite() bool { return o.Patch || o.Injected }

// Begun reports whether the order's time has come and not passed at a moment.
func (o *Order) Begun(at time.Time) bool {
	return (o.From.IsZero() || !at.Before(o.From)) && (o.Till.IsZero() || !at.After(o.Till))
}

// MayBeGiven says why the order may not be given from at a time; "" when it may.
func (o *Order) MayBeGiven(at time.Time) (kind, words string) {
	switch {
	case o.Version.Status == record.Incomplete:
		return standard.MeansNotChecked, "The order was saved unfinished."
	case o.Ended:
		return standard.MeansNotActive, "The order has ended: " + lowerFirst(o.Status) + "."
	case !o.Begun(at) && !o.From.IsZero() && at.Before(o.From):
		return standard.MeansNotActive, "The order has not begun yet."
	case !o.Begun(at):
		return standard.MeansNotActive, "The order’s last day has passed."
	case !o.Checked:
		return standard.MeansNotChecked, "No second person has checked this order against the label or letter."
	case o.Held:
		return standard.MeansNotActive, o.Status + "."
	}
	return "", ""
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// HowMuch is the dose in words.
func (o *Order) HowMuch() string {
	text := o.Dose.Words()
	if o.UpTo.Known {
		text += " to " + o.UpTo.Words()
	}
	return text
}

// WhenWords say at which times it is given.
func (o *Order) WhenWords() string {
	if o.AsNeeded {
		return "When needed"
	}
	text := plain.List(o.Times)
	var days []string
	for _, d := range o.Days {
		days = append(days, d.String())
	}
	if len(days) > 0 {
		text += " on " + plain.List(days)
	}
	return text
}
